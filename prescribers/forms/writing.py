"""Shapes of what is written on a draft. A form checks shape; the law speaks once, in the act."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eprescription.models import Anonymity, Cover, LineKind, NonSubstitutable
from prescribers.forms.fields import DurationField, PrintableField


class SearchForm(forms.Form):
    """One line of input: a medicine, and how it is taken if one likes."""

    search = PrintableField(
        label=_("Ajouter à l'ordonnance"),
        max_length=200,
        required=False,
        widget=forms.TextInput(
            attrs={"placeholder": _("amox 1g 1 cp matin soir 7j"), "spellcheck": "false"}
        ),
    )


class LineForm(forms.Form):
    """How one medicine is taken, and what the prescriber decides of it."""

    posology = PrintableField(
        label=_("Posologie"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("1 cp matin soir 7j")}),
    )
    duration_days = DurationField(label=_("Durée"))
    quantity = forms.IntegerField(label=_("Boîtes"), min_value=1, max_value=99)
    renewals = forms.IntegerField(
        label=_("Renouvellements"), min_value=0, max_value=11, required=False
    )
    ald = forms.BooleanField(label=_("En rapport avec l'ALD"), required=False)
    by_inn = forms.BooleanField(label=_("En DCI seule, sans la marque"), required=False)
    non_substitutable = forms.ChoiceField(
        label=_("Substitution"), choices=NonSubstitutable.choices, required=False
    )
    cover = forms.ChoiceField(label=_("Prise en charge"), choices=Cover.choices, required=False)
    off_label = forms.BooleanField(label=_("Hors AMM"), required=False)
    not_reimbursable = forms.BooleanField(label=_("Non remboursable (NR)"), required=False)
    single_delivery = forms.BooleanField(label=_("Délivrance en une seule fois"), required=False)
    by_pump = forms.BooleanField(label=_("Par système actif de perfusion"), required=False)
    overlap = PrintableField(
        label=_("Chevauchement avec une ordonnance en cours"),
        help_text=_("Le motif est imprimé (CSP R. 5132-33)"),
        max_length=200,
        required=False,
    )

    def clean_renewals(self) -> int:
        return self.cleaned_data["renewals"] or 0


class OtherLineForm(forms.Form):
    """A device, care or a preparation: words that never block."""

    name = PrintableField(label=_("Prescription"), max_length=300)
    posology = PrintableField(
        label=_("Précisions"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("à domicile, 3 fois par semaine")}),
    )
    duration_days = DurationField(label=_("Durée"))
    quantity = forms.IntegerField(label=_("Quantité"), min_value=1, max_value=99)
    renewals = forms.IntegerField(
        label=_("Renouvellements"), min_value=0, max_value=11, required=False
    )
    ald = forms.BooleanField(label=_("En rapport avec l'ALD"), required=False)
    cover = forms.ChoiceField(label=_("Prise en charge"), choices=Cover.choices, required=False)
    not_reimbursable = forms.BooleanField(label=_("Non remboursable (NR)"), required=False)

    def clean_renewals(self) -> int:
        return self.cleaned_data["renewals"] or 0


class WholeForm(forms.Form):
    """What the prescription says of the whole; shown when a line calls for it."""

    weight_kg = forms.DecimalField(
        label=_("Poids (kg)"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0.3), MaxValueValidator(500)],
        localize=True,
        required=False,
    )
    height_cm = forms.IntegerField(
        label=_("Taille (cm)"), min_value=20, max_value=260, required=False
    )
    pharmacy_named = PrintableField(
        label=_("Pharmacie qui délivrera"),
        max_length=120,
        required=False,
    )


class OtherKindForm(forms.Form):
    """Which kind of free line is added."""

    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[c for c in LineKind.choices if c[0] != LineKind.MEDICINE],
        required=False,
    )


class IvgForm(forms.Form):
    """What is asked before a medicine of abortion is written (CSP R. 2212-14-1, R. 4072-1 et s.).

    No answer is ticked in advance. `cis` is the medicine that was chosen: nothing of it is kept
    before all is answered.
    """

    cis = forms.RegexField(r"^\d{8}$", widget=forms.HiddenInput)
    by_inn = forms.BooleanField(required=False, widget=forms.HiddenInput)
    search = PrintableField(max_length=200, required=False, widget=forms.HiddenInput)
    teleconsultation = forms.TypedChoiceField(
        label=_("Où êtes-vous ?"),
        choices=[
            ("no", _("En consultation, avec la patiente")),
            ("yes", _("En téléconsultation")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites comment se passe la consultation.")},
    )
    anonymity = forms.ChoiceField(
        label=_("La patiente demande-t-elle l'anonymat ?"),
        choices=Anonymity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Posez la question à la patiente, puis cochez sa réponse.")},
    )
    pharmacy_named = PrintableField(
        label=_("Pharmacie désignée par la patiente"), max_length=120, required=False
    )
    convention_place = PrintableField(
        label=_("Établissement de la convention"), max_length=120, required=False
    )
    convention_date = forms.DateField(
        label=_("Date de la convention"),
        input_formats=["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d"],
        widget=forms.DateInput(
            attrs={"placeholder": _("jj/mm/aaaa"), "inputmode": "numeric"}, format="%d/%m/%Y"
        ),
        error_messages={"invalid": _("Écrivez la date comme 04/03/2024.")},
        required=False,
    )

    def clean_convention_date(self) -> Any:
        day = self.cleaned_data["convention_date"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Cette date est dans le futur."))
        return day
