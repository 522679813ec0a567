"""What a prescriber types of his downtime pad, and copies from a sheet."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eprescription.documents.number import is_valid, normalise
from eprescription.fields import DayField
from eprescription.models import PaperMotive
from prescribers.actions.downtime import MOST_SHEETS

NUMBER_ATTRS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class PadForm(forms.Form):
    """How many sheets."""

    count = forms.IntegerField(
        label=_("Nombre de feuilles"), min_value=1, max_value=MOST_SHEETS, initial=10
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class NumberForm(forms.Form):
    """The number of one sheet."""

    number = forms.CharField(
        label=_("Numéro de la feuille"),
        max_length=40,
        help_text=_("Écrit sous le code, 18 caractères."),
        widget=forms.TextInput(attrs=NUMBER_ATTRS),
    )

    def clean_number(self) -> str:
        number = normalise(self.cleaned_data["number"])
        if not is_valid(number):
            raise forms.ValidationError(
                _("Ce numéro contient une erreur : relisez-le sur la feuille.")
            )
        return number


class SheetForm(NumberForm):
    """What a sheet says beside its lines: these are written on the next page."""

    motive = forms.ChoiceField(
        label=_("Motif coché sur la feuille"),
        choices=PaperMotive.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("La loi demande le motif du papier (CSP R. 4073-2).")},
    )
    day = DayField(label=_("Écrite le"))
    hour = forms.TimeField(
        label=_("À"),
        help_text=_("Par exemple 14:30."),
        input_formats=["%H:%M", "%Hh%M", "%Hh", "%H"],
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Écrivez l'heure comme 14:30.")},
    )
    secured_paper = forms.BooleanField(
        label=_("Écrite sur papier sécurisé"),
        required=False,
        help_text=_("Obligatoire pour un stupéfiant ou assimilé (CSP R. 5132-5)."),
    )

    def written_at(self) -> datetime:
        """The moment that the sheet bears, in Paris."""
        values: dict[str, Any] = self.cleaned_data
        hour: time = values["hour"]
        return timezone.make_aware(datetime.combine(values["day"], hour))
