// Escape hides the exact date of a moment without moving the pointer or the focus (WCAG 1.4.13).
export function bindMoments() {
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const moment of document.querySelectorAll(".moment:is(:hover, :focus)")) moment.dataset.dismissed = "";
  });
  for (const event of ["mouseout", "focusout"]) {
    document.addEventListener(event, ({ target }) => {
      if (target instanceof Element) delete target.closest(".moment")?.dataset.dismissed;
    });
  }
}
