/* Picking rows: x picks the current one, Shift+j and Shift+k go on picking, Esc lets go. Keys then mean the picked rows. */
(() => {
  "use strict";
  const sd = window.sd;
  const form = () => document.getElementById("flere");
  const picked = () => [...document.querySelectorAll("#rader input[name=valgte]:checked")];
  const boxOf = (row) => row?.querySelector("input[name=valgte]");

  function count() {
    const place = form()?.querySelector("[data-picked]");
    if (place) place.textContent = String(picked().length || "");
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
    clear() {
      picked().forEach((box) => { box.checked = false; });
      count();
    },
    /* The control of the bar that this key presses while rows are picked. */
    control: (key) => (picks.any() ? form()?.querySelector(`[data-pick-key="${CSS.escape(key)}"]`) : null),
  });

  document.addEventListener("change", (event) => { if (event.target.name === "valgte") count(); });
  document.addEventListener("reset", (event) => { if (event.target === form()) setTimeout(count); });
  sd.ready.push(count);
})();
