/* A textarea with data-autosave-url saves itself, with its whole form; #<id>-lagret shows how it went.
   Answer 200 {"version": 4, "message": "Utkast lagret kl. 08.21"}; anything else, {"error": "…"} or no answer at all, is
   not saved. Every letter is kept in this browser until the server has it: a lost network, a closed tab or an ended
   sign-in takes nothing. A 409 that tells {"text", "version"} of what is saved is no conflict when the text is one we
   sent ourselves (the answer was lost). Tabs of one browser hear each other: the second one is told.
   data-who: whose text it is; data-saving, data-unsaved, data-unsent, data-back, data-elsewhere: the words. */
(() => {
  "use strict";
  const QUIET = 1200;
  const LONGEST = 8000;
  const AGAIN = 10000;
  const GIVE_UP = 10000; /* a save that has no answer by then has none: whoever has pressed a button waits for it */
  const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;
  const sd = window.sd;

  /* What is kept in this browser, by person and address: {text, base, at, handed} (handed: went with the form). A full or forbidden store keeps nothing. */
  const store = {
    read(slot) {
      try { return JSON.parse(localStorage.getItem(slot)); } catch { return null; }
    },
    write(slot, text, base, handed = false) {
      try { localStorage.setItem(slot, JSON.stringify({ text, base, handed, at: Date.now() })); } catch { /* full */ }
    },
    drop(slot) {
      try { localStorage.removeItem(slot); } catch { /* nothing was kept there either */ }
    },
    forgetOld() {
      try {
        Object.keys(localStorage).filter((slot) => slot.startsWith("utkast:")).forEach((slot) => {
          if (Date.now() - (store.read(slot)?.at ?? 0) > KEPT_FOR) store.drop(slot);
        });
      } catch { /* no store */ }
    },
  };

  function begin(area) {
    const form = area.form;
    const status = document.getElementById(`${area.id}-lagret`);
    const offer = document.getElementById(`${area.id}-tilbud`);
    const slot = `utkast:${area.dataset.who}:${area.dataset.autosaveUrl}`;
    const others = new BroadcastChannel(slot);
    const base = () => form.elements.version?.value ?? "";
    let saved = area.value;
    let timer = 0;
    let dirtySince = 0;
    let busy = false;
    let after = null; /* {button}: what was pressed while a save was on its way */
    const sent = new Set();

    const show = (words, tone) => {
      if (!status) return;
      status.textContent = words;
      status.dataset.tone = tone;
    };
    const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };
    const keepHere = () => store.write(slot, area.value, base());
    const isDirty = () => area.value !== saved;

    async function save() {
      clearTimeout(timer);
      if (busy) { later(QUIET); return; }
      const text = area.value;
      if (text === saved) return;
      busy = true;
      sent.add(text);
      show(area.dataset.saving, "quiet");
      try {
        taken(text, await post(text));
      } catch (problem) {
        keep(problem);
      } finally {
        busy = false;
        if (after) { const { button } = after; after = null; press(button); }
      }
    }

    /* The button may have been drawn anew meanwhile; the one that stands for the same is pressed. */
    function press(button) {
      const isSame = (one) => one.type === "submit" && one.formAction === button.formAction && one.name === button.name && one.value === button.value;
      const there = button?.form === form ? button : button && [...form.elements].find(isSame);
      if (there || !button) form.requestSubmit(there ?? null);
      else show(area.dataset.unsent, "bad");
    }

    /* An answer that is no JSON is no answer: the way to the sign-in page also ends in a 200. */
    async function post(text) {
      const body = new FormData(form);
      body.set(area.name, text);
      body.delete("picture"); /* a chosen file goes with its own button, not with every pause in the typing */
      const limit = new AbortController();
      const giveUp = setTimeout(() => limit.abort(), GIVE_UP);
      const response = await fetch(area.dataset.autosaveUrl, {
        method: "POST", body, keepalive: true, signal: limit.signal, headers: { Accept: "application/json" },
      }).finally(() => clearTimeout(giveUp));
      if (response.redirected || response.status === 403) throw Object.assign(new Error(), { signedOut: true });
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      const answer = isJson ? await response.json() : {};
      if (!response.ok || !isJson) throw Object.assign(new Error(), { words: answer.error, status: response.status, answer });
      return answer;
    }

    function taken(text, answer) {
      saved = text;
      dirtySince = 0;
      if (form.elements.version && answer.version !== undefined) form.elements.version.value = answer.version;
      if (form.elements.sent) form.elements.sent.value = "";
      sd.offline(false);
      show(answer.message, "fine");
      others.postMessage({ saved: text, version: base() });
      area.dispatchEvent(new CustomEvent("sd:saved", { bubbles: true }));
      if (isDirty()) { keepHere(); later(QUIET); } else store.drop(slot);
    }

    /* Somebody else's newer draft (409) is never overwritten; a network that is away is tried again. */
    function keep(problem) {
      keepHere();
      const { text: theirs, version } = problem.answer ?? {};
      if (problem.status === 409 && sent.has(theirs)) {
        form.elements.version.value = version;
        later(QUIET);
        return;
      }
      show(problem.words || area.dataset.unsaved, "bad");
      if (problem.signedOut) { sd.signedOut(); return; }
      if (problem.status === undefined) {
        if (form.elements.sent) form.elements.sent.value = area.value; /* it may have come through, without its answer */
        sd.offline(true);
      }
      if (problem.status === undefined || problem.status >= 500) later(AGAIN);
    }

    /* Text that never reached the server comes back by itself when nobody has saved since; else it is offered. */
    function bringBack() {
      const kept = store.read(slot);
      if (!kept || kept.text === area.value || !kept.text) { store.drop(slot); return; }
      sent.add(kept.text);
      if (kept.handed && kept.base !== base()) { store.drop(slot); return; } /* the form came through */
      if (kept.base === base()) { put(kept.text, area.dataset.back); return; }
      if (!offer) return;
      offer.hidden = false;
      offer.querySelector("[data-take]").addEventListener("click", () => {
        offer.hidden = true;
        put(kept.text, area.dataset.back);
        area.focus();
      });
      offer.querySelector("[data-drop]").addEventListener("click", () => {
        store.drop(slot);
        offer.hidden = true;
        area.focus();
      });
    }

    function put(text, words) {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      show(words, "fine");
    }

    /* Another tab of ours: it says that it is there, and what it has saved. An untouched text follows it. */
    others.addEventListener("message", ({ data }) => {
      const notice = document.getElementById(`${area.id}-faner`);
      if (data === "hello") { others.postMessage("here"); return; }
      if (notice) notice.hidden = false;
      if (data.version === undefined) return;
      if (isDirty()) { show(area.dataset.elsewhere, "bad"); return; }
      saved = area.value = data.saved;
      form.elements.version.value = data.version;
      show(area.dataset.elsewhere, "quiet");
    });

    area.addEventListener("input", () => {
      dirtySince ||= Date.now();
      keepHere();
      later(Date.now() - dirtySince > LONGEST ? 0 : QUIET);
    });
    area.addEventListener("blur", save);
    form.addEventListener("submit", (event) => {
      if (busy) { event.preventDefault(); after = { button: event.submitter }; return; }
      clearTimeout(timer);
      if (isDirty()) store.write(slot, area.value, base(), true);
      saved = area.value;
    });
    window.addEventListener("online", () => { if (isDirty()) save(); });
    window.addEventListener("pagehide", () => { if (isDirty()) { keepHere(); save(); } });
    bringBack();
    others.postMessage("hello");
  }

  sd.ready.push((root) => {
    root.querySelectorAll("textarea[data-autosave-url]:not([data-autosaves])").forEach((area) => {
      area.dataset.autosaves = "";
      begin(area);
    });
  });
  document.addEventListener("DOMContentLoaded", () => {
    store.forgetOld();
    /* Where there is nothing to write any more, what was kept for it has come out or been thrown away. */
    const done = document.querySelector("[data-nothing-to-write]");
    if (done && !document.querySelector("[data-autosave-url]")) store.drop(`utkast:${done.dataset.nothingToWrite}`);
  });
})();
