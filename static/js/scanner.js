// A hand scanner is a keyboard that types faster than anybody and knows nothing of the focus. What it types anywhere on
// the page is taken out of the field that it fell into and handed over; Enter so soon after a key never presses a button.
const SHORTEST = 13; // the digits under the bars of a box
const TOGETHER = 300; // milliseconds between two keys of one burst, on a busy machine
const QUICK = 50; // on average: two hundred words a minute
const LOOKING = 400; // nobody presses Enter so soon after a key, or after the page came
const WRITING = 50;
const GROUP = "\x1d";

export function bindScanner(hand) {
  let burst = null;
  let typed = performance.now();
  addEventListener("keydown", listen, true);

  function listen(event) {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter") return finish(event);
    if (event.altKey && !event.getModifierState("AltGraph")) return (burst = null); // a shortcut of the page
    const control = event.ctrlKey && event.key.length === 1 && burst?.text.length > 1;
    if (event.key.length !== 1 || ((event.ctrlKey || event.metaKey) && !control)) return;
    if (!burst || event.timeStamp - burst.last > TOGETHER) burst = begin(event);
    burst.text += control && !event.altKey ? GROUP : event.key; // a scanner writes the end of a part as a control key
    burst.last = event.timeStamp;
    if (control && !event.altKey) swallow(event);
    else if (isShortcut(event) && burst.text.length > 2) event.stopImmediatePropagation();
    typed = event.timeStamp;
  }

  function finish(event) {
    const scanned = burst && event.timeStamp - burst.last <= TOGETHER && isFast(burst);
    const soon = event.target.matches?.("input, select, textarea") ? WRITING : LOOKING;
    if (scanned) {
      swallow(event);
      restore(burst);
      hand(burst.text);
    } else if (!event.ctrlKey && event.timeStamp - typed < soon) {
      swallow(event);
    }
    burst = null;
  }
}

function begin({ target, timeStamp }) {
  const writes = target.matches?.("input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select");
  return { text: "", first: timeStamp, last: timeStamp, field: writes ? target : null, value: writes ? target.value : "" };
}

function isFast({ text, first, last }) {
  return text.length >= SHORTEST && (last - first) / text.length < QUICK;
}

// What the scanner typed into a field was not meant for it.
function restore({ field, value }) {
  if (!field || field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function isShortcut({ target }) {
  return !target.closest?.("input, select, textarea");
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
