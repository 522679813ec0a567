// Finds while one types. Enter takes the first answer to what stands in the field now; arrows choose another.
const PAUSE = 120;

export function bindFinding(form) {
  const field = form.elements.search;
  const place = form.querySelector("[data-hits]");
  const asText = form.querySelector("[data-as-text]");
  let timer;
  let asked = 0;
  let answered = { text: null, done: Promise.resolve() };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event, choices()[0]);
    if (event.key === "Escape") clear();
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (field.value.trim() && !event.repeat) take();
    }
  });
  place.addEventListener("keydown", (event) => {
    const all = choices();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") move(event, all[at + 1]);
    if (event.key === "ArrowUp") move(event, all[at - 1] ?? field);
    if (event.key === "Escape") move(event, field);
  });
  if (field.value && !choices().length) find(); // typed before this module came

  function choices() {
    return [...place.querySelectorAll(".found__pick, .found__brand")];
  }

  function move(event, target) {
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  function clear() {
    field.value = "";
    find();
  }

  async function take() {
    if (answered.text !== field.value) find();
    await answered.done;
    const first = choices()[0];
    if (first) first.click(); // else the page says that nothing was found; the hand stays where it is
  }

  function find() {
    clearTimeout(timer);
    answered = { text: field.value, done: ask(++asked) };
  }

  async function ask(mine) {
    const body = new FormData();
    body.set("search", field.value);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(form.dataset.writing, { method: "POST", body });
      if (mine !== asked || !answer.ok || answer.redirected) return;
      place.innerHTML = await answer.text();
    } catch {
      return; // the field still posts
    }
    asText?.toggleAttribute("data-open", Boolean(field.value.trim()) && !choices().length);
  }
}
