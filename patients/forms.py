"""What a patient's choice must look like."""

from typing import Any

from django import forms

from eprescription.models import Reach
from eprescription.posology.plain import LANGUAGES


class ChoiceForm(forms.Form):
    """One switch: how far it reaches, and its target; `back` is the page to go back to."""

    reach = forms.TypedChoiceField(choices=Reach, coerce=Reach)
    prescription = forms.UUIDField(required=False)
    prescriber = forms.UUIDField(required=False)
    back = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        reach = values.get("reach")
        if reach in (Reach.PRESCRIPTION, Reach.PRESCRIBER) and not values.get(reach.value):
            raise forms.ValidationError("A choice needs its target.")
        return values


class LanguageForm(forms.Form):
    """The language in which to read how a medicine is taken."""

    language = forms.ChoiceField(choices=[(code, code) for code in LANGUAGES])
