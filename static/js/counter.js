// The counter: the one main button says what it will do, and a scanner that reads twice dispenses nothing.
const form = document.querySelector("[data-counter]");
const SCANNER = 300; // milliseconds within which a scanner ends with Enter what it types
let typed = 0;

addEventListener("keydown", guard, true);
document.querySelector("[data-print]")?.addEventListener("click", () => print());
if (form) {
  form.querySelector("[data-deliver-changed]")?.remove();
  form.addEventListener("input", tell);
  form.addEventListener("change", tell);
  tell();
}

function guard(event) {
  if (event.key.length === 1) typed = event.timeStamp;
  const writing = event.target.matches?.("input, select, textarea");
  if (event.key === "Enter" && !writing && event.timeStamp - typed < SCANNER) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

function tell() {
  const changed = [...form.querySelectorAll("[data-line]")].filter(mark).length > 0;
  const button = form.querySelector("[data-deliver]");
  button.value = changed ? "changed" : "all";
  button.querySelector("span").textContent = changed ? button.dataset.wordsChanged : button.dataset.wordsAll;
}

function mark(line) {
  const fields = [...line.querySelectorAll("input, select")];
  const differs = fields.some((field) => field.value !== (field.dataset.due ?? ""));
  line.querySelector("tr").toggleAttribute("data-differs", differs);
  return differs;
}
