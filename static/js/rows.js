/* The queue's rows: which one is current, the reading pane that follows it, and acts that do not wait for the page. */
(() => {
  "use strict";
  const PANE_DELAY = 120;
  const sd = window.sd;
  const list = () => document.getElementById("rader");
  const pane = () => document.getElementById("rute");
  const all = () => [...document.querySelectorAll("#rader [data-pk]:not([hidden])")];
  const rowOf = (pk) => document.querySelector(`#rader [data-pk="${CSS.escape(pk)}"]`);
  const paneShows = () => Boolean(pane()?.getClientRects().length);
  let currentPk = "";
  let paneTimer = 0;
  let arrived = false;

  const rows = (sd.rows = {
    current: () => document.querySelector("#rader [data-pk][aria-current='true']"),
    any: () => all().length > 0,

    /* The numbers of all rows here, for the question whether colleagues did something to them. */
    shown: () => [...document.querySelectorAll("#rader [data-pk]")].map((row) => row.dataset.pk),

    /* Make a row the current one: focus its link, and let the pane follow without taking focus. */
    select(row) {
      if (!row) return;
      closeStrips(row);
      mark(row);
      row.querySelector("a").focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
      showInPane(row.dataset.pk);
    },

    move(step) {
      const every = all();
      const here = every.indexOf(rows.current());
      rows.select(every[here < 0 ? 0 : Math.min(Math.max(here + step, 0), every.length - 1)]);
    },

    open() { window.location.assign(rows.current().querySelector("a").href); },

    /* Do one act of the hidden form to the current row. The address is made for row 0 and gets the row's number.
       What ends the comment puts the row aside at once; it is back when the server said no. */
    async act(button) {
      const row = rows.current();
      if (!row) return;
      const values = button.name ? { [button.name]: button.value } : {};
      const asItWas = button.name === "ending" ? putAside(row) : null;
      const fine = await send(row, addressFor(button, row), { ...values, next: nextFor(button, row) });
      if (asItWas && (!fine || row.isConnected)) asItWas();
    },

    /* Sort at once on the screen, then ask the server; put the row back when it says no. `add` changes one of the set. */
    async sort(button, { add = false } = {}) {
      const row = rows.current();
      if (!row) return;
      const before = new Set((row.dataset.sortings || "").split(" ").filter(Boolean));
      const chosen = add ? toggled(before, button.value) : new Set([button.value]);
      if (!chosen.size) return;
      const asItWas = showSorted(row, chosen);
      const values = { sortings: [...chosen], next: nextFor(button, row), ...(before.size ? {} : { unsorted: "yes" }) };
      if (await send(row, addressFor(button, row), values)) { enterStrip(row.dataset.pk); return; }
      asItWas();
      rows.select(row);
      sd.live?.now();
    },

    /* Tell in a row what a colleague did, without moving any: the words stand before its text, on the same lines. */
    tell(pk, words, gone) {
      const row = rowOf(pk);
      const text = row?.querySelector(".sd-item__text");
      if (!text || row.getAttribute("aria-busy") || row.querySelector(".sd-strip")) return;
      const told = text.querySelector(".sd-item__told");
      if (told?.textContent === words && row.hasAttribute("data-gone") === gone) return;
      row.style.blockSize = `${row.getBoundingClientRect().height}px`;
      told?.remove();
      row.toggleAttribute("data-gone", gone);
      const place = document.createElement("b");
      place.className = "sd-item__told";
      place.textContent = words;
      text.prepend(place);
      const inPane = pane()?.contains(document.activeElement) || pane()?.matches(":hover");
      if (pk === currentPk && !inPane) showInPane(pk);
    },
  });

  function mark(row) {
    document.querySelectorAll("#rader [aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    currentPk = row.dataset.pk;
  }

  /* Neutral stands alone: adding another takes it away, and the other way round. */
  function toggled(set, value) {
    const next = new Set(set);
    if (next.delete(value)) return next;
    if (value === "neutral") return new Set([value]);
    next.delete("neutral");
    return next.add(value);
  }

  const addressFor = (button, row) =>
    (button.getAttribute("formaction") || button.form.getAttribute("action")).replace("/0/", `/${row.dataset.pk}/`);
  const nextFor = (button, row) => button.form.elements.next.value.replaceAll("=0", `=${row.dataset.pk}`);

  /* The server answers with the queue as it is afterwards: take the row, the pane, the tabs and the messages from it.
     A row that is no longer in this tab and has no strip goes, and the next one becomes current. False: it said no. */
  async function send(row, address, values) {
    const pk = row.dataset.pk;
    row.setAttribute("aria-busy", "true");
    const page = await sd.post(address, values);
    row.removeAttribute("aria-busy");
    if (!page) return false;
    sd.take(page, ["#meldinger", "#faner", ".sd-nav", "#holdt", "#ovelse", ...(currentPk === pk ? ["#rute"] : [])]);
    if (page.querySelector("#meldinger [data-stays]")) return false;
    const after = row.nextElementSibling;
    const still = sd.take(page, [`#${row.id}`])[0];
    if (!still) drop(row);
    const here = rowOf(currentPk);
    if (here) mark(here);
    else if (all().length) rows.select(after?.matches?.("[data-pk]:not([hidden])") ? after : all()[0]);
    else turnTo(page);
    return true;
  }

  /* Take a row away, with its heading when it was the last one under it. */
  function drop(row) {
    const group = row.closest("ul");
    row.remove();
    const heading = group?.previousElementSibling;
    const left = group?.querySelectorAll("[data-pk]").length;
    const count = heading?.querySelector(".sd-num");
    if (count) count.textContent = String(left);
    if (left === 0) { heading?.remove(); group.remove(); }
  }

  /* When the last row is gone, show what the server has next; when that is nothing, the heading takes the focus. */
  function turnTo(page) {
    sd.take(page, ["#rader", "#rute"]);
    if (all().length) rows.select(all()[0]);
    else document.querySelector("h1").focus();
  }

  /* After sorting, the strip of the same row has the focus, unless somebody has gone on already. */
  function enterStrip(pk) {
    if (pk === currentPk) rowOf(pk)?.querySelector(".sd-strip")?.focus({ preventScroll: true });
    rowOf(pk)?.scrollIntoView({ block: "nearest" });
  }

  /* Who goes on leaves the row sorted: a strip that is left open could publish what nobody looks at. */
  function closeStrips(row) {
    document.querySelectorAll("#rader .sd-strip").forEach((strip) => { if (!row.contains(strip)) strip.remove(); });
  }

  /* What the strip publishes goes from the list at once, and is back with its reason when the server said no. */
  async function publish(form) {
    const row = form.closest("[data-pk]");
    if (row.getAttribute("aria-busy")) return;
    const values = Object.fromEntries(new FormData(form));
    const asItWas = putAside(row, { keepStrip: true });
    const fine = await send(row, form.action, values);
    if (fine && row.isConnected) row.hidden = false;
    if (fine) { closeStrips(rows.current() || row); return; }
    asItWas();
    enterStrip(row.dataset.pk);
  }

  /* Show a template's text in the strip. */
  async function showTemplate(link) {
    const row = link.closest("[data-pk]");
    row.setAttribute("aria-busy", "true");
    const page = await sd.fetch(link.href);
    row.removeAttribute("aria-busy");
    if (!page) return;
    sd.take(page, [`#${row.id}`]);
    enterStrip(row.dataset.pk);
  }

  /* Hide a row that is about to go, and go on to the next one, or the one before. Returns the way back. */
  function putAside(row, { keepStrip = false } = {}) {
    const every = all();
    const here = every.indexOf(row);
    const strip = keepStrip && row.querySelector(".sd-strip");
    row.hidden = true;
    if (every.length > 1) rows.select(every[here + 1] || every[here - 1]);
    return () => {
      if (strip) row.append(strip);
      row.hidden = false;
      rows.select(row);
    };
  }

  function showSorted(row, chosen) {
    const meta = row.querySelector(".sd-item__meta");
    const html = meta.innerHTML;
    const sortings = row.dataset.sortings;
    const flags = meta.querySelector(".sd-item__flags") || Object.assign(document.createElement("span"), { className: "sd-item__flags" });
    row.dataset.sortings = [...chosen].join(" ");
    flags.replaceChildren(...[...chosen].map(tagFor).filter(Boolean));
    meta.prepend(flags);
    return () => {
      meta.innerHTML = html;
      if (sortings === undefined) delete row.dataset.sortings;
      else row.dataset.sortings = sortings;
    };
  }

  /* A tag with the words and the colour of its button; the server's own, with its icon, comes with the answer. */
  function tagFor(value) {
    const button = document.querySelector(`[data-row-acts] [name=sortings][value="${CSS.escape(value)}"]`);
    if (!button) return null;
    const tag = Object.assign(document.createElement("span"), { className: "ds-tag", textContent: button.textContent });
    tag.dataset.color = button.dataset.color;
    return tag;
  }

  function showInPane(pk) {
    clearTimeout(paneTimer);
    if (!paneShows()) return;
    paneTimer = setTimeout(() => sd.load(pane().dataset.url + pk, pane(), () => pk === currentPk), PANE_DELAY);
  }

  /* A mouse click on a row shows it in the pane when there is one; Enter, a second click or a phone opens it. */
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("#rader .sd-item__who a")?.closest("[data-pk]");
    if (!row || event.detail === 0 || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (!paneShows() || row.getAttribute("aria-current") === "true") return;
    event.preventDefault();
    rows.select(row);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#rader a[data-here]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    showTemplate(link);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#rader form[data-here]")) return;
    event.preventDefault();
    publish(event.target);
  });
  window.addEventListener("resize", () => {
    document.querySelectorAll("#rader [data-pk]").forEach((row) => { row.style.blockSize = ""; });
  });

  sd.ready.push(() => {
    if (!list()) return;
    currentPk ||= rows.current()?.dataset.pk || "";
    const here = currentPk && rowOf(currentPk);
    if (here) mark(here);
    if (here && !arrived && new URLSearchParams(window.location.search).has("valgt")) here.querySelector("a").focus();
    arrived = true;
  });
})();
