// The focus goes to the next thing to do: the first field in error, else what the page asks for with data-focus.
export function bindFocus() {
  if (location.hash) return;
  const target = document.querySelector('main [aria-invalid="true"]') ?? document.querySelector("[data-focus]");
  // What stays at the bottom of the screen is in sight: the page still begins with whose it is.
  target?.focus({ preventScroll: Boolean(target.closest(".toolbar")) });
  if (target instanceof HTMLInputElement && target.value) target.select();
}
