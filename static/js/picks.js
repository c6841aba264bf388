/* Picking rows: x picks the current one, Shift+j and Shift+k go on picking, Esc lets go. Keys then mean the picked rows. */
(() => {
  "use strict";
  const sd = window.sd;
  const form = () => document.getElementById("flere");
  const picked = () => [...document.querySelectorAll("#rader input[name=valgte]:checked")];
  const boxes = () => document.querySelectorAll("#rader input[name=valgte]");
  const boxOf = (row) => row?.querySelector("input[name=valgte]");

  function count() {
    const place = form()?.querySelector("[data-picked]");
    if (place) place.textContent = String(picked().length || "");
    form()?.querySelector("[data-pick-all]")?.toggleAttribute("hidden", picked().length === boxes().length);
    if (picked().length) fetchActs();
  }

  /* The acts come when the first row is picked. Until they are here a key does nothing: it must not hit one row alone. */
  const acts = () => form()?.querySelector("[data-acts]");
  const isWaiting = () => Boolean(acts()) && !acts().querySelector("[data-pick-key]") && "asked" in acts().dataset;
  function fetchActs() {
    const place = acts();
    if (!place || "asked" in place.dataset) return;
    place.dataset.asked = "";
    sd.load(place.dataset.acts, place, () => true).finally(() => { if (isWaiting()) delete place.dataset.asked; });
  }

  function pick(row, on) {
    const box = boxOf(row);
    if (!box) return;
    box.checked = on;
    count();
  }

  const picks = (sd.picks = {
    any: () => picked().length > 0,
    toggle() {
      const box = boxOf(sd.rows?.current());
      if (box) pick(sd.rows.current(), !box.checked);
      return Boolean(box);
    },
    extend(step) {
      if (!boxOf(sd.rows?.current())) return false;
      pick(sd.rows.current(), true);
      sd.rows.move(step);
      pick(sd.rows.current(), true);
      return true;
    },
    all() {
      boxes().forEach((box) => { box.checked = true; });
      count();
    },
    clear() {
      picked().forEach((box) => { box.checked = false; });
      count();
    },
    /* The control of the bar that this key presses while rows are picked. */
    control: (key) => (picks.any() ? form()?.querySelector(`[data-pick-key="${CSS.escape(key)}"]`) : null),
    isWaiting: () => picks.any() && isWaiting(),
    /* Keys for one row that need a choice (to whom, how it ends): pick the row, and open the list when it is here. */
    async choose(key) {
      const box = boxOf(sd.rows?.current());
      if (!box) return false;
      pick(sd.rows.current(), true);
      for (let tries = 0; tries < 40 && !picks.control(key); tries += 1) await new Promise((go) => setTimeout(go, 50));
      const control = picks.control(key);
      control?.click();
      control?.focus();
      return true;
    },
  });

  /* On a phone «Velg flere» is put out when somebody is done picking: then nothing stays picked behind it. */
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-several]:not(:checked)")) picks.clear();
    if (target.name === "valgte") count();
  });
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-pick-all]")) picks.all(); });
  document.addEventListener("reset", (event) => { if (event.target === form()) setTimeout(count); });
  sd.ready.push(count);
})();
