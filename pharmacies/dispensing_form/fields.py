"""The fields of the counter: short, quiet about what is usual, strict about what is printed."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.fields import PrintableField

LONGEST_TEXT = 300
LONGEST_MARK = 20  # of a lot and of a serial number (GS1)
MOST = 9999
A_BIT = timedelta(minutes=5)  # between the clock of the counter and ours
MONTH = re.compile(r"\s*(\d{1,2})\s*[/. -]\s*(\d{4})\s*", re.ASCII)
QUIET = {"data-quiet": True}
"""Said of fields that add to a line without making it differ from what was prescribed."""


def sentence(label: Any, hint: Any = "", **more: Any) -> PrintableField:
    """A line of text that may be printed."""
    return PrintableField(
        label=label,
        help_text=hint,
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", **more}),
    )


def number(label: Any, hint: Any = "", **more: Any) -> forms.IntegerField:
    """A count that may be left empty."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=0,
        max_value=MOST,
        required=False,
        error_messages={"invalid": gettext_lazy("Écrivez un nombre entier.")},
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", **more}),
    )


def choice(label: Any, options: Any, empty: Any, hint: Any = "") -> forms.ChoiceField:
    """One of the codes, or none: `empty` says what none means."""
    known = [(code, text) for code, text in options if code]
    return forms.ChoiceField(
        label=label, help_text=hint, choices=[("", empty), *known], required=False
    )


def yes(label: Any, hint: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=hint, required=False)


def mark(label: Any, *, hidden: bool = False) -> PrintableField:
    """A lot or a serial number, as the box bears it."""
    attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", **QUIET}
    widget = forms.HiddenInput(attrs=QUIET) if hidden else forms.TextInput(attrs=attrs)
    return PrintableField(
        label=label,
        max_length=LONGEST_MARK,
        required=False,
        widget=widget,
    )


class ExpiryField(forms.DateField):
    """The date on a box: a day, or a month that means its last day."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Péremption"),
            required=False,
            input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d%m%Y"],
            error_messages={"invalid": gettext_lazy("Écrivez le mois et l'année : 11/2028.")},
            widget=forms.DateInput(
                format="%d/%m/%Y",
                attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": 12, **QUIET},
            ),
        )

    def to_python(self, value: Any) -> date | None:
        found = MONTH.fullmatch(value) if isinstance(value, str) else None
        if found and 1 <= int(found[1]) <= 12 and int(found[2]) >= 1:
            month, year = int(found[1]), int(found[2])
            return date(year, month, monthrange(year, month)[1])
        return super().to_python(value)


class PastField(forms.DateTimeField):
    """A moment that is over; prefilled with now, to the minute."""

    def __init__(self, label: Any) -> None:
        widget = forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", **QUIET}
        )
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
            error_messages={"invalid": gettext_lazy("Écrivez le jour et l'heure.")},
            widget=widget,
        )

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value > timezone.now() + A_BIT:
            raise ValidationError(_("Ce moment n'est pas encore venu."))
