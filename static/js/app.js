/* Smooths the pages; every form and link works without it. The only file that knows htmx's event names.
   Words shown come from the page (data attributes), never from here. */
(() => {
  "use strict";
  const TOAST_TIME = 8000;
  const sd = (window.sd = { ready: [] });

  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  /* Post a form's values and return the page that came of it, after redirects, as a document; null when it failed (and
     said so). 409 and 422 are pages too: they show how it is now, and why. */
  sd.post = (url, values) => {
    const body = new URLSearchParams();
    Object.entries(values).forEach(([name, value]) => [value].flat().forEach((one) => body.append(name, one)));
    return sd.fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() } });
  };

  /* Fetch a page of ours as a document; null when it failed (and said so). */
  sd.fetch = async (url, how = {}) => {
    try {
      const response = await fetch(url, how);
      if (!response.ok && response.status !== 409 && response.status !== 422) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (page.querySelector(".sd-app")) return page;
      sd.signedOut();
      return null;
    } catch {
      sd.say(document.body.dataset.failed);
      return null;
    }
  };

  /* Put parts of another page in the place of ours, keeping focus. Returns the parts that were found there. */
  sd.take = (page, selectors) => selectors.map((selector) => {
    const fresh = page.querySelector(selector);
    const here = document.querySelector(selector);
    if (fresh && here) morph(here, fresh.outerHTML, "outerHTML");
    return fresh;
  });

  /* Fill a part of the page from an address, if it is still wanted when the answer comes. */
  sd.load = async (url, target, wanted) => {
    const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (response?.ok && !response.redirected && wanted()) morph(target, await response.text(), "innerHTML");
  };

  /* Put HTML in a part of the page, keeping focus. */
  sd.fill = (target, html) => morph(target, html, "innerHTML");

  /* Say that the network is away, as long as it is; and that the sign-in has ended, with the way back to this page. */
  sd.offline = (isOff) => banner("frakoblet", isOff);
  sd.signedOut = () => {
    const link = banner("utlogget", true)?.querySelector("[data-sign-in]");
    const here = window.location.pathname + window.location.search;
    link?.setAttribute("href", `${link.getAttribute("href").split("?")[0]}?next=${encodeURIComponent(here)}`);
  };

  function banner(id, on) {
    const place = document.getElementById(id);
    const shown = place?.querySelector("p");
    if (!place || Boolean(shown) === on) return place;
    if (on) place.append(place.querySelector("template").content.cloneNode(true));
    else shown.remove();
    return place;
  }

  function morph(target, html, morphStyle) {
    const parts = window.Idiomorph.morph(target, html, { morphStyle, ignoreActiveValue: true });
    (morphStyle === "innerHTML" ? [target] : [...(parts || [])]).forEach((part) => {
      if (part.nodeType !== Node.ELEMENT_NODE) return;
      window.htmx.process(part);
      start(part);
    });
  }

  /* Say something in the status line at the foot, as a toast. */
  sd.say = (words) => {
    const place = document.getElementById("meldinger");
    const mould = document.getElementById("melding-mal");
    if (!place || !mould || !words) return;
    const toast = mould.content.firstElementChild.cloneNode(true);
    toast.querySelector("[data-words]").textContent = words;
    place.append(toast);
    startToasts(place);
  };

  /* Toasts go after 8 seconds, wait while somebody looks at them, and stay when they tell of a failure. */
  function startToasts(root) {
    root.querySelectorAll("[data-toast]:not([data-started])").forEach((toast) => {
      toast.dataset.started = "";
      toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
      if ("stays" in toast.dataset) return;
      let timer = 0;
      const start = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), TOAST_TIME); };
      const stop = () => clearTimeout(timer);
      toast.addEventListener("pointerenter", stop);
      toast.addEventListener("focusin", stop);
      toast.addEventListener("pointerleave", start);
      toast.addEventListener("focusout", start);
      start();
    });
  }

  /* «Publiseres om 24 s»: counts down; when it is over the undo goes away and the page asks for what happened. */
  function startCountdowns(root) {
    root.querySelectorAll("[data-countdown]:not([data-started])").forEach((number) => {
      number.dataset.started = "";
      const end = Date.now() + Number(number.dataset.countdown) * 1000;
      const tick = () => {
        if (!number.isConnected) return;
        const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
        number.textContent = String(left);
        if (left) { setTimeout(tick, 250); return; }
        number.closest("[data-holding]")?.querySelectorAll("form").forEach((form) => { form.hidden = true; });
      };
      tick();
    });
  }

  function start(root) {
    startToasts(root);
    startCountdowns(root);
    root.querySelector("[data-focus]")?.focus();
    sd.ready.forEach((begin) => begin(root));
  }

  /* A button that cannot be used yet says why instead of doing it. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[aria-disabled='true']");
    if (button) {
      event.preventDefault();
      const reason = document.getElementById(button.getAttribute("aria-describedby") || "");
      if (reason) sd.say(reason.textContent.trim());
      return;
    }
    const copy = event.target.closest?.("[data-copy]");
    if (copy) {
      const source = document.querySelector(copy.dataset.copy);
      navigator.clipboard.writeText(source.value ?? source.textContent.trim()).then(() => sd.say(copy.dataset.copied));
    }
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  });

  /* What folds out to be filled in takes the focus. */
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("[data-opens-field][open]")) event.target.querySelector("textarea, input:not([type=hidden])")?.focus();
  }, true);

  /* A choice that sends its form at once (with JavaScript; without, the form has its own button). */
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-sends]")) event.target.form.requestSubmit();
  });

  document.addEventListener("htmx:afterSettle", (event) => start(event.detail.elt));

  document.addEventListener("DOMContentLoaded", () => start(document.body));
})();
