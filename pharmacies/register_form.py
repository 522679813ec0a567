"""What is looked for in the register, in one line."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pharmacies.forms import DATES
from pharmacies.queries.registered import Asked

LONGEST = 120


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=DATES,
        error_messages={
            "invalid": gettext_lazy("Écrivez le jour, le mois et l'année : 04/03/1951.")
        },
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20}
        ),
        **more,
    )


class RegisterForm(forms.Form):
    """Patient by birth name and date together, product, period; empty means all."""

    birth_name = forms.CharField(
        label=gettext_lazy("Nom de naissance"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_date = _day(gettext_lazy("Date de naissance"))
    product = forms.CharField(
        label=gettext_lazy("Produit"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    since = _day(gettext_lazy("Du"))
    until = _day(gettext_lazy("Au"))
    narcotics = forms.BooleanField(label=gettext_lazy("Stupéfiants seulement"), required=False)
    before = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)

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
