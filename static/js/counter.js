// The counter: the one main button says what it will do, and a scanner that reads twice dispenses nothing.
const form = document.querySelector("[data-counter]");
// Milliseconds: nobody presses Enter so soon after a key, or after the page came; a scanner does.
const LOOKING = 400;
const WRITING = 50;
let typed = performance.now();

document.querySelector("[data-print]")?.addEventListener("click", () => print());
if (form) {
  addEventListener("keydown", guard, true);
  form.querySelector("[data-deliver-changed]")?.remove();
  form.addEventListener("input", tell);
  form.addEventListener("change", ({ target }) => {
    if (target.name.endsWith("-refusal")) empty(target);
    tell();
  });
  tell();
}

function guard(event) {
  if (event.key.length === 1) typed = event.timeStamp;
  const soon = event.target.matches?.("input, select, textarea") ? WRITING : LOOKING;
  if (event.key === "Enter" && !event.ctrlKey && event.timeStamp - typed < soon) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

// A reason for not dispensing means no box; taken back, what is due comes back.
function empty(reason) {
  const quantity = reason.closest("[data-line]").querySelector("input[type=number]");
  quantity.value = reason.value ? "0" : quantity.dataset.due;
}

function tell() {
  const changed = [...form.querySelectorAll("[data-line]")].filter(mark).length > 0;
  const button = form.querySelector("[data-deliver]");
  button.value = changed ? "changed" : "all";
  form.querySelector("[data-count]").textContent = boxes();
  button.querySelector("span").textContent = changed ? button.dataset.wordsChanged : button.dataset.wordsAll;
}

function boxes() {
  const quantities = [...form.querySelectorAll("[data-line] input[type=number]")];
  return quantities.reduce((sum, field) => sum + (field.valueAsNumber || 0), 0);
}

function mark(line) {
  const fields = [...line.querySelectorAll("input, select")];
  const differs = fields.some((field) => field.value !== (field.dataset.due ?? ""));
  line.querySelector("tr").toggleAttribute("data-differs", differs);
  return differs;
}
