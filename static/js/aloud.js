// Reads a medicine aloud with a voice of the machine itself: one that lives elsewhere would be told what somebody takes.
// A button shows only where such a voice speaks its language.
const synthesis = window.speechSynthesis;

function voiceFor(language) {
  const wanted = language.toLowerCase();
  const voices = synthesis.getVoices().filter((voice) => voice.localService);
  const near = (voice) => voice.lang.toLowerCase().replace("_", "-");
  return (
    voices.find((voice) => near(voice) === wanted) ??
    voices.find((voice) => near(voice).split("-")[0] === wanted.split("-")[0])
  );
}

function label(button, words) {
  button.querySelector("span").textContent = words;
}

function stop() {
  synthesis.cancel();
  for (const button of document.querySelectorAll("[data-listen][data-speaking]")) {
    button.removeAttribute("data-speaking");
    label(button, button.dataset.wordsListen);
  }
}

// Each part in its own language: the name of the medicine stays French. A part without a voice is left out.
function utterances(button) {
  const parts = button.closest("[data-aloud]").querySelectorAll("[data-say]");
  return [...parts].flatMap((part) => {
    const language = part.closest("[lang]").lang;
    const voice = voiceFor(language);
    if (!voice) return [];
    const said = new SpeechSynthesisUtterance(part.textContent.trim());
    said.lang = voice.lang;
    said.voice = voice;
    said.rate = 0.9;
    return [said];
  });
}

function read(button) {
  const speaking = button.hasAttribute("data-speaking");
  stop();
  if (speaking) return;
  const all = utterances(button);
  if (!all.length) return;
  button.setAttribute("data-speaking", "");
  label(button, button.dataset.wordsStop);
  const last = all[all.length - 1];
  last.addEventListener("end", () => button.hasAttribute("data-speaking") && stop());
  all.forEach((said) => synthesis.speak(said));
}

function show() {
  for (const button of document.querySelectorAll("[data-listen]")) {
    button.hidden = !voiceFor(button.lang);
  }
}

if (synthesis && "SpeechSynthesisUtterance" in window) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-listen]");
    if (button) read(button);
  });
  synthesis.addEventListener?.("voiceschanged", show);
  window.addEventListener("pagehide", stop);
  show();
}
