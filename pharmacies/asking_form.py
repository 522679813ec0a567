"""What is asked of the prescriber: a code, a proposal and a few words. The form checks shape, the act the rest."""

import uuid
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.catalogue import search
from eprescription.catalogue.models import Medicine
from eprescription.catalogue.search import Hit
from eprescription.fields import PrintableField
from eprescription.models import Intervention, Line, Problem
from pharmacies.actions.asking import WORDS_ONLY, Proposal

LONGEST_SEARCH = 100
MOST_FOUND = 8
TEXT = {"autocomplete": "off"}


class AskForm(forms.Form):
    """One question about one line. What is left empty stays as it was prescribed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    problem = forms.ChoiceField(
        label=gettext_lazy("Problème relevé"),
        choices=[("", gettext_lazy("Choisissez")), *Problem.choices],
        error_messages={"required": gettext_lazy("Dites quel problème vous avez relevé.")},
    )
    intervention = forms.ChoiceField(
        label=gettext_lazy("Ce que vous proposez"),
        choices=[("", gettext_lazy("Choisissez")), *Intervention.choices],
        error_messages={"required": gettext_lazy("Dites ce que vous proposez.")},
    )
    search = forms.CharField(
        label=gettext_lazy("Autre produit"),
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(attrs={**TEXT, "spellcheck": "false"}),
    )
    cis = forms.RegexField(r"^\d{8}$", required=False, widget=forms.HiddenInput)
    posology = PrintableField(
        label=gettext_lazy("Posologie"),
        help_text=gettext_lazy("Comme on l'écrit : 1 cp matin soir 7j"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
    )
    duration_days = forms.IntegerField(
        label=gettext_lazy("Durée en jours"), min_value=1, max_value=366, required=False
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Boîtes"), min_value=1, max_value=99, required=False
    )
    message = PrintableField(
        label=gettext_lazy("Message"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **TEXT}),
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Urgent : le patient attend au comptoir"), required=False
    )

    def __init__(self, line: Line, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial or {"key": uuid.uuid4()})
        self.line = line

    def clean(self) -> dict[str, Any]:
        """A proposal goes with its code: what adds, stops or watches changes nothing of the line itself."""
        values = super().clean() or self.cleaned_data
        if values.get("cis") == self.line.cis:
            values["cis"] = ""
        proposed = [x for x in ("cis", "posology", "duration_days", "quantity") if values.get(x)]
        code = values.get("intervention")
        if code in WORDS_ONLY and proposed:
            self.add_error(
                "intervention",
                _(
                    "Cette proposition ne change pas la ligne : dites-la dans le message, ou effacez le changement."
                ),
            )
        elif code in (Intervention.ADD, Intervention.MONITOR) and not values.get("message"):
            self.add_error("message", _("Écrivez ce que vous proposez."))
        return values

    @property
    def searches(self) -> bool:
        """Whether a product is looked for: by its button, or by a name that waits in its field."""
        typed = (self.data.get("search") or "").strip()
        return self.is_bound and (self.data.get("act") == "find" or bool(typed))

    def found(self) -> list[Hit]:
        """What has this name; without a name, what is of the same group."""
        text = (self.data.get("search") or "").strip()[:LONGEST_SEARCH]
        hits = search.search(text) if text else search.substitutes(self.line.cis)
        return [hit for hit in hits if hit.marketed and hit.cis != self.line.cis][:MOST_FOUND]

    def to_go_on(self) -> "AskForm":
        """The same, as it was typed, once products were looked for: nothing is sent, so nothing is wrong yet."""
        typed = {name: self[name].value() for name in self.fields}
        return AskForm(self.line, initial=typed | {"search": ""})

    @property
    def chosen(self) -> str:
        """The name of the product that was chosen, by its code."""
        typed = str(self["cis"].value() or "")
        with suppress(Medicine.DoesNotExist):
            return search.medicine(typed[:8]).name
        return ""

    def proposal(self) -> Proposal:
        names = ("problem", "intervention", "message", "urgent", "cis", "posology")
        more = ("duration_days", "quantity")
        return Proposal(**{name: self.cleaned_data[name] for name in (*names, *more)})
