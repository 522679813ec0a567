// The camera: four frames a second go to the server, which reads them and keeps none. It stops when a code is found.
const PERIOD = 250;
const WIDTH = 640;
const LARGEST = 300 * 1024;
const panel = document.querySelector("[data-camera]");
const video = panel?.querySelector("video");
const canvas = document.createElement("canvas");
const light = document.querySelector("#camera-light");
const other = document.querySelector("#camera-other");
let stream = null;
let cameras_of = [];

if (panel && navigator.mediaDevices) {
  document.querySelector("#camera-start").addEventListener("click", () => start({ facingMode: "environment" }));
  light.addEventListener("click", toggle_light);
  other.addEventListener("click", turn);
  document.querySelector("#camera-stop").addEventListener("click", () => {
    stop();
    document.querySelector(".desk__field").focus();
  });
  addEventListener("pagehide", stop);
}

async function start(which) {
  if (stream) return stop();
  show();
  panel.hidden = video.hidden = false;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: which, audio: false });
  } catch {
    say(panel.dataset.wordsDenied);
    return;
  }
  video.srcObject = stream;
  await video.play();
  await offer_choices();
  say(panel.dataset.wordsLooking);
  document.querySelector("#camera-stop").focus();
  look();
}

// What this browser and this camera can do: a light, another camera. Without any, nothing more is shown.
async function offer_choices() {
  const [track] = stream.getVideoTracks();
  light.hidden = !track.getCapabilities?.().torch;
  light.setAttribute("aria-pressed", "false");
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  cameras_of = cameras.map(({ deviceId }) => deviceId);
  other.hidden = cameras_of.length < 2;
}

async function toggle_light() {
  const torch = light.getAttribute("aria-pressed") !== "true";
  try {
    await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch }] });
    light.setAttribute("aria-pressed", String(torch));
  } catch {
    light.hidden = true;
  }
}

async function turn() {
  const now = cameras_of.indexOf(stream.getVideoTracks()[0].getSettings().deviceId);
  const deviceId = { exact: cameras_of[(now + 1) % cameras_of.length] };
  stop();
  await start({ deviceId });
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.srcObject = null;
  panel.hidden = true;
}

async function look() {
  while (stream) {
    const begun = performance.now();
    const answer = await send(await picture());
    if (!stream) return;
    if (answer?.url) return leave(answer.url);
    if (answer?.problem) return give_up(answer);
    await new Promise((done) => setTimeout(done, Math.max(0, PERIOD - (performance.now() - begun))));
  }
}

function picture() {
  canvas.width = WIDTH;
  canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth) || WIDTH;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
}

async function send(frame) {
  if (!frame || frame.size > LARGEST) return null;
  const body = new FormData();
  body.append("csrfmiddlewaretoken", panel.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("frame", frame, "frame.jpg");
  try {
    // A camera left on is nobody's activity: the post locks under it.
    const headers = { "X-Live": "1" };
    const response = await fetch(panel.dataset.frameUrl, { method: "POST", body, headers, redirect: "manual" });
    if (response.status === 423) return stop();
    if (response.type === "opaqueredirect") return { url: location.href }; // the session has ended
    return await response.json();
  } catch {
    say(panel.dataset.wordsLost);
    return null;
  }
}

function leave(url) {
  say(panel.dataset.wordsFound);
  stop();
  location.assign(url);
}

// A code that opens nothing is told as the field tells it: the box that it names, the report of a forgery.
function give_up({ problem, presented }) {
  stop();
  panel.hidden = false;
  video.hidden = true;
  say(problem);
  show(presented);
  document.querySelector("#camera-start").focus();
}

function show(presented = "") {
  const { body } = new DOMParser().parseFromString(presented, "text/html");
  document.querySelector("[data-presented]").replaceChildren(...body.childNodes);
}

function say(words) {
  panel.querySelector("[data-camera-state]").textContent = words;
}
