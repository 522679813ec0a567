// Keeps the screen lit while a code is shown, where the browser can; says so when it does.
const said = document.querySelector("[data-awake]");

async function keep() {
  if (document.visibilityState !== "visible") return;
  try {
    const lock = await navigator.wakeLock.request("screen");
    said.hidden = false;
    lock.addEventListener("release", () => (said.hidden = true));
  } catch {
    said.hidden = true; // a low battery, or a browser that was told not to
  }
}

if (said && "wakeLock" in navigator) {
  document.addEventListener("visibilitychange", keep);
  keep();
}
