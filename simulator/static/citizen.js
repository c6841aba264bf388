"use strict";
// Keeps the thread fresh without touching the form, so that a half-written comment is never lost.
(() => {
  const thread = document.getElementById("traad");
  const news = document.getElementById("nytt");
  if (!thread || !thread.dataset.fresh) return;
  let shown = null;

  function show(html) {
    const focused = thread.contains(document.activeElement) && document.activeElement.getAttribute("href");
    const before = thread.querySelectorAll(".comment-municipality").length;
    thread.innerHTML = html;
    if (focused) [...thread.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
    const after = thread.querySelectorAll(".comment-municipality").length;
    news.textContent = after > before ? "Kommunen har svart." : "Tråden er oppdatert.";
  }

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(thread.dataset.fresh);
      if (!answer.ok) return;
      const html = await answer.text();
      if (shown !== null && html !== shown) show(html);
      shown = html;
    } catch {
      // The server is away for a moment; the next look finds out.
    }
  }

  look();
  setInterval(look, 5000);
})();
