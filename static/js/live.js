// Words for people who do not see the page change: one polite live region, in base.html.
const region = document.querySelector("[data-live]");

export function announce(text) {
  if (!region) return;
  region.textContent = "";
  // A new text in an emptied region is read again, even when it is the same.
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

export function words(name) {
  return region?.dataset[`words${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
}

// Screen readers stay silent about what a live region holds when the page opens.
export function announceMessages() {
  const messages = document.querySelector("[data-announce]")?.textContent.trim().replace(/\s+/g, " ");
  if (messages) announce(messages);
}
