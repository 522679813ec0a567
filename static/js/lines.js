// The lines of the counter: which of them differ, what is handed over in all, and the keys of the line where the hand is.
const plurals = new Intl.PluralRules(document.documentElement.lang || "fr");

export function bindLines(form) {
  form.addEventListener("input", tell);
  form.addEventListener("change", ({ target }) => {
    if (target.name?.endsWith("-refusal")) empty(target);
    tell();
  });
  form.addEventListener("focusin", ({ target }) => target.closest("[data-line]") && name(target.closest("[data-line]")));
  // In a folded part the key opens it first; shortcuts.js gives the focus.
  addEventListener("keydown", unfold, true);
  tell();
  name(null);
  return { tell, name };

  function tell() {
    form.querySelector("[data-deliver-changed]")?.remove();
    const changed = [...form.querySelectorAll("[data-line]")].filter(mark).length > 0;
    const button = form.querySelector("[data-deliver]");
    const { actUsual, actChanged, wordsUsual, wordsChanged } = button.dataset;
    button.value = form.querySelector("[data-default]").value = changed ? actChanged : actUsual;
    button.querySelector("span").textContent = changed ? wordsChanged : wordsUsual;
    form.querySelector("[data-count]").textContent = handed();
  }

  // A reason for not delivering means nothing is delivered; taken back, what is due comes back. A part stays a part.
  function empty(reason) {
    const quantity = reason.closest("[data-line]").querySelector("[data-one]");
    if (reason.value && quantity.value === quantity.dataset.due) quantity.value = "0";
    else if (!reason.value && quantity.value === "0") quantity.value = quantity.dataset.due;
  }

  function handed() {
    const counts = new Map();
    for (const field of form.querySelectorAll("[data-one]")) {
      const { one, many } = field.dataset;
      const express = field.closest("[data-line]").querySelector("[name$=-exceptional]");
      const number = express && !express.checked ? 0 : field.valueAsNumber || 0;
      counts.set(many, { one, number: (counts.get(many)?.number ?? 0) + number });
      const unit = field.closest("td").querySelector("[data-unit]");
      unit.textContent = word(field.valueAsNumber || 0, one, many);
    }
    return [...counts].map(([many, { one, number }]) => `${number} ${word(number, one, many)}`).join(", ");
  }

  // Alt+Q, Alt+S and Alt+R are those of the line where the hand is, else of the first that may be delivered.
  function name(line) {
    const current = line?.querySelector("[data-line-key]") ? line : form.querySelector("[data-line]:has([data-line-key])");
    for (const element of form.querySelectorAll("[data-line-key]")) {
      if (current?.contains(element)) element.dataset.key = element.dataset.lineKey;
      else delete element.dataset.key;
    }
  }

  function unfold(event) {
    if (!event.altKey || event.ctrlKey) return;
    const wanted = [...form.querySelectorAll("[data-key]")].find(({ dataset }) => pressed(event, dataset.key));
    for (let fold = wanted?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
}

function pressed(event, key) {
  const letter = key.split("+").pop();
  return key.startsWith("Alt+") && (event.key.toLowerCase() === letter.toLowerCase() || event.code === `Key${letter}`);
}

function word(number, one, many) {
  return plurals.select(number) === "one" ? one : many;
}

function mark(line) {
  const fields = [...line.querySelectorAll("input, select")].filter((field) => !("quiet" in field.dataset));
  const differs = fields.some((field) =>
    field.type === "checkbox" ? field.checked : field.value !== (field.dataset.due ?? ""),
  );
  line.querySelector("tr").toggleAttribute("data-differs", differs);
  return differs;
}
