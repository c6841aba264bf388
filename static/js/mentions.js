/* «@» and some letters in <textarea data-mentions="nevn"> offer the colleagues of the fieldset #nevn (data-name):
   arrows choose, Enter or Tab puts the name in, Escape closes. The server reads the names again from the text. */
(() => {
  "use strict";
  const sd = window.sd;
  const MOST = 6;

  function begin(area) {
    const names = [...document.querySelectorAll(`#${area.dataset.mentions} [data-name]`)].map((one) => one.dataset.name);
    if (!names.length) return;
    const list = document.createElement("ul");
    list.className = "sd-mentions";
    list.id = `${area.id}-forslag`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.labels[0]?.textContent ?? "");
    list.hidden = true;
    area.after(list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", list.id);
    let chosen = 0;

    /* What is being written after the nearest «@» before the caret, else null. */
    const written = () => {
      const found = /(?:^|[\s(])@([\p{L}-]*(?: [\p{L}-]*)?)$/u.exec(area.value.slice(0, area.selectionStart));
      return found ? found[1] : null;
    };
    const fitting = (start) => names.filter((name) => name.toLowerCase().startsWith(start.toLowerCase())).slice(0, MOST);

    function close() {
      list.hidden = true;
      list.replaceChildren();
      area.removeAttribute("aria-activedescendant");
    }

    function show() {
      const start = written();
      const found = start === null ? [] : fitting(start);
      if (!found.length || found[0] === start) { close(); return; }
      chosen = 0;
      list.replaceChildren(...found.map((name, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.textContent = name;
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); put(name); });
        return item;
      }));
      list.hidden = false;
      mark();
    }

    function mark() {
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
      area.setAttribute("aria-activedescendant", list.children[chosen].id);
    }

    function put(name) {
      const at = area.selectionStart - written().length;
      area.setRangeText(`${name} `, at, area.selectionStart, "end");
      close();
      area.focus();
    }

    area.addEventListener("input", show);
    area.addEventListener("blur", close);
    area.addEventListener("keydown", (event) => {
      if (list.hidden || event.ctrlKey || event.metaKey) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        chosen = (chosen + step + list.children.length) % list.children.length;
        mark();
      } else if (event.key === "Enter" || event.key === "Tab") {
        put(list.children[chosen].textContent);
      } else if (event.key === "Escape") {
        close();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }

  sd.ready.push((root) => {
    root.querySelectorAll("textarea[data-mentions]:not([data-mentioning])").forEach((area) => {
      area.dataset.mentioning = "";
      begin(area);
    });
  });
})();
