/* A textarea with data-autosave-url saves itself, with its whole form; #<id>-lagret shows how it went.
   Answer 200 {"version": 4, "message": "Utkast lagret kl. 08.21"}; anything else, {"error": "…"} or no answer at all,
   keeps the text in this tab and offers it back next time. A 409 that tells {"text", "version"} of what is saved is no
   conflict when the text is one we sent ourselves (the answer was lost). data-saving, data-unsaved: the words. */
(() => {
  "use strict";
  const QUIET = 1200;
  const LONGEST = 8000;
  const AGAIN = 10000;
  const sd = window.sd;

  function begin(area) {
    const form = area.form;
    const status = document.getElementById(`${area.id}-lagret`);
    const offer = document.getElementById(`${area.id}-tilbud`);
    const slot = `utkast:${area.dataset.autosaveUrl}`;
    let saved = area.value;
    let timer = 0;
    let dirtySince = 0;
    let busy = false;
    const sent = new Set();

    const show = (words, tone) => {
      if (!status) return;
      status.textContent = words;
      status.dataset.tone = tone;
    };
    const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };

    async function save() {
      clearTimeout(timer);
      if (busy) { later(QUIET); return; }
      const text = area.value;
      if (text === saved) return;
      busy = true;
      sent.add(text);
      show(area.dataset.saving, "quiet");
      try {
        const answer = await post(text);
        taken(text, answer);
      } catch (problem) {
        keep(text, problem);
      } finally {
        busy = false;
      }
    }

    async function post(text) {
      const body = new FormData(form);
      body.set(area.name, text);
      body.delete("picture"); /* a chosen file goes with its own button, not with every pause in the typing */
      const response = await fetch(area.dataset.autosaveUrl, {
        method: "POST", body, keepalive: true, headers: { Accept: "application/json" },
      });
      const answer = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
      if (!response.ok) throw Object.assign(new Error(), { words: answer.error, status: response.status, answer });
      return answer;
    }

    function taken(text, answer) {
      saved = text;
      dirtySince = 0;
      sessionStorage.removeItem(slot);
      if (form.elements.version && answer.version !== undefined) form.elements.version.value = answer.version;
      show(answer.message, "fine");
      area.dispatchEvent(new CustomEvent("sd:saved", { bubbles: true }));
      if (area.value !== text) later(QUIET);
    }

    /* Somebody else's newer draft (409) is never overwritten; a network that is away is tried again. */
    function keep(text, problem) {
      sessionStorage.setItem(slot, text);
      const { text: theirs, version } = problem.answer ?? {};
      if (problem.status === 409 && sent.has(theirs)) {
        form.elements.version.value = version;
        later(QUIET);
        return;
      }
      show(problem.words || area.dataset.unsaved, "bad");
      if (problem.status === undefined || problem.status >= 500) later(AGAIN);
    }

    function offerBack() {
      const kept = sessionStorage.getItem(slot);
      if (kept === null || kept === area.value || !offer) { sessionStorage.removeItem(slot); return; }
      offer.hidden = false;
      offer.querySelector("[data-take]").addEventListener("click", () => {
        area.value = kept;
        offer.hidden = true;
        area.dispatchEvent(new Event("input", { bubbles: true }));
        area.focus();
      });
      offer.querySelector("[data-drop]").addEventListener("click", () => {
        sessionStorage.removeItem(slot);
        offer.hidden = true;
        area.focus();
      });
    }

    area.addEventListener("input", () => {
      dirtySince ||= Date.now();
      later(Date.now() - dirtySince > LONGEST ? 0 : QUIET);
    });
    area.addEventListener("blur", save);
    form.addEventListener("submit", () => { clearTimeout(timer); sessionStorage.removeItem(slot); saved = area.value; });
    window.addEventListener("pagehide", () => { if (area.value !== saved) { sessionStorage.setItem(slot, area.value); save(); } });
    offerBack();
  }

  sd.ready.push((root) => {
    root.querySelectorAll("textarea[data-autosave-url]:not([data-autosaves])").forEach((area) => {
      area.dataset.autosaves = "";
      begin(area);
    });
  });
})();
