// The lock of a post. After some idle minutes, or at Alt+U, the page hides behind a dialog and keeps what was typed.
// The server holds the same lock: this one comes first, says so to it, and tells the other tabs of the post.
import { announce } from "./live.js";

const REPORT = 30_000; // how often the server hears that somebody is typing
const TICK = 1_000;
const ACTIVE = "counter-active"; // when somebody last did something, in whichever tab
const dialog = document.querySelector("[data-lock]");
const place = dialog.querySelector("[data-lock-place]");
const lost = dialog.querySelector("[data-lock-lost]");
const button = document.querySelector("[data-lock-now]");
const channel = new BroadcastChannel("counter");
const ask = window.fetch.bind(window);
let reported = Date.now();
let locked = false;

// Any script of the page that meets the server's lock shows this one.
window.fetch = async (...request) => {
  const answer = await ask(...request);
  if (answer.status === 423) lock();
  return answer;
};

for (const deed of ["keydown", "pointerdown", "wheel", "input"]) addEventListener(deed, note, { capture: true, passive: true });
// Nothing beneath the lock hears a key: no shortcut, no scanner, no Ctrl+Enter.
for (const key of ["keydown", "keyup", "keypress"]) {
  addEventListener(key, hush, true);
}
button?.addEventListener("submit", (event) => {
  event.preventDefault();
  lock();
});
// A browser lets a second Escape through: the lock comes back.
dialog.addEventListener("close", () => locked && dialog.showModal());
dialog.addEventListener("submit", send);
dialog.querySelector("#lock-retry").addEventListener("click", show);
channel.addEventListener("message", ({ data }) => (data.locked ? lock({ told: true }) : follow(data)));
setInterval(watch, TICK);
mark();
// A page that opens says who is there: the other tabs go on under the same name.
channel.postMessage({ person: document.querySelector("[data-person]")?.textContent, token: token() });

function hush(event) {
  if (!locked) return;
  event.stopImmediatePropagation();
  if (event.key === "Escape") event.preventDefault();
}

function mark() {
  localStorage.setItem(ACTIVE, Date.now());
}

function note({ isTrusted }) {
  if (!isTrusted || locked || idle() > limit()) return;
  mark();
  if (Date.now() - reported > REPORT) report();
}

function report() {
  reported = Date.now();
  post(dialog.dataset.presenceUrl).catch(() => {});
}

function idle() {
  return Date.now() - Number(localStorage.getItem(ACTIVE));
}

function limit() {
  return Number(dialog.dataset.idle) * 1000;
}

function watch() {
  if (!locked && idle() > limit()) lock();
}

async function lock({ told = false } = {}) {
  if (locked) return;
  locked = true;
  dialog.showModal();
  announce(dialog.dataset.wordsLocked);
  if (!told) channel.postMessage({ locked: true });
  await show();
}

// The lock is set and asked for in one request: the answer is the form that opens it.
async function show() {
  try {
    take(await (await post(dialog.dataset.lockUrl, { back: dialog.dataset.unlockUrl })).text());
  } catch {
    lose();
  }
}

function lose() {
  lost.hidden = false;
  place.replaceChildren();
  dialog.querySelector("#lock-retry").focus();
}

function take(html) {
  const form = new DOMParser().parseFromString(html, "text/html").querySelector("[data-unlock]");
  if (!form) return lose(); // signed out meanwhile
  lost.hidden = true;
  place.replaceChildren(form);
  place.querySelector("[aria-invalid=true], [data-focus]")?.focus();
}

async function send(event) {
  const form = event.target;
  if (!form.action.endsWith(dialog.dataset.unlockUrl)) return leave(event);
  event.preventDefault();
  event.stopPropagation();
  const headers = { Accept: "application/json" };
  try {
    const answer = await ask(form.action, { method: "POST", body: new FormData(form), headers });
    if (answer.ok) return open(await answer.json());
    take(await answer.text());
  } catch {
    lose();
  }
}

// A full sign-in goes on in another tab: this page waits, with what was typed, until it is heard of.
function leave(event) {
  event.stopPropagation();
  event.target.target = "_blank";
}

function open({ person, token }) {
  follow({ person, token });
  channel.postMessage({ person, token });
}

function follow({ person, token }) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  for (const name of document.querySelectorAll("[data-person]")) name.textContent = person;
  mark();
  if (!locked) return;
  locked = false;
  dialog.close();
  place.replaceChildren();
  announce(`${dialog.dataset.wordsUnlocked}, ${person}`);
}

function token() {
  return button.querySelector("[name=csrfmiddlewaretoken]").value;
}

function post(url, fields = {}) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token(), ...fields });
  return ask(url, { method: "POST", body });
}
