/* Words marked in the comment become the claim: a button appears beside the field while something is marked there. */
(() => {
  "use strict";
  let marked = "";
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const inside = selection?.anchorNode?.parentElement?.closest(".sd-msg--focus .sd-words");
    const words = inside ? selection.toString().trim() : "";
    if (words) marked = words;
    const button = document.querySelector("[data-take-marked]");
    if (button && words) button.hidden = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-take-marked]");
    const field = button && document.querySelector(button.dataset.takeMarked);
    if (!field || !marked) return;
    field.value = marked.slice(0, field.maxLength);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
