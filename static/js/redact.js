/* Redaction: words marked in the original, with the mouse or the arrow keys, are hidden in the copy with one button.
   Without this file the passages are written in the field, which stands open. */
(() => {
  "use strict";
  const form = document.querySelector("[data-redact-form]");
  if (!form) return;
  const button = form.querySelector("button");
  const field = form.querySelector("[name=add]");
  const texts = [...document.querySelectorAll("[data-redact]")];
  form.hidden = false;
  const help = document.querySelector("[data-redact-help]");
  help.hidden = false;
  const write = document.querySelector("[data-redact-write]");
  if (!write.hasAttribute("data-refused")) write.open = false;

  const at = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("[data-redact]");
  const textOf = (selection) => {
    const text = at(selection?.anchorNode);
    return text && text === at(selection.focusNode) ? text : null;
  };
  const plain = (words) => words.split(/\s+/).filter(Boolean).join(" ");
  /* The words of a selection that stands in one text; across two it is no passage. Three clicks mark a whole text and
     end at the start of what comes after it: that is still one. */
  const marked = () => {
    const selection = document.getSelection();
    if (!selection?.rangeCount) return "";
    const range = selection.getRangeAt(0).cloneRange();
    const text = at(range.startContainer);
    if (!text) return "";
    if (at(range.endContainer) !== text) range.setEnd(text, text.childNodes.length);
    const words = plain(range.toString());
    return words === plain(selection.toString()) ? words : "";
  };
  document.addEventListener("selectionchange", () => {
    const words = marked();
    if (words) field.value = words;
    /* A click on the button may take the marking away first: what was marked last is meant. */
    if (words || !form.contains(document.activeElement)) button.disabled = !words;
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault());

  const move = (text, event) => {
    const selection = document.getSelection();
    const way = event.key === "ArrowRight" || event.key === "ArrowDown" ? "forward" : "backward";
    const step = event.key === "ArrowUp" || event.key === "ArrowDown" ? "line" : "word";
    if (textOf(selection) !== text) selection.collapse(text, way === "forward" ? 0 : text.childNodes.length);
    const before = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    if (event.shiftKey) {
      selection.modify("extend", way, step);
    } else {
      if (way === "forward") selection.collapseToEnd(); else selection.collapseToStart();
      if (step === "line") selection.modify("move", way, "line");
      selection.modify("extend", step === "line" ? "forward" : way, "word");
    }
    if (textOf(selection) !== text && before) {
      selection.removeAllRanges();
      selection.addRange(before);
    }
  };
  for (const text of texts) {
    text.tabIndex = 0;
    text.setAttribute("role", "group");
    text.setAttribute("aria-describedby", help.id);
    text.addEventListener("keydown", (event) => {
      if (event.key.startsWith("Arrow") && !event.ctrlKey && !event.altKey && !event.metaKey) {
        event.preventDefault();
        move(text, event);
      } else if (event.key === "Enter" && marked()) {
        event.preventDefault();
        field.value = marked();
        form.requestSubmit(button.disabled ? undefined : button);
      }
    });
  }
})();
