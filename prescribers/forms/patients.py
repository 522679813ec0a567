"""Shapes of what identifies a patient (RNIV)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from eprescription.fields import BirthDateField, PrintableField
from eprescription.identity.numbers import ins_ok, nir_ok, normalise_ins
from eprescription.identity.traits import IdentityStatus, Traits, clean_name

INS_NIR = "1.2.250.1.213.1.4.8"


class NameField(PrintableField):
    """A name of civil status, kept in capitals without accents (RNIV)."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and not clean_name(text):
            raise ValidationError(
                _("Écrivez le nom en lettres latines, comme sur la pièce d'identité.")
            )
        return text


class FindPatientForm(forms.Form):
    """By INS, or by birth name and birth date: exact, never browsing."""

    ins = forms.CharField(label=_("INS (15 caractères)"), max_length=21, required=False)
    birth_name = NameField(label=_("Nom de naissance"), max_length=80, required=False)
    birth_date = BirthDateField(label=_("Date de naissance"), required=False)

    def clean_ins(self) -> str:
        typed = normalise_ins(self.cleaned_data["ins"])
        if typed and not ins_ok(typed):
            raise ValidationError(
                _("La clé de cet INS n'est pas juste : vérifiez les 15 caractères.")
            )
        return typed

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if self.errors or values.get("ins"):
            return values
        if not values.get("birth_name"):
            self.add_error("birth_name", _("Donnez l'INS, ou le nom et la date de naissance."))
        elif not values.get("birth_date"):
            self.add_error("birth_date", _("Donnez aussi la date de naissance."))
        return values


class PatientForm(forms.Form):
    """The five strict traits, the name in use, the INS and how far the identity is trusted (RNIV)."""

    birth_name = NameField(label=_("Nom de naissance"), max_length=80)
    first_names = NameField(
        label=_("Prénoms de naissance"),
        max_length=120,
        help_text=_("Tous, dans l'ordre, séparés par des espaces"),
    )
    used_name = NameField(
        label=_("Nom utilisé"),
        max_length=80,
        required=False,
        help_text=_("S'il diffère du nom de naissance"),
    )
    birth_date = BirthDateField(label=_("Date de naissance"))
    sex = forms.ChoiceField(
        label=_("Sexe"),
        choices=[("F", _("Féminin")), ("M", _("Masculin")), ("I", _("Indéterminé"))],
        widget=forms.RadioSelect,
    )
    birth_place = forms.RegexField(
        r"^[0-9][0-9ABab][0-9]{3}$",
        label=_("Lieu de naissance (code INSEE)"),
        help_text=_("5 caractères ; 99999 s'il est inconnu"),
        error_messages={"invalid": _("Le code INSEE a 5 caractères, comme 31555.")},
    )
    status = forms.ChoiceField(
        label=_("Confiance dans l'identité"),
        widget=forms.RadioSelect,
        choices=[
            (IdentityStatus.PROV, _("Provisoire : déclarée, sans pièce d'identité")),
            (IdentityStatus.VALI, _("Validée : pièce d'identité contrôlée")),
            (IdentityStatus.RECUP, _("Récupérée : INS obtenue du téléservice INSi")),
            (IdentityStatus.QUAL, _("Qualifiée : INS récupérée et pièce d'identité contrôlée")),
        ],
    )
    ins = forms.CharField(
        label=_("INS (15 caractères)"),
        max_length=21,
        required=False,
        help_text=_("Avec une identité récupérée ou qualifiée seulement"),
    )

    def clean_birth_place(self) -> str:
        return self.cleaned_data["birth_place"].upper()

    def clean_ins(self) -> str:
        typed = normalise_ins(self.cleaned_data["ins"])
        if typed and nir_ok(typed) and not ins_ok(typed):
            raise ValidationError(_("Ce numéro fictif n'est pas une INS."))
        if typed and not ins_ok(typed):
            raise ValidationError(
                _("La clé de cet INS n'est pas juste : vérifiez les 15 caractères.")
            )
        return typed

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "ins" not in values or "status" not in values:
            return values
        fetched = IdentityStatus(values["status"]).fetched
        if fetched and not values["ins"]:
            self.add_error("ins", _("Une identité récupérée ou qualifiée porte son INS."))
        elif values["ins"] and not fetched:
            self.add_error("status", _("Une INS va avec une identité récupérée ou qualifiée."))
        return values

    def traits(self) -> Traits:
        """The traits typed; the form is valid."""
        values = self.cleaned_data
        oid = INS_NIR if values["ins"] else ""
        return Traits(**values | {"status": IdentityStatus(values["status"]), "ins_oid": oid})
