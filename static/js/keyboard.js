/* Single keys, declared in the HTML: data-key="e" on a button, link or field; data-key="g k" for a sequence.
   Off when <body data-single-keys="off"> (WCAG 2.1.4); Ctrl+Enter presses [data-primary] and is never off. */
(() => {
  "use strict";
  const SEQUENCE_TIME = 1000;
  const CODE_TIME = 2000;
  const CHOOSES = ["a", "f"];
  const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  const sd = window.sd;
  let prefixAt = 0;

  const singleKeys = () => document.body.dataset.singleKeys !== "off";
  const writing = (element) => element.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const visible = (element) => element.getClientRects().length > 0 || element.closest("[data-row-acts], [data-key-only]");

  /* Letters come from event.key, so they follow the layout; Shift+digit from event.code (Norwegian layouts give «!», «"»). */
  function nameOf(event) {
    const digit = /^Digit([1-9])$/.exec(event.code);
    if (event.shiftKey && digit) return `shift+${digit[1]}`;
    if (event.shiftKey && /^[a-zæøå]$/i.test(event.key)) return `shift+${event.key.toLowerCase()}`;
    return event.key;
  }

  /* Where to look for a key's control: the current row first, then its acts, then the rest of the page outside the rows. */
  function controlFor(key) {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const row = sd.rows?.current();
    const acts = document.querySelector("[data-row-acts]");
    if (row) {
      const own = [...row.querySelectorAll(wanted)].find(visible) || acts?.querySelector(wanted);
      if (own) return own;
    }
    return [...document.querySelectorAll(wanted)].find(
      (element) => visible(element) && !element.closest("#rader, [data-row-acts]") && belongsTo(element, row),
    );
  }

  /* The pane follows the rows a moment later: its controls count only while it shows the current one. */
  function belongsTo(element, row) {
    const shown = element.closest("[data-for]");
    return !shown || !row || shown.dataset.for === row.dataset.pk;
  }

  function press(control, { add = false } = {}) {
    if (control.closest("[data-row-acts]")) {
      if (control.name === "sortings") sd.rows.sort(control, { add });
      else sd.rows.act(control);
    } else if (control.matches("input[type=checkbox][name=sortings]")) {
      tick(control, add);
    } else if (control.matches("input[type=checkbox]")) {
      control.click();
    } else if (control.matches("input, textarea, select")) {
      control.focus();
    } else if (control.matches("label")) {
      control.control.click();
      document.getElementById(control.control.dataset.mode)?.focus();
    } else if (control.matches("a[href^='#']")) {
      document.querySelector(control.getAttribute("href"))?.focus();
    } else {
      control.click();
      if (control.matches("summary") && !control.closest("[data-opens-field]")) control.focus();
    }
  }

  /* In a conversation: 1-5 ticks that one alone, Shift+1-5 changes it in the set; then the form goes. */
  function tick(box, add) {
    const alone = !add || box.value === "neutral";
    box.form.querySelectorAll("input[name=sortings]").forEach((other) => {
      if (other !== box && (alone || other.value === "neutral")) other.checked = false;
    });
    box.checked = add ? !box.checked : true;
    box.form.requestSubmit();
  }

  function pressPrimary(event) {
    const scope = event.target.closest?.("dialog, .sd-compose, .sd-strip, form, [data-pk]");
    const places = [scope, sd.rows?.current(), document];
    const found = places.map((place) => place && [...place.querySelectorAll("[data-primary]")].find(visible)).find(Boolean);
    if (!found) return;
    event.preventDefault();
    const row = found.closest("#rader [data-pk]"); /* never what stands under another row, or one that is not settled */
    if (row && (row !== sd.rows?.current() || row.getAttribute("aria-busy"))) return;
    found.click();
  }

  function inRows(key) {
    const rows = sd.rows;
    if (!rows?.any()) return false;
    if (key in STEPS) rows.move(STEPS[key]);
    else if (key === "o" && rows.current()) rows.open();
    else return false;
    return true;
  }

  function sequence(key) {
    const started = Date.now() - prefixAt < SEQUENCE_TIME;
    prefixAt = key === "g" && !started ? Date.now() : 0;
    return started ? `g ${key}` : key;
  }

  /* While rows are picked, keys mean all of them. */
  function inPicks(key) {
    const picks = sd.picks;
    if (!picks) return false;
    if (key === "x") return picks.toggle();
    if (key === "shift+j" || key === "shift+k") return picks.extend(key.endsWith("j") ? 1 : -1);
    if (!picks.any() && CHOOSES.includes(key) && sd.rows?.current()) { picks.choose(key); return true; }
    const control = picks.control(key);
    if (!control && picks.isWaiting() && !(key in STEPS)) return true;
    if (!control) return false;
    if (key === "Escape") picks.clear();
    else control.click();
    return true;
  }

  /* In an open list of templates, the two letters of a short code pick its template; the first is enough where no other
     code begins with it. Who types the second out of habit has it taken as said already. */
  let typed = "", typedAt = 0, habit = "";
  function inCodes(key) {
    const isHabit = habit === key.toLowerCase() && Date.now() - typedAt < SEQUENCE_TIME;
    habit = "";
    if (isHabit) return true;
    const list = document.querySelector("details[data-codes][open]");
    if (!list || !/^[a-zæøå]$/i.test(key)) { typed = ""; return false; }
    typed = (Date.now() - typedAt < CODE_TIME ? typed : "") + key.toLowerCase();
    typedAt = Date.now();
    const meant = [...list.querySelectorAll("[data-code]")].filter((one) => one.dataset.code.startsWith(typed));
    if (meant.length === 1) {
      habit = meant[0].dataset.code.slice(typed.length);
      meant[0].click();
    }
    if (meant.length === 1 || typed.length > 1) typed = "";
    return true;
  }

  /* Returns true when the key did something here, so that the browser shall not also use it. */
  function handle(event) {
    if (inCodes(event.key)) return true;
    const key = sequence(nameOf(event));
    if (inPicks(key)) return true;
    if (inRows(key)) return true;
    const control = controlFor(key);
    if (control) { press(control); return true; }
    const added = key.startsWith("shift+") && controlFor(key.slice("shift+".length));
    if (added && added.name === "sortings") { press(added, { add: true }); return true; }
    return false;
  }

  /* The sheet of keys is fetched the first time somebody asks for it; without an answer the link leads to its page. */
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("[data-sheet]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (!document.getElementById("hurtigtaster")) {
      const holder = document.createElement("div");
      document.body.append(holder);
      await sd.load(link.href, holder, () => true);
    }
    const sheet = document.getElementById("hurtigtaster");
    if (sheet) sheet.showModal();
    else window.location.assign(link.href);
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { pressPrimary(event); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (writing(event.target) || !singleKeys() || event.key === "Shift") return;
    if (handle(event)) event.preventDefault();
  });
})();
