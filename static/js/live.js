/* What others do, while this page is open. [data-live="address"] is asked every ten seconds as long as somebody can see it;
   204: nothing to tell. Its answer: what stands in it, and <template data-told="64" data-gone>words</template> for rows.
   News is told at most twice a minute, so that a screen reader is not read to all day. */
(() => {
  "use strict";
  const EVERY = 10000;
  const QUIET = 30000;
  const sd = window.sd;
  const place = () => document.querySelector("[data-live]");
  let last = "";
  let toldAt = 0;
  let timer = 0;

  async function ask() {
    clearTimeout(timer);
    timer = setTimeout(ask, EVERY);
    const here = place();
    if (!here || document.visibilityState === "hidden") return;
    const address = new URL(here.dataset.live, window.location.href);
    const shown = sd.rows?.shown() ?? [];
    if (shown.length) address.searchParams.set("rader", shown.join(","));
    const version = document.querySelector("[data-autosave-url]")?.form.elements.version?.value;
    if (version !== undefined) address.searchParams.set("utkast", version);
    const response = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    sd.offline(!response);
    if (!response) return;
    if (response.redirected) { sd.signedOut(); return; }
    if (response.status === 200) tell(here, await response.text());
    else if (response.status === 204 && "clears" in here.dataset) tell(here, "");
  }

  function tell(here, html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    answer.querySelectorAll("template[data-told]").forEach((one) => {
      sd.rows?.tell(one.dataset.told, one.content.textContent.trim(), "gone" in one.dataset);
      one.remove();
    });
    const words = (answer.head.innerHTML + answer.body.innerHTML).trim();
    if (words === last || (!words && !("clears" in here.dataset))) return;
    if (last && words && Date.now() - toldAt < QUIET && !("clears" in here.dataset)) return;
    last = words;
    toldAt = Date.now();
    sd.fill(here, words);
  }

  sd.live = { now: ask };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") ask(); });
  document.addEventListener("DOMContentLoaded", () => { timer = setTimeout(ask, place()?.hasAttribute("data-at-once") ? 0 : EVERY); });
})();
