// The writing screen. Without it every button still works: each one posts the whole form.
import { bindFinding } from "./finding.js";
import { bindKeeping } from "./keeping.js";

const form = document.querySelector("form[data-writing]");
if (form) {
  form.dataset.live = "";
  const keeper = bindKeeping(form);
  bindFinding(form);
  form.addEventListener("keydown", (event) => {
    const line = event.target.closest?.("[data-line], .whole, .point");
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !line || !event.target.matches("input")) return;
    event.preventDefault(); // the line is written: on to the next one
    keeper.keep();
    form.elements.search.focus();
  });
}
