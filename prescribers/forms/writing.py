"""Shapes of what is written on a draft. A form checks shape; the law speaks once, in the act."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from eprescription.fields import PrintableField
from eprescription.models import Cover, LineContent, LineKind, NonSubstitutable, SecretCare
from prescribers.forms.fields import DurationField
from prescribers.wordless import is_coded


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


class CodedLineForm(LineForm):
    """The same on an anonymous prescription: what is not understood whole could hold a name, and is not kept."""

    def __init__(self, line: LineContent, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.line = line
        del self.fields["overlap"]

    def clean_posology(self) -> str:
        text: str = self.cleaned_data["posology"]
        if text and text != self.line.posology and not is_coded(self.line, text):
            raise ValidationError(
                _(
                    "Sans texte libre sur une ordonnance anonyme : écrivez dose et rythme, « 1 cp matin soir »."
                )
            )
        return text


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
    secret = forms.ChoiceField(
        label=_("Ses représentants le sauront-ils ?"), choices=SecretCare.choices, required=False
    )
    accompanied = forms.TypedChoiceField(
        label=_("Un adulte de son choix l'accompagne-t-il ?"),
        choices=[(True, _("Oui")), (False, _("Non"))],
        coerce=lambda answer: answer == "True",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("secret") == SecretCare.NONE:
            values["accompanied"] = None  # nobody asked
        return values


class OtherKindForm(forms.Form):
    """Which kind of free line is added."""

    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[c for c in LineKind.choices if c[0] != LineKind.MEDICINE],
        required=False,
    )
