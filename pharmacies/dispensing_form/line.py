"""What is done of one line. Untouched, it says: as prescribed."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.catalogue import search
from eprescription.catalogue.models import Medicine
from eprescription.models import Agreement, Intervention, InterventionOutcome, Problem, Refusal
from eprescription.rules import Breach, Weight
from pharmacies.counter_presenter import CounterLine
from pharmacies.decisions import Decision
from pharmacies.dispensing_form.fields import (
    MOST,
    QUIET,
    ExpiryField,
    PastField,
    choice,
    mark,
    number,
    sentence,
    yes,
)
from pharmacies.dispensing_form.shown import BOX, CODED, ShownLine
from pharmacies.forms import without_blanks

LONGEST_SEARCH = 100
CIS_LENGTH = 8
AGREED = ("agreement", "agreed_how", "agreed_at")
SAID = ("posology", "urgent", "shortage", "refusal", "reason", "note", "instruction")
# Where the law points, and the field of the page that mends it.
FIELDS = {"product": "cis", "agreement": "agreed_how", "agreed": "agreed_how"}


class LineForm(ShownLine):
    """What is done of one line: `initial` is what is due, or what was recorded of it when it is corrected."""

    quantity = forms.IntegerField(
        min_value=0,
        max_value=MOST,
        error_messages={
            "required": gettext_lazy("Écrivez une quantité, 0 si rien n'est délivré."),
            "invalid": gettext_lazy("Écrivez un nombre entier."),
        },
        widget=forms.NumberInput(attrs={"class": "input input--number", "autocomplete": "off"}),
    )
    exceptional = yes("")
    cis = forms.ChoiceField(label=gettext_lazy("Produit délivré"), required=False)
    search = forms.CharField(
        label=gettext_lazy("Chercher un autre produit"),
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", **QUIET}),
    )
    packs = number(gettext_lazy("Boîtes sorties du stock"), **QUIET)
    lot = mark(gettext_lazy("Lot"))
    expiry = ExpiryField()
    cip13 = mark("", hidden=True)
    serial = mark("", hidden=True)
    read = forms.CharField(
        max_length=LONGEST_SEARCH * 20, required=False, widget=forms.HiddenInput(attrs=QUIET)
    )
    refusal = choice(
        gettext_lazy("Non délivré, ou en partie, parce que"), Refusal.choices, Refusal.NONE.label
    )
    owed = number(gettext_lazy("Quantité due au patient"), gettext_lazy("Il la retirera ici."))
    posology = sentence(gettext_lazy("Posologie changée"))
    agreed_how = choice(
        gettext_lazy("Accord du prescripteur"),
        [c for c in Agreement.choices if c[0] != Agreement.QUESTION],
        Agreement.NONE.label,
    )
    agreement = sentence(gettext_lazy("Donné par"), **QUIET)
    agreed_at = PastField(gettext_lazy("Le"))
    urgent = yes(gettext_lazy("Urgence et intérêt du patient : délivré sans attendre l'accord"))
    shortage = yes(gettext_lazy("Rupture : remplacé sur recommandation de l'ANSM"))
    reason = sentence(gettext_lazy("Motif pour délivrer quand même"))
    problem = choice(
        gettext_lazy("Problème relevé"), Problem.choices, gettext_lazy("Aucun problème")
    )
    intervention = choice(
        gettext_lazy("Intervention pharmaceutique"),
        Intervention.choices,
        gettext_lazy("Aucune intervention"),
    )
    outcome = choice(
        gettext_lazy("Suite donnée"), InterventionOutcome.choices, gettext_lazy("Sans objet")
    )
    note = sentence(gettext_lazy("Remarque"), gettext_lazy("Pour les professionnels."))
    instruction = sentence(
        gettext_lazy("Consigne au patient"), gettext_lazy("Imprimée sur l'étiquette.")
    )

    def __init__(
        self,
        line: CounterLine,
        data: Mapping[str, Any] | None = None,
        *,
        prescriber: str = "",
        recorded: Mapping[str, Any] | None = None,
    ) -> None:
        self.line = line
        usual = {"agreement": prescriber, "agreed_at": timezone.localtime()}
        initial = {"quantity": line.offered, "cis": line.view.cis, **usual, **(recorded or {})}
        super().__init__(data, prefix=f"l{line.view.position}", initial=initial)
        self._offer_products()
        self._name_what_is_counted()

    def clean(self) -> dict[str, Any]:
        """What is typed, made one: what says nothing is left out, what contradicts is told."""
        values = super().clean() or self.cleaned_data
        if without_blanks(values.get("posology", "")) == without_blanks(self.line.view.posology):
            values["posology"] = ""
        if self.line.exceptional and not values.get("exceptional"):
            values["quantity"] = 0
        self._clean_refusal(values)
        self._clean_agreement(values)
        self._clean_owed(values)
        self._clean_box(values)
        if not values.get("problem") and (values.get("intervention") or values.get("outcome")):
            self.add_error("problem", _("Dites quel problème vous avez relevé."))
        return values

    def decision(self) -> Decision:
        """The line as it is to be judged and kept."""
        values = self.cleaned_data
        kept = (*SAID, *CODED, *AGREED, *(BOX if values["quantity"] else ()))
        return Decision(
            line_id=self.line.view.id,
            quantity=values["quantity"],
            cis=values.get("cis") or self.line.view.cis,
            exceptional=self.line.exceptional if values["exceptional"] else "",
            owed=values["owed"] or 0,
            question_id=self.line.agreed,
            **{name: values[name] for name in kept},
        )

    def tell(self, breach: Breach, words: Any) -> None:
        """Puts what the law found at the field that mends it: the reason, when a reason lets it pass."""
        self.warned |= breach.weight is Weight.WARNS
        wanted = "reason" if breach.weight is Weight.WARNS else FIELDS.get(breach.field)
        wanted = wanted or breach.field
        self.add_error(wanted if wanted in self.fields else "quantity", words)

    def _offer_products(self) -> None:
        """The product prescribed, what stands in for it, and what was found by its name or its box."""
        typed = str(self["cis"].value() or "")
        offered = [(self.line.view.cis, self.line.view.product), *self.line.substitutes]
        if typed not in dict(offered):
            offered += _named(typed)
        self.fields["cis"].choices = offered  # type: ignore[attr-defined]
        self.fields["cis"].widget.attrs["data-due"] = self.initial["cis"]
        if len(offered) == 1 and not typed.strip(self.line.view.cis):
            del self.fields["cis"]

    def _name_what_is_counted(self) -> None:
        position = {"position": self.line.view.position}
        quantity, product = self.fields["quantity"], self.fields.get("cis")
        quantity.widget.attrs |= {
            "aria-label": _("Délivré maintenant, ligne %(position)d") % position,
            "data-due": self.initial["quantity"],
            "data-one": self.one,
            "data-many": self.many,
            "data-line-key": "Alt+Q",
            "data-key-label": _("Changer la quantité de la ligne"),
        }
        if product:
            product.widget.attrs |= {
                "aria-label": _("Produit délivré, ligne %(position)d") % position,
                "data-line-key": "Alt+S",
                "data-key-label": _("Choisir le produit délivré de la ligne"),
            }
        self.fields["refusal"].widget.attrs |= {
            "data-line-key": "Alt+R",
            "data-key-label": _("Ne pas délivrer la ligne, ou en partie"),
        }

    def _clean_refusal(self, values: dict[str, Any]) -> None:
        """A reason beside an untouched quantity means none; beside a smaller one, that only a part is given."""
        if not values.get("refusal") or not values.get("quantity"):
            return
        if "quantity" not in self.changed_data and "refusal" in self.changed_data:
            values["quantity"] = 0
        elif values["quantity"] > self.line.offered and not self.line.exceptional:
            self.add_error("quantity", _("Mettez 0, ou retirez le motif de non-délivrance."))

    def _clean_agreement(self, values: dict[str, Any]) -> None:
        """Who agreed counts once one says how; typed over without it, the page asks."""
        if not values.get("agreed_how"):
            if "agreement" in self.changed_data and values.get("agreement"):
                self.add_error("agreed_how", _("Dites comment l'accord a été donné."))
            values |= {"agreement": "", "agreed_at": None}
        elif not values.get("agreement"):
            self.add_error("agreement", _("Dites qui a donné son accord."))
        elif not values.get("agreed_at") and "agreed_at" not in self.errors:
            self.add_error("agreed_at", _("Dites quand l'accord a été donné."))

    def _clean_owed(self, values: dict[str, Any]) -> None:
        owed = values.get("owed") or 0
        if owed and (values.get("quantity") or 0) + owed > self.line.most:
            left = self.line.count(self.line.most)
            self.add_error("owed", _("Il ne reste que %(left)s sur cette ligne.") % {"left": left})

    def _clean_box(self, values: dict[str, Any]) -> None:
        """The box that was read goes with its product: another one chosen since, it is no more."""
        read = values.get("cip13")
        if not read:
            return
        hit = search.by_cip13(read)
        if hit is None or hit.cis != (values.get("cis") or self.line.view.cis):
            values |= {"cip13": "", "serial": ""}


def _named(cis: str) -> list[tuple[str, str]]:
    """A product that is no substitute, by its code: the law says whether it may be given."""
    if len(cis) != CIS_LENGTH or not (cis.isascii() and cis.isdecimal()):
        return []
    with suppress(Medicine.DoesNotExist):
        return [(cis, search.medicine(cis).name)]
    return []
