// Keys. `?` opens the help, which lists every [data-key]; Ctrl+Enter presses [data-submit-key].
// A key is written as "N", "F2" or "Alt+N". Single keys stay silent while one types, and can be turned off (WCAG 2.1.4).
const STORED = "single-keys";

export function bindShortcuts() {
  const help = document.querySelector("dialog[data-help]");
  document.querySelector("[data-help-button]")?.addEventListener("click", () => open(help));
  bindSwitch(help?.querySelector("[data-single-keys]"));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) press(event, find("[data-submit-key]"));
    else if (document.querySelector("dialog[open]")) return;
    else if (event.key === "?" && allowsSingle(event)) pressHelp(event, help);
    else press(event, find("[data-key]", (element) => matches(event, element.dataset.key)));
  });
}

function find(selector, test = () => true) {
  return [...document.querySelectorAll(selector)].find((element) => isUsable(element) && test(element));
}

function isUsable(element) {
  return !element.disabled && element.checkVisibility();
}

function press(event, element) {
  if (!element) return;
  event.preventDefault();
  if (element.matches("input:not([type=checkbox], [type=radio]), select, textarea")) element.focus();
  else element.click();
}

function matches(event, key) {
  const parts = key.split("+");
  const last = parts.pop();
  if (parts.includes("Alt") !== event.altKey || parts.includes("Ctrl") !== event.ctrlKey) return false;
  if (parts.includes("Shift") && !event.shiftKey) return false;
  if (last.length === 1 && parts.length === 0 && !allowsSingle(event)) return false;
  return event.key.toLowerCase() === last.toLowerCase() || event.code === `Key${last.toUpperCase()}`;
}

function allowsSingle({ target, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey || localStorage.getItem(STORED) === "off") return false;
  return !target.closest?.("input:not([type=checkbox], [type=radio], [type=submit]), select, textarea, [contenteditable]");
}

function pressHelp(event, help) {
  event.preventDefault();
  open(help);
}

function open(help) {
  if (!help) return;
  fill(help.querySelector("[data-key-list]"));
  help.showModal();
}

function fill(list) {
  for (const added of list.querySelectorAll("[data-added]")) added.remove();
  for (const element of document.querySelectorAll("[data-key], [data-submit-key]")) {
    if (!isUsable(element)) continue;
    list.append(term(element.dataset.key ?? list.dataset.wordsSubmit), description(element));
  }
}

function term(key) {
  const dt = document.createElement("dt");
  const kbd = document.createElement("kbd");
  dt.dataset.added = "";
  kbd.textContent = key;
  dt.append(kbd);
  return dt;
}

function description(element) {
  const dd = document.createElement("dd");
  dd.dataset.added = "";
  dd.textContent = element.dataset.keyLabel ?? element.ariaLabel ?? spoken(element);
  return dd;
}

function spoken(element) {
  const source = element.labels?.[0] ?? element;
  const copy = source.cloneNode(true);
  for (const hint of copy.querySelectorAll("kbd, [aria-hidden=true]")) hint.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function bindSwitch(box) {
  if (!box) return;
  box.checked = localStorage.getItem(STORED) !== "off";
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
}
