// The counter: the one main button says what it will do, a box is read wherever the hand is, and a scanner that reads
// the prescription twice dispenses nothing.
import { bindFilling } from "./filling.js";
import { bindLines } from "./lines.js";
import { bindScanner } from "./scanner.js";

const form = document.querySelector("[data-counter]");

document.querySelector("[data-print]")?.addEventListener("click", () => print());
if (form) {
  const lines = bindLines(form);
  const filling = bindFilling(form, lines);
  bindScanner(filling.read);
}
