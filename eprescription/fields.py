"""Form fields that both desks share: days as people type them, and text that paper can show."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eprescription.legible import blank_on_paper, deceit_of

DATES = ("%d/%m/%Y", "%d%m%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d")
LONGEST_DATE = 20
OLDEST_BIRTH = date(1900, 1, 1)


def reads_as_written(text: str) -> None:
    """Refuses what deceives a reader: what nobody sees, what turns the order of reading, towers of accents."""
    if wrong := deceit_of(text):
        raise ValidationError(wrong)


def can_be_printed(text: str) -> None:
    """Refuses what no font of the paper can show, and says which characters."""
    if wrong := blank_on_paper(text):
        raise ValidationError(wrong)


class PlainField(forms.CharField):
    """Text that others will read on a screen: it says what it seems to say."""

    default_validators = [reads_as_written]


class PrintableField(PlainField):
    """Text that can stand on a printed page."""

    default_validators = [reads_as_written, can_be_printed]


class DayField(forms.DateField):
    """A day, typed as in France: digits are faster than a calendar, and the same in every browser."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "placeholder": _("jj/mm/aaaa"),
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": LONGEST_DATE,
        }
        super().__init__(
            input_formats=DATES,
            widget=forms.DateInput(attrs=attrs, format="%d/%m/%Y"),
            error_messages={"invalid": _("Écrivez le jour, le mois et l'année : 04/03/1951.")},
            **kwargs,
        )


class BirthDateField(DayField):
    """A day on which somebody who lives may be born."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not OLDEST_BIRTH <= value <= timezone.localdate():
            raise ValidationError(_("Cette date de naissance n'est pas possible."))
