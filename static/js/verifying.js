// The verification page: answers by itself, with the keys that this browser keeps, so that it needs no portal. A browser
// that cannot says so, and the form goes to the portal as without JavaScript.
import { isAble, readBook, verify } from "./attestation.js";
import { bindScanner } from "./scanner.js";

const KEPT = "verification-1"; // the same in verifying-keeper.js
const OLD = 86_400_000;
const root = document.querySelector("[data-verification]");
const form = root.querySelector("form");
const { code, lines } = form.elements;
const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });

keep();
if (await isAble()) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  bindScanner((text) => {
    code.value = text;
    answer();
  });
  offerCamera();
  tellAge(await book());
} else {
  state("unable");
}

async function answer() {
  const known = await book();
  if (!known) return;
  const today = new Date().toLocaleDateString("sv", { timeZone: "Europe/Paris" });
  const { problem, attested } = await verify(code.value, known, { today, lines: lines.value });
  for (const each of root.querySelectorAll("[data-verdict]")) each.hidden = each.dataset.verdict !== (problem || "genuine");
  show(attested);
  tellAge(known);
  code.select();
}

function show(attested) {
  const place = root.querySelector("[data-facts]");
  place.hidden = !attested;
  if (!attested) return place.replaceChildren();
  const shape = root.querySelector("[data-facts-shape]").content.cloneNode(true);
  const kind = shape.querySelector("[data-fact=kind]").dataset;
  const written = attested.kind === "prescription";
  const words = {
    kind: kind[written ? "words-33" : "words-34"], // codes of attestation/code.py
    number: `${attested.number.slice(0, 2)} ${attested.number.slice(2).match(/.{4}/g).join(" ")}`,
    prescriber: attested.prescriber,
    issued: day.format(new Date(attested.issued)),
    expires: day.format(new Date(attested.expires)),
    lines: written ? attested.lines : "",
    boxes: written ? (attested.boxes === 255 ? "≥ 255" : attested.boxes) : "",
  };
  for (const fact of shape.querySelectorAll("[data-fact]")) {
    fact.textContent = words[fact.dataset.fact];
    if (fact.textContent === "") fact.parentElement.remove();
  }
  place.replaceChildren(shape);
}

async function book() {
  try {
    return readBook(await (await fetch(root.dataset.book, { credentials: "omit" })).json());
  } catch {
    state("empty");
    return null;
  }
}

function tellAge(known) {
  if (!known) return;
  root.querySelector("[data-book-made]").textContent = moment.format(known.madeAt);
  state("kept");
  state("old", Date.now() - known.madeAt > OLD);
}

function state(name, shown = true) {
  root.querySelector(`[data-state=${name}]`).hidden = !shown;
}

// From now on this browser opens the page without the portal: what it is made of is kept, as a visitor sees it.
async function keep() {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  try {
    await navigator.serviceWorker.register(root.dataset.keeper);
    const parts = performance.getEntriesByType("resource").map(({ name }) => name.split("#")[0]);
    const own = new Set([location.pathname, root.dataset.book, ...parts.filter((part) => part.startsWith(location.origin))]);
    const cache = await caches.open(KEPT);
    await Promise.all([...own].map((part) => cache.add(new Request(part, { credentials: "omit" })).catch(() => {})));
    root.dataset.kept = "";
  } catch {
    // The portal is away, and what was kept before still is.
  }
}

async function offerCamera() {
  const formats = globalThis.BarcodeDetector ? await BarcodeDetector.getSupportedFormats() : [];
  if (!formats.includes("qr_code")) return;
  const button = root.querySelector("[data-camera-start]");
  button.hidden = false;
  button.addEventListener("click", () => look(new BarcodeDetector({ formats: ["qr_code"] })).catch(() => {}));
}

async function look(detector) {
  const view = root.querySelector("[data-camera-view]");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  view.hidden = false;
  view.srcObject = stream;
  await view.play();
  while (stream.active) {
    const found = (await detector.detect(view)).find(({ rawValue }) => rawValue.startsWith("2."));
    if (found) {
      code.value = found.rawValue;
      for (const track of stream.getTracks()) track.stop();
      view.hidden = true;
      await answer();
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}
