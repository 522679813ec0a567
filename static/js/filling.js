// Fills the page without leaving it: a box that was read, a product looked for by its name. The server answers with the
// same page, filled; without script it is the same form that is sent.
import { announce } from "./live.js";

export function bindFilling(form, lines) {
  let running = Promise.resolve();

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fills]");
    if (!button) return;
    event.preventDefault();
    ask({ act: button.value });
  });
  form.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !target.matches("input")) return;
    event.preventDefault();
    if (target.matches("[data-box]")) ask({ act: "box" });
    else if (target.name.endsWith("-search")) ask({ act: "find" });
    else if (target.type !== "checkbox") form.requestSubmit(form.querySelector("[data-deliver]"));
  });
  return { read: (text) => ask({ act: "box", box: text }) };

  // One after the other: two boxes read in a row are two boxes.
  function ask(fields) {
    running = running.then(() => send(fields));
    return running;
  }

  async function send(fields) {
    const body = new FormData(form);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const held = document.activeElement?.id;
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body });
    } catch {
      return native(fields); // the browser says what is wrong, and a reload sends it again
    }
    if (answer.status === 423) return; // the lock is shown over the page
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-counter]");
    if (!fresh) return native(fields);
    show(fresh, held);
  }

  function show(fresh, held) {
    const open = new Set([...form.querySelectorAll("details[open]")].map(place));
    form.replaceChildren(...fresh.childNodes);
    for (const fold of form.querySelectorAll("details")) if (open.has(place(fold))) fold.open = true;
    lines.tell();
    const found = form.querySelector(".counter-line__found button");
    const before = held ? form.querySelector(`#${CSS.escape(held)}`) : null;
    const next = found ?? before ?? form.querySelector("[data-deliver]");
    next.focus();
    lines.name(next.closest("[data-line]"));
    announce(form.querySelector("[data-told]")?.textContent.trim().replace(/\s+/g, " ") ?? "");
  }

  // A line keeps what was unfolded in it.
  function place(fold) {
    const line = fold.closest("[data-line]");
    const folds = [...(line ?? form).querySelectorAll("details")];
    return `${[...form.querySelectorAll("[data-line]")].indexOf(line)} ${folds.indexOf(fold)}`;
  }

  function native(fields) {
    for (const [name, value] of Object.entries(fields)) {
      if (form.elements[name]?.matches?.("input")) form.elements[name].value = value;
    }
    const button = Object.assign(document.createElement("button"), { name: "act", value: fields.act, hidden: true });
    form.append(button);
    form.requestSubmit(button);
  }
}
