"""The fields of one line of the dispensing page."""

from django import forms
from django.utils.translation import gettext_lazy

from eprescription.models import Agreement, Intervention, InterventionOutcome, Problem, Refusal
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
from pharmacies.dispensing_form.read import LONGEST_READ
from pharmacies.dispensing_form.shown import ShownLine

LONGEST_SEARCH = 100


class AskedLine(ShownLine):
    """What may be said of a line; all but the quantity may stay empty."""

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
        max_length=LONGEST_READ, required=False, widget=forms.HiddenInput(attrs=QUIET)
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
