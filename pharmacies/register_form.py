"""What is looked for in the register, in one line."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.fields import BirthDateField, DayField
from pharmacies.queries.registered import Asked

LONGEST = 120
TODAY, MONTH = "today", "month"
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class RegisterForm(forms.Form):
    """Patient by birth name and date together, product, period; empty means all.

    The buttons "today" and "this month" (`period`) fill the period and search at once.
    """

    birth_name = forms.CharField(
        label=gettext_lazy("Nom de naissance"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs=PLAIN),
    )
    birth_date = BirthDateField(label=gettext_lazy("Date de naissance"), required=False)
    product = forms.CharField(
        label=gettext_lazy("Produit"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={**PLAIN, "placeholder": gettext_lazy("Nom ou boîte")}),
    )
    since = DayField(label=gettext_lazy("Du"), required=False)
    until = DayField(label=gettext_lazy("Au"), required=False)
    narcotics = forms.BooleanField(label=gettext_lazy("Stupéfiants seulement"), required=False)
    before = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(_with_period(data) if data else data)

    def clean(self) -> dict[str, Any]:
        """Half an identity finds nobody, and a period ends after it began."""
        values = super().clean() or self.cleaned_data
        name, born = values.get("birth_name"), values.get("birth_date")
        if name and not born and "birth_date" not in self.errors:
            self.add_error("birth_date", _("Donnez aussi la date de naissance."))
        if born and not name:
            self.add_error("birth_name", _("Donnez aussi le nom de naissance."))
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("La période finit avant de commencer."))
        return values

    def clean_before(self) -> tuple[datetime, int] | None:
        """Where the page before ended; what is not ours begins at the top."""
        moment, _sep, number = self.cleaned_data["before"].partition("|")
        try:
            at = datetime.fromisoformat(moment)
            return (at, int(number)) if at.tzinfo else None
        except (ValueError, OverflowError):
            return None

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)


class PeriodForm(RegisterForm):
    """The same for a file, which has a beginning and an end: whole years leave no pharmacy by one press."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for name in ("since", "until"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("Donnez la période du fichier.")

    def asked(self) -> Asked:
        return replace(super().asked(), before=None)


def _with_period(data: QueryDict) -> QueryDict:
    """The same, with the days that a button stands for written in their fields."""
    day = timezone.localdate()
    first = {TODAY: day, MONTH: day.replace(day=1)}.get(data.get("period", ""))
    if first is None:
        return data
    filled = data.copy()
    filled["since"], filled["until"] = _typed(first), _typed(day)
    return filled


def _typed(day: date) -> str:
    return day.strftime("%d/%m/%Y")
