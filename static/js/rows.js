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

    /* Make a row the current one: focus its link, and let the pane follow without taking focus. */
    select(row) {
      if (!row) return;
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
      const asItWas = button.name === "ending" ? putAside(row) : null;
      await send(row, button, button.name ? { [button.name]: button.value } : {});
      if (asItWas && row.isConnected) asItWas();
    },

    /* Sort at once on the screen, then ask the server; put the row back when it says no. `add` changes one of the set. */
    async sort(button, { add = false } = {}) {
      const row = rows.current();
      if (!row) return;
      const before = new Set((row.dataset.sortings || "").split(" ").filter(Boolean));
      const chosen = add ? toggled(before, button.value) : new Set([button.value]);
      if (!chosen.size) return;
      const asItWas = showSorted(row, chosen);
      const fine = await send(row, button, { sortings: [...chosen] });
      if (fine) return;
      asItWas();
      rows.select(row);
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

  /* The server answers with the queue as it is afterwards: take the row, the pane, the tabs and the messages from it.
     A row that is no longer in this tab and has no strip goes, and the next one becomes current. */
  async function send(row, button, values) {
    const pk = row.dataset.pk;
    const address = (button.getAttribute("formaction") || button.form.getAttribute("action")).replace("/0/", `/${pk}/`);
    const next = button.form.elements.next.value.replaceAll("=0", `=${pk}`);
    row.setAttribute("aria-busy", "true");
    const page = await sd.post(address, { ...values, next });
    row.removeAttribute("aria-busy");
    if (!page) return false;
    const after = row.nextElementSibling;
    const still = sd.take(page, [`#${row.id}`])[0];
    sd.take(page, ["#meldinger", "#faner", ...(currentPk === pk ? ["#rute"] : [])]);
    if (!still) row.remove();
    const here = rowOf(currentPk);
    if (here) mark(here);
    else rows.select(after?.matches?.("[data-pk]") ? after : all()[0]);
    return true;
  }

  /* Hide a row that is about to go, and go on to the next one, or the one before. Returns the way back. */
  function putAside(row) {
    const every = all();
    const here = every.indexOf(row);
    row.hidden = true;
    rows.select(every[here + 1] || every[here - 1]);
    return () => {
      row.hidden = false;
      rows.select(row);
    };
  }

  function showSorted(row, chosen) {
    const tags = row.querySelector(".sd-item__flags");
    const html = tags.innerHTML;
    const sortings = row.dataset.sortings;
    row.dataset.sortings = [...chosen].join(" ");
    const marks = [...chosen].map((value) => document.getElementById(`merke-${value}`)?.content.cloneNode(true));
    tags.replaceChildren(...marks.filter(Boolean));
    return () => {
      tags.innerHTML = html;
      row.dataset.sortings = sortings;
    };
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

  sd.ready.push(() => {
    if (!list()) return;
    currentPk ||= rows.current()?.dataset.pk || "";
    const here = currentPk && rowOf(currentPk);
    if (here) mark(here);
    if (here && !arrived && new URLSearchParams(window.location.search).has("valgt")) here.querySelector("a").focus();
    arrived = true;
  });
})();
