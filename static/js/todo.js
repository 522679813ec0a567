// The home asks now and then how many things wait, while somebody may look at it; it says so, and changes nothing itself.
import { announce } from "./live.js";

const EVERY = 60_000;
const todo = document.querySelector("[data-todo]");
const news = todo?.querySelector("[data-todo-news]");
let known = Number(todo?.dataset.count ?? 0);

async function look() {
  if (document.hidden) return;
  const answer = await fetch(todo.dataset.todo, { headers: { "X-Live": "1" }, redirect: "error" }).catch(() => null);
  if (!answer?.ok) return;
  const { waiting } = await answer.json();
  if (waiting > known) {
    news.hidden = false;
    announce(todo.dataset.words);
  }
  known = waiting;
}

if (todo) {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
