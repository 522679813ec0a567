"""How the page of accesses is narrowed, and what is answered to one of them."""

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from eprescription.models import Role
from patients.accesses import Asked
from patients.handles import LENGTH

PERIODS = [
    ("30", _("30 derniers jours")),
    ("365", _("12 derniers mois")),
    ("", _("Depuis toujours")),
]
WHO = [
    ("", _("Tout le monde")),
    (Role.PRESCRIBER, _("Médecins et autres prescripteurs")),
    (Role.PHARMACIST, _("Pharmacies")),
    (Role.PATIENT, _("Vous et vos représentants")),
    ("system", _("Le portail")),
]


class LogForm(forms.Form):
    """An address may say anything: what is no choice narrows nothing."""

    who = forms.ChoiceField(label=_("Qui"), choices=WHO, required=False)
    days = forms.ChoiceField(label=_("Quand"), choices=PERIODS, required=False)
    refused = forms.BooleanField(label=_("Seulement ce qui a été refusé"), required=False)

    def asked(self) -> Asked:
        self.is_valid()
        said = self.cleaned_data
        return Asked(
            who=said.get("who", ""),
            days=int(said["days"]) if said.get("days") else None,
            refused=said.get("refused", False),
        )

    def kept(self) -> str:
        """The choices, for the links to other pages."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return urlencode({name: "on" if value is True else value for name, value in said.items()})


class PlaceForm(forms.Form):
    place = forms.UUIDField()


class DoubtForm(forms.Form):
    entry = forms.CharField(min_length=LENGTH, max_length=LENGTH)
