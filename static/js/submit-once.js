// One press, one act: a form that was sent is not sent again, and says that it is on its way.
// A form that answers with a file instead of a page says data-submit-many.
import { announce, words } from "./live.js";

const sent = new WeakSet();

export function bindSubmitOnce() {
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-submit-many")) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    submitter?.setAttribute("data-busy", "");
    announce(words("busy"));
  });
  // The page comes back from the browser's memory: its forms may be sent again.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
}
