// Keeps what is typed, and shows what the server understood: sentences, boxes, what the law says, the page.
// Nothing is stored in the browser. A field that one is typing in is never changed under the hand.
const PAUSE = 600;
const OURS = new Set(["search", "act", "csrfmiddlewaretoken", "version", "removed", "template_name", "kind"]);

// Buttons that are answered without leaving the page, and those of them that take the one-line input.
const ADDS = new Set(["add", "inn", "device", "text", "template"]);
const HERE = new Set([...ADDS, "remove", "restore", "up", "down", "copy", "swap", "star", "again", "past", "model"]);

export function bindKeeping(form) {
  const words = document.querySelector("[data-words-kept]").dataset;
  const notice = form.querySelector("[data-notice]");
  const waiting = new Map(); // values for the field that has the focus, until it is left
  let timer;
  let running = null;
  let again = false;
  let halted = false;
  let leaving = false;

  form.addEventListener("input", ({ target }) => {
    if (OURS.has(target.name)) return;
    waiting.delete(target.name);
    plan(PAUSE);
  });
  form.addEventListener("change", ({ target }) => OURS.has(target.name) || plan(0));
  form.addEventListener("focusout", ({ target }) => {
    const kept = waiting.get(target.name);
    if (kept && kept.sent === target.value) target.value = kept.value;
    waiting.delete(target.name);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (leaving) return event.preventDefault();
    const { submitter } = event;
    if (running) {
      event.preventDefault();
      running.finally(() => form.requestSubmit(submitter));
    } else if (HERE.has(submitter?.value.split(":")[0]) && !submitter.hasAttribute("data-native")) {
      event.preventDefault();
      running = press(submitter).finally(() => (running = null));
    } else {
      leaving = true;
    }
  });
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  document.addEventListener("visibilitychange", () => halted && !document.hidden && comeBack());
  tellOthers();
  return { keep: () => plan(0) };

  function plan(pause) {
    clearTimeout(timer);
    timer = setTimeout(keep, pause);
  }

  async function keep() {
    if (leaving) return;
    if (running) {
      again = true;
      return;
    }
    running = send();
    await running;
    running = null;
    if (again && !halted) {
      again = false;
      keep();
    }
  }

  async function send() {
    const body = new FormData(form);
    body.set("act", "keep");
    body.delete("search");
    const sent = values(form);
    let answer;
    try {
      answer = await fetch(location.href, { method: "POST", body });
    } catch {
      return halt(words.wordsOffline);
    }
    if (answer.status === 409) return halt(words.wordsOvertaken, location.href, words.wordsReload);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("form[data-writing]")) return show(page, sent);
    if (signedOut(answer)) return halt(words.wordsSignedOut, form.dataset.signIn, words.wordsSignIn);
    halt(words.wordsOffline);
  }

  // Does what a button says without leaving the page: what is typed meanwhile in the one-line input stays.
  async function press(button) {
    const body = new FormData(form, button);
    const { search } = form.elements;
    if (ADDS.has(button.value.split(":")[0])) {
      search.value = "";
      search.dispatchEvent(new Event("input"));
    }
    let answer;
    try {
      answer = await fetch(location.href, { method: "POST", body });
    } catch {
      search.value ||= body.get("search");
      return halt(words.wordsOffline);
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("form[data-writing]")) {
      if (!signedOut(answer)) return goOn(button, body, page);
      search.value ||= body.get("search");
      return halt(words.wordsSignedOut, form.dataset.signIn, words.wordsSignIn);
    }
    if (!answer.ok) search.value ||= body.get("search");
    for (const area of document.querySelectorAll("[data-area]")) {
      area.innerHTML = page.getElementById(area.id).innerHTML;
    }
    show(page, new Map());
    const wanted = document.querySelector("[data-area] [data-focus]");
    if (wanted && !search.value) wanted.focus();
    else if (document.activeElement === document.body) search.focus();
  }

  // Another page answers (two questions before an abortion medicine): nothing was kept, so the browser asks again.
  function goOn(button, body, page) {
    form.elements.search.value = body.get("search");
    form.elements.version.value = page.querySelector("[name=version]")?.value ?? form.elements.version.value;
    const again = Object.assign(document.createElement("button"), { name: button.name, value: button.value, hidden: true });
    again.dataset.native = "";
    form.append(again);
    setTimeout(() => form.requestSubmit(again));
  }

  function show(page, sent) {
    const theirs = page.querySelector("form[data-writing]");
    if (!theirs) return;
    resume();
    form.elements.version.value = theirs.elements.version.value;
    for (const region of document.querySelectorAll("[data-region]")) {
      const fresh = page.getElementById(region.id);
      if (!fresh || fresh.innerHTML === region.innerHTML || region.contains(document.activeElement)) continue;
      region.innerHTML = fresh.innerHTML;
    }
    for (const field of theirs.elements) sync(field, sent);
    form.querySelector("[data-kept]").textContent = words.wordsKept;
  }

  // What the server made of a field replaces what was sent, unless one has typed on.
  function sync(theirs, sent) {
    const mine = theirs.name && !OURS.has(theirs.name) ? form.elements[theirs.name] : null;
    if (!mine?.matches?.("input:not([type=checkbox], [type=hidden]), select, textarea")) return;
    if (mine.value !== sent.get(theirs.name) || mine.value === theirs.value) return;
    if (mine === document.activeElement) waiting.set(mine.name, { sent: mine.value, value: theirs.value });
    else mine.value = theirs.value;
  }

  function halt(text, href, action) {
    halted = true;
    notice.textContent = text + " ";
    if (href) {
      const link = document.createElement("a");
      Object.assign(link, { href, textContent: action });
      if (href !== location.href) Object.assign(link, { target: "_blank", rel: "noopener" });
      notice.append(link);
    } else {
      setTimeout(comeBack, 5000);
    }
    notice.hidden = false;
  }

  function resume() {
    halted = false;
    notice.hidden = true;
  }

  // Signed in again, or the portal is back: a new token, and if nobody else wrote, go on where one was.
  async function comeBack() {
    try {
      const answer = await fetch(location.href);
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const theirs = page.querySelector("form[data-writing]");
      if (!theirs || theirs.elements.version.value !== form.elements.version.value) {
        return halt(words.wordsOvertaken, location.href, words.wordsReload);
      }
      form.elements.csrfmiddlewaretoken.value = theirs.elements.csrfmiddlewaretoken.value;
      resume();
      keep();
    } catch {
      setTimeout(comeBack, 5000);
    }
  }

  // Two windows on one draft know of each other at once, before either writes.
  function tellOthers() {
    const channel = new BroadcastChannel("drafts");
    channel.addEventListener("message", ({ data }) => {
      if (data.draft !== form.dataset.draft) return;
      if (data.hello) channel.postMessage({ draft: data.draft });
      if (!halted) {
        notice.textContent = words.wordsElsewhere;
        notice.hidden = false;
      }
    });
    channel.postMessage({ draft: form.dataset.draft, hello: true });
  }
}

function signedOut(answer) {
  return answer.status === 403 || (answer.redirected && new URL(answer.url).pathname !== location.pathname);
}

function values(form) {
  return new Map([...form.elements].filter((field) => field.name).map((field) => [field.name, field.value]));
}
