/* While somebody writes: «@» and letters offer colleagues (<textarea data-mentions="nevn">, names in #nevn [data-name]),
   «::» and letters offer templates (<textarea data-templates>, the buttons of the form's [data-codes] list; a template's
   two-letter code or the words of its name). Arrows choose, Enter or Tab takes it, Escape closes. Without JavaScript the
   lists are there to click, and the server reads names from the text. */
(() => {
  "use strict";
  const sd = window.sd;
  const MOST = 6;

  /* `trigger` finds what is being written before the caret; `find` gives [{label, take}] for it. */
  function begin(area, trigger, find) {
    const list = document.createElement("ul");
    list.className = "sd-suggests";
    list.id = `${area.id}-forslag`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.labels[0]?.textContent ?? "");
    list.hidden = true;
    area.after(list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", list.id);
    let found = [];
    let chosen = 0;

    const written = () => trigger.exec(area.value.slice(0, area.selectionStart))?.[1] ?? null;

    function close() {
      list.hidden = true;
      list.replaceChildren();
      area.removeAttribute("aria-activedescendant");
    }

    function show() {
      const start = written();
      found = start === null ? [] : find(start.toLowerCase()).slice(0, MOST);
      if (!found.length) { close(); return; }
      chosen = 0;
      list.replaceChildren(...found.map((one, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.textContent = one.label;
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(place); });
        return item;
      }));
      list.hidden = false;
      mark();
    }

    function mark() {
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
      area.setAttribute("aria-activedescendant", list.children[chosen].id);
    }

    function take(place) {
      const one = found[place];
      const start = written().length;
      close();
      one.take(start);
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
        take(chosen);
      } else if (event.key === "Escape") {
        close();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }

  function mentions(area) {
    const names = [...document.querySelectorAll(`#${area.dataset.mentions} [data-name]`)].map((one) => one.dataset.name);
    const put = (name) => (length) => {
      area.setRangeText(`${name} `, area.selectionStart - length, area.selectionStart, "end");
      area.focus();
    };
    begin(area, /(?:^|[\s(])@([\p{L}-]*(?: [\p{L}-]*)?)$/u, (start) => names
      .filter((name) => name.toLowerCase().startsWith(start) && name.toLowerCase() !== start)
      .map((name) => ({ label: name, take: put(name) })));
  }

  /* The button saves the draft and puts the template in; what was typed to find it goes first. */
  function templates(area) {
    const buttons = [...area.form.querySelectorAll("[data-codes] [name=template]")].map((button) => ({
      button,
      label: button.querySelector(".sd-strong")?.textContent.trim() ?? "",
      code: button.dataset.code ?? "",
    }));
    const put = (button) => (length) => {
      area.setRangeText("", area.selectionStart - length - 2, area.selectionStart, "end");
      button.click();
    };
    const fits = (one, start) => one.code === start || one.label.toLowerCase().split(/\s+/).some((word) => word.startsWith(start));
    begin(area, /(?:^|\s)::([\p{L}\d-]*)$/u, (start) => buttons
      .filter((one) => fits(one, start))
      .map((one) => ({ label: one.code ? `${one.label} (${one.code})` : one.label, take: put(one.button) })));
  }

  sd.ready.push((root) => {
    root.querySelectorAll("textarea:is([data-mentions], [data-templates]):not([data-suggesting])").forEach((area) => {
      area.dataset.suggesting = "";
      (area.dataset.mentions ? mentions : templates)(area);
    });
  });
})();
