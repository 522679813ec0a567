// The focus goes to the next thing to do: the first field in error, else what the page asks for with data-focus.
export function bindFocus() {
  if (location.hash) return;
  const target = document.querySelector('main [aria-invalid="true"]') ?? document.querySelector("[data-focus]");
  target?.focus();
  if (target instanceof HTMLInputElement && target.value) target.select();
}
