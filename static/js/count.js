/* The live length of a text: <span data-count-for="svar" data-max="500" data-address="23"><b data-now>264</b> av 500 tegn</span>.
   Counted as readers count, by whole characters; data-address: what the platform counts any web address as;
   data-ahead: the length of what is put in front of the text. */
(() => {
  "use strict";
  const sd = window.sd;
  const numbers = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: "always" });
  const letters = new Intl.Segmenter("nb", { granularity: "grapheme" });

  function lengthOf(text, address) {
    const counted = address ? text.replace(/https?:\/\/\S+/g, "x".repeat(address)) : text;
    return [...letters.segment(counted)].length;
  }

  function begin(counter) {
    const area = document.getElementById(counter.dataset.countFor);
    const now = counter.querySelector("[data-now]");
    const most = Number(counter.dataset.max) || Infinity;
    const show = () => {
      const length = lengthOf(area.value, Number(counter.dataset.address)) + Number(counter.dataset.ahead || 0);
      now.textContent = numbers.format(length);
      counter.toggleAttribute("data-over", length > most);
    };
    area?.addEventListener("input", show);
    if (area) show();
  }

  sd.ready.push((root) => {
    root.querySelectorAll("[data-count-for]:not([data-counts])").forEach((counter) => {
      counter.dataset.counts = "";
      begin(counter);
    });
  });
})();
