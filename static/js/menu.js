// A menu made of details closes on Escape and on a click elsewhere.
export function bindMenus() {
  document.addEventListener("click", ({ target }) => closeAll((menu) => !menu.contains(target)));
  document.addEventListener("focusin", ({ target }) => closeAll((menu) => !menu.contains(target)));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    const open = document.querySelector("[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}

function closeAll(isDone) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (isDone(menu)) menu.open = false;
  }
}
