"""The form of the dispensing page: one small form a line, filled with what is due, and a key that gives one effect."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from eprescription.models import Refusal
from eprescription.presenters import LineView
from eprescription.refusal import Refusal as NotNow
from eprescription.refusal import Unlawful
from eprescription.rules import Breach
from pharmacies.counter_presenter import CounterLine
from pharmacies.decisions import Decision
from pharmacies.forms import can_be_printed, without_blanks

LONGEST_TEXT = 300
MOST_BOXES = 9999
ALL, CHANGED = "all", "changed"
FIELDS = {"product": "cis", "quantity": "quantity", "agreement": "agreement", "refusal": "refusal"}


def _sentence(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_TEXT,
        required=False,
        validators=[can_be_printed],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LineForm(forms.Form):
    """What is done of one line. Untouched, it says: as prescribed."""

    quantity = forms.IntegerField(
        label=gettext_lazy("Délivré maintenant (boîtes)"),
        min_value=0,
        max_value=MOST_BOXES,
        error_messages={
            "required": gettext_lazy("Écrivez un nombre de boîtes, 0 si rien n'est délivré."),
            "invalid": gettext_lazy("Écrivez un nombre entier de boîtes."),
        },
        widget=forms.NumberInput(attrs={"class": "input input--number", "autocomplete": "off"}),
    )
    cis = forms.ChoiceField(label=gettext_lazy("Produit délivré"), required=False)
    posology = _sentence(gettext_lazy("Posologie changée"))
    agreement = _sentence(
        gettext_lazy("Accord du prescripteur"),
        gettext_lazy("Qui, quand, comment : « Dr Lemoine, par téléphone, 10:15 »."),
    )
    refusal = forms.ChoiceField(
        label=gettext_lazy("Non délivré, parce que"), choices=Refusal.choices, required=False
    )
    note = _sentence(gettext_lazy("Remarque"))

    def __init__(self, line: CounterLine, data: Mapping[str, Any] | None = None) -> None:
        self.line = line
        initial = {"quantity": line.due, "cis": line.view.cis}
        super().__init__(data, prefix=f"l{line.view.position}", initial=initial)
        if line.substitutes:
            prescribed = (line.view.cis, line.view.product)
            self.fields["cis"].choices = [prescribed, *line.substitutes]  # type: ignore[attr-defined]
        else:
            del self.fields["cis"]
        refusals = [("", _("Délivré")), *[c for c in Refusal.choices if c[0]]]
        self.fields["refusal"].choices = refusals  # type: ignore[attr-defined]
        label = _("Délivré maintenant, ligne %(position)d") % {"position": line.view.position}
        self.fields["quantity"].widget.attrs |= {"aria-label": label, "data-due": line.due}
        if "cis" in self.fields:
            self.fields["cis"].widget.attrs["data-due"] = line.view.cis

    def clean(self) -> dict[str, Any]:
        """A reason on an untouched quantity means none; with another quantity it contradicts it."""
        values = super().clean() or self.cleaned_data
        if without_blanks(values.get("posology", "")) == without_blanks(self.line.view.posology):
            values["posology"] = ""
        if values.get("refusal") and values.get("quantity"):
            if "quantity" in self.changed_data:
                self.add_error("quantity", _("Mettez 0, ou retirez le motif de non-délivrance."))
            else:
                values["quantity"] = 0
        return values

    def decision(self) -> Decision:
        values = self.cleaned_data
        return Decision(
            line_id=self.line.view.id,
            quantity=values["quantity"],
            cis=values.get("cis") or self.line.view.cis,
            **{name: values[name] for name in ("posology", "agreement", "refusal", "note")},
        )

    @property
    def unfolded(self) -> bool:
        """Whether the folded part holds something to see: what was typed, or what is wrong."""
        return self.is_bound and bool({*self.changed_data, *self.errors} - {"quantity"})


class ActForm(forms.Form):
    """Which button was pressed, and the key that makes two presses one act."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    secret = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)
    act = forms.ChoiceField(choices=[(ALL, ""), (CHANGED, "")], required=False)


@dataclass(frozen=True)
class Row:
    """One line of the page; without form when nothing of it is left."""

    view: LineView
    total: int
    dispensed: int
    form: LineForm | None


class DispensingForm:
    """All of it: `rows` are the lines of the page, `forms` those that have something left."""

    def __init__(
        self, lines: list[CounterLine], data: Mapping[str, Any] | None = None, secret: str = ""
    ) -> None:
        self.head = ActForm(data, initial={"key": uuid.uuid4(), "secret": secret})
        self.rows = [
            Row(x.view, x.total, x.dispensed, LineForm(x, data) if x.due else None) for x in lines
        ]
        self.forms = [row.form for row in self.rows if row.form]
        self.release_key = uuid.uuid4()
        self.problem: Any = ""
        self.breaches: list[Breach] = []  # of the whole prescription

    def is_valid(self) -> bool:
        """Checks each part, so that all faults are told together."""
        sound = all([form.is_valid() for form in [self.head, *self.forms]])
        if self.head.errors:
            self.problem = _("Cette page est incomplète. Revenez au comptoir et rouvrez-la.")
        elif sound and self.head.cleaned_data["act"] != CHANGED and self.changed:
            self.problem = _(
                "Vous avez changé des lignes : relisez-les, puis délivrez avec les changements."
            )
            return False
        return sound

    @property
    def changed(self) -> bool:
        return any(form.is_bound and form.has_changed() for form in self.forms)

    @property
    def boxes(self) -> int:
        """How many boxes the page proposes, or was sent, to hand over."""
        quantities = [form["quantity"].value() for form in self.forms]
        return sum(int(q) for q in quantities if str(q or "").isdecimal())

    @property
    def main_act(self) -> str:
        """What the one main button does: once something was changed, it says so."""
        return CHANGED if self.changed else ALL

    @property
    def key(self) -> uuid.UUID | None:
        """The key of the page; None when it is missing or broken."""
        return self.head.cleaned_data.get("key") if self.head.is_valid() else None

    @property
    def faults(self) -> list[dict[str, str]]:
        """What is wrong, line by line, with the field to mend."""
        return [
            {"line": form.line.view.inn, "text": str(error), "anchor": form[name].id_for_label}
            for form in self.forms
            for name, errors in form.errors.items()
            for error in errors
        ]

    def decisions(self) -> list[Decision]:
        return [form.decision() for form in self.forms]

    def tell(self, refusal: NotNow) -> None:
        """Shows what the law found at the field to mend, with its article; all else above the lines."""
        breaches = refusal.breaches if isinstance(refusal, Unlawful) else []
        self.problem = "" if breaches else refusal.text
        by_position = {form.line.view.position: form for form in self.forms}
        self.breaches = [b for b in breaches if b.line not in by_position]
        for breach in breaches:
            if breach.line in by_position:
                form = by_position[breach.line]
                wanted = FIELDS.get(breach.field, "quantity")
                form.add_error(wanted if wanted in form.fields else "quantity", _told(breach))


def _told(breach: Breach) -> Any:
    words = breach.text.in_language(get_language() or "fr")
    return format_html('{} <a href="{}">{}</a>', words, breach.url, breach.article)
