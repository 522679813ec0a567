"""What is asked before anything of an abortion is written (CSP R. 2212-14-1, R. 4072-1 et s.). Nothing is ticked."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eprescription.fields import DayField, PrintableField
from eprescription.models import Anonymity
from eprescription.secure_mail.directory import PharmacyView, pharmacies_like


class AbortionForm(forms.Form):
    """Where the consultation takes place, whether she asks for anonymity, and what a teleconsultation must say.

    The pharmacy of an anonymous prescription is one of the portal's: those that are found by the name typed are
    proposed, and one of them is chosen. `key` makes two presses one act.
    """

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
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
        label=_("Pharmacie désignée par la patiente"),
        help_text=_("Son nom, sa ville, ou son numéro FINESS"),
        max_length=120,
        required=False,
    )
    place = forms.ChoiceField(
        label=_("Laquelle ?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choisissez une pharmacie dans la liste.")},
    )
    convention_place = PrintableField(
        label=_("Établissement de la convention"),
        help_text=_("Celui avec lequel vous l'avez signée"),
        max_length=120,
        required=False,
    )
    convention_date = DayField(label=_("Date de la convention"), required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()} | (initial or {}))
        named = (data or {}).get("pharmacy_named", "")
        self.found = pharmacies_like(named[:120]) if named else []
        self.fields["place"].choices = [(str(x.id), _told(x)) for x in self.found]  # type: ignore[attr-defined]

    def clean_convention_date(self) -> Any:
        day = self.cleaned_data["convention_date"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Cette date est dans le futur."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.is_anonymous and values.get("teleconsultation"):
            self._clean_pharmacy(values)
        return values

    def _clean_pharmacy(self, values: dict[str, Any]) -> None:
        """One of the portal's, chosen among those that were found."""
        if not values.get("pharmacy_named"):
            self.add_error("pharmacy_named", _("Nommez la pharmacie que la patiente choisit."))
        elif not self.found:
            self.add_error("pharmacy_named", _("Aucune pharmacie du portail ne porte ce nom."))
        elif not values.get("place") and "place" not in self.errors:
            self.add_error("place", _("Choisissez la pharmacie : elle seule ouvrira l'ordonnance."))

    @property
    def is_anonymous(self) -> bool:
        return self.cleaned_data.get("anonymity") == Anonymity.ANONYMOUS

    @property
    def place_id(self) -> uuid.UUID | None:
        """The pharmacy that was chosen among those that were found."""
        chosen = self.cleaned_data.get("place")
        return uuid.UUID(chosen) if chosen else None


class IvgForm(AbortionForm):
    """The same when a medicine of abortion was chosen on a draft.

    `cis` is the medicine: nothing of it is kept before all is answered.
    """

    cis = forms.RegexField(r"^\d{8}$", widget=forms.HiddenInput)
    by_inn = forms.BooleanField(required=False, widget=forms.HiddenInput)
    search = PrintableField(max_length=200, required=False, widget=forms.HiddenInput)


def _told(pharmacy: PharmacyView) -> str:
    return ", ".join(filter(None, [pharmacy.name, pharmacy.street, pharmacy.town]))
