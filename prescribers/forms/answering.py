"""What is answered to a pharmacist: one button, and words for who wants to say more."""

from django import forms
from django.utils.translation import gettext_lazy as _

from eprescription.fields import PrintableField

ACCEPT, REFUSE, CALL = "accept", "refuse", "call"


class AnswerForm(forms.Form):
    """`act` is the button. `reason` goes on in spite of a warning; `password` proves who signs, when it is asked."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    act = forms.ChoiceField(choices=[(act, "") for act in (ACCEPT, REFUSE, CALL)])
    answer = PrintableField(
        label=_("Un mot à la pharmacie"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = PrintableField(
        label=_("Motif pour accepter quand même"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Votre mot de passe"),
        help_text=_("Seulement pour accepter : cela signe."),
        strip=False,
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
