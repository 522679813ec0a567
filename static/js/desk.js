// The desk: what a hand scanner types always lands in the one field, a chosen file is read at once.
const field = document.querySelector(".desk__field");

// A scanner is a keyboard that knows nothing of the focus: typed while nothing is being written, it goes to the field.
document.addEventListener("keydown", ({ key, target, ctrlKey, altKey, metaKey, isComposing }) => {
  if (key.length !== 1 || key === " " || key === "?" || ctrlKey || altKey || metaKey || isComposing) return;
  if (target.closest("input, select, textarea, dialog[open]")) return;
  field?.focus();
});

// The separator of a box's DataMatrix (GS) is typed as Ctrl+], of which a field keeps nothing: its picture stays.
field?.addEventListener("keydown", (event) => {
  if (!event.ctrlKey || event.altKey || (event.code !== "BracketRight" && event.key !== "]")) return;
  event.preventDefault();
  field.setRangeText("\u241d", field.selectionStart, field.selectionEnd, "end");
});

for (const input of document.querySelectorAll("[data-file]")) {
  input.addEventListener("change", () => {
    if (input.files.length) input.form.requestSubmit();
  });
}

for (const way of document.querySelectorAll("[data-way]")) {
  way.addEventListener("toggle", () => {
    if (way.open) way.querySelector("input:not([type=hidden])").focus();
  });
}
