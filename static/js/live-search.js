// Searches while one types. Without it, Enter or the button searches through the form itself.
const PAUSE = 150;
const form = document.querySelector("form[data-live-search]");
const field = form?.querySelector("input[name=search]");
const hits = form?.querySelector("[data-hits]");

if (field && hits) {
  let timer;
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const first = hits.querySelector("button");
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    }
  });
  hits.addEventListener("keydown", (event) => {
    const buttons = [...hits.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    (buttons[to] ?? field).focus();
  });

  if (field.value && !hits.querySelector("li")) search(); // typed before this module came

  async function search() {
    const mine = ++asked;
    const body = new FormData();
    body.set("search", field.value);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.dataset.liveSearch, { method: "POST", body });
    if (mine !== asked || !answer.ok || answer.redirected) return;
    hits.innerHTML = await answer.text();
  }
}
