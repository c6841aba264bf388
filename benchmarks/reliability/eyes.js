/* What a careful person would see of a page that shows the words of others (R7). Called with
   {words: what others wrote, own: what the same page looks like with harmless words, or null, again: whether the page
   was looked at in another size}; returns
   {wrong: sentences, forms, names, frame: what this page looks like, to be held against}. */
({ words, own, again }) => {
  const wrong = new Set();
  const flat = (text) => text.replace(/[\s«»"…]+/g, " ").trim();
  const theirs = words.map(flat);
  const isTheirs = (text) => text.split("…").every((piece) => theirs.some((one) => one.includes(flat(piece))));
  const form = (one) =>
    one.tagName.toLowerCase() + [...one.attributes].map((a) => ` ${a.name}="${a.value}"`).sort().join("");
  const all = again ? [] : [...document.querySelectorAll("*")];

  /* Nothing that runs or fetches but what is ours, and no element that their words would make. */
  for (const one of all) {
    const name = one.tagName.toLowerCase();
    if (["iframe", "object", "embed", "base", "frame", "applet", "portal", "math"].includes(name)) wrong.add(`<${name}>`);
    if (name === "script" && !one.src.startsWith(`${location.origin}/static/`)) wrong.add("a script that is not ours");
    if (name === "meta" && one.httpEquiv.toLowerCase() === "refresh") wrong.add("a page that goes elsewhere");
    for (const { name: key, value } of one.attributes) {
      if (/^on/i.test(key) || key === "srcdoc") wrong.add(`an attribute ${key}`);
      if (!["href", "src", "action", "formaction", "data", "poster", "xlink:href", "hx-get", "hx-post"].includes(key)) continue;
      let goes;
      try {
        goes = new URL(value, location.href);
      } catch {
        continue;
      }
      const away = name === "a" && /^https?:$/.test(goes.protocol);
      if (goes.origin !== location.origin && !away && !/^(mailto|tel):$/.test(goes.protocol)) wrong.add(`${key} to ${goes.protocol}`);
    }
  }
  const forms = [...new Set(all.map(form))];
  const template = document.createElement("template");
  template.innerHTML = again ? "" : words.join("\n");
  const made = new Set([...template.content.querySelectorAll("*")].map(form));
  if (own) for (const one of forms) if (made.has(one) && !own.forms.includes(one)) wrong.add(`their element <${one.slice(0, 80)}>`);
  const names = again ? [] : [
    ...Object.getOwnPropertyNames(window),
    ...[document.documentElement, document.body].flatMap((one) => [...one.attributes].map((a) => `${one.tagName} ${a.name}`)),
  ];
  if (own) for (const one of names) if (!own.names.includes(one)) wrong.add(`a new name ${one}`);

  /* Text that others wrote has a direction and a box of its own. */
  const turns = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufb1d-\ufdff\ufe70-\ufefc]/;
  const orders = /[\u202a-\u202e\u2066-\u2069]/;
  const ownDirection = (one) => {
    while (one && one !== document.body && !one.dir && one.tagName !== "BDI" && getComputedStyle(one).unicodeBidi !== "plaintext") one = one.parentElement;
    return one && one !== document.body;
  };
  const where = (node) => {
    const box = node.parentElement.closest("[class]");
    return box ? `${box.tagName.toLowerCase()}.${box.className}` : node.parentElement.tagName.toLowerCase();
  };
  const letters = (node) => {
    const found = /\p{Script=Latin}{2}/u.exec(node.data);
    return found ? [0, 1].map((step) => {
      const range = document.createRange();
      range.setStart(node, found.index + step);
      range.setEnd(node, found.index + step + 1);
      return range.getBoundingClientRect();
    }) : [];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const text = node.data.slice(0, 20000);
    const parent = node.parentElement;
    if (!text.trim() || !parent.checkVisibility() || ["SCRIPT", "STYLE", "TEXTAREA", "OPTION"].includes(parent.tagName)) continue;
    const alone = isTheirs(text);
    const isolate = ownDirection(parent);
    if (turns.test(text) && !isolate) wrong.add(`no direction of its own: ${where(node)}`);
    if (orders.test(text) && !alone) wrong.add(`their words share a text with ours: ${where(node)}`);
    if (!alone && !isolate) {
      const [first, second] = letters(node);
      if (second && second.width && Math.abs(first.top - second.top) < 2 && second.left < first.left) wrong.add(`our words are turned: ${where(node)}`);
    }
    if (/\p{M}{5}/u.test(text)) {
      let box = parent;
      while (box && box.id !== "innhold" && box !== document.body && getComputedStyle(box).overflowY === "visible") box = box.parentElement;
      if (!box || box.id === "innhold" || box === document.body) wrong.add(`marks may run over ours: ${where(node)}`);
    }
  }

  /* Our own frame stands, and nothing lies on it. */
  const frame = [];
  for (const one of document.querySelectorAll(".sd-side a, .sd-bottom a, .sd-bottom summary, .sd-top a, .sd-top button, .sd-top h1")) {
    const box = one.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (!one.checkVisibility() || !box.width || x < 0 || y < 0 || x > innerWidth || y > innerHeight) continue;
    const top = document.elementFromPoint(x, y);
    const key = `${one.tagName} ${(one.getAttribute("href") || "").split("?")[0].replace(/\d+/g, "#")}`;
    if (top && (one.contains(top) || top.contains(one))) frame.push(key);
    else wrong.add(`covered: ${key}`);
  }
  if (own) for (const one of own.frame) if (!frame.includes(one)) wrong.add(`missing: ${one}`);

  const sideways = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (innerWidth < 500 && sideways > 0) wrong.add(`${sideways} px too wide`);
  return { wrong: [...wrong], forms, names, frame };
};
