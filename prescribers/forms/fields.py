"""Fields that a prescriber's forms share."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_DAYS = 366
_DURATION = re.compile(r"(\d{1,4})\s*([^\W\d]*)\.?")
_DAYS = {"": 1, "j": 1, "d": 1, "s": 7, "w": 7, "m": 30, "a": 365, "y": 365}


class DurationField(forms.CharField):
    """A duration typed as people do: 7, 7 j, 2 semaines, 3 mois, 1 an; cleaned to days or None.

    A month is 30 days, as on the paper.
    """

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"placeholder": _("7 j, 3 mois"), "autocomplete": "off", "maxlength": 20}
        super().__init__(
            max_length=20, required=False, widget=forms.TextInput(attrs=attrs), **kwargs
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().lower()
        if not text:
            return None
        found = _DURATION.fullmatch(text)
        unit = _DAYS.get(found[2][:1]) if found else None
        if found is None or unit is None:
            raise ValidationError(_("Écrivez la durée comme 7 j, 2 semaines ou 3 mois."))
        days = int(found[1]) * unit
        if not 1 <= days <= LONGEST_DAYS:
            raise ValidationError(_("La durée va de 1 jour à 366 jours : 12 mois au plus."))
        return days

    def prepare_value(self, value: Any) -> Any:
        """Days as they are typed: whole months from 30 on, as on the paper."""
        if not isinstance(value, int):
            return value
        if value >= 30 and value % 30 == 0:
            return f"{value // 30} mois"
        return f"{value} j"
