"""What is typed at the counter: forms check the shape, the law speaks in the act."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.documents import number
from eprescription.fields import BirthDateField

LONGEST_CODE = 200
LONGEST_NUMBER = 60


class ScanForm(forms.Form):
    """The one field of the desk: a scanner types into it and presses Enter."""

    text = forms.CharField(
        label=gettext_lazy("Scannez, collez ou tapez"),
        max_length=LONGEST_CODE,
        error_messages={
            "required": gettext_lazy("Scannez le code de l'ordonnance, ou tapez son numéro."),
            "max_length": gettext_lazy("Ce texte est trop long pour un code d'ordonnance."),
        },
        widget=forms.TextInput(
            attrs={
                "class": "desk__field",
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
                "enterkeyhint": "go",
                "placeholder": gettext_lazy("Code ou numéro"),
            }
        ),
    )


class NumberForm(forms.Form):
    """The typed number with its second proof."""

    number = forms.CharField(
        label=gettext_lazy("Numéro de l'ordonnance"),
        help_text=gettext_lazy("18 caractères, sous le code imprimé"),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    birth_date = BirthDateField(
        label=gettext_lazy("Date de naissance du patient"),
        help_text=gettext_lazy("Jour, mois, année : 04/03/1951 ou 04031951"),
        required=False,
    )
    withdrawal = forms.CharField(
        label=gettext_lazy("Ou code de retrait, patiente anonyme"),
        help_text=gettext_lazy("6 caractères, imprimés sous le numéro"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        found = number.normalise(typed)
        if len(found) != number.LENGTH:
            raise ValidationError(
                _("Un numéro a %(expected)d caractères ; il y en a %(typed)d ici."),
                params={"expected": number.LENGTH, "typed": len(found)},
            )
        if not number.is_valid(found):
            raise ValidationError(_("Ce numéro contient une faute de frappe : relisez-le."))
        return typed

    def clean(self) -> dict[str, Any]:
        """One second proof, whichever the page bears."""
        values = super().clean() or self.cleaned_data
        typed = values.get("birth_date") or values.get("withdrawal")
        if not typed and "birth_date" not in self.errors:
            self.add_error("birth_date", _("Écrivez la date de naissance, ou le code de retrait."))
        return values


class FileForm(forms.Form):
    """A picture or a PDF that holds the code; read in memory, never kept."""

    file = forms.FileField(
        label=gettext_lazy("Image ou PDF de l'ordonnance"),
        help_text=gettext_lazy("JPEG, PNG ou PDF, 5 Mo au plus. Le fichier n'est pas conservé."),
        allow_empty_file=True,  # a file that was too big arrives empty: the page says so
        error_messages={"required": gettext_lazy("Choisissez une image ou un PDF.")},
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf", "data-file": True}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if getattr(file, "too_big", False):
            raise ValidationError(_("Ce fichier dépasse 5 Mo. Photographiez seulement le code."))
        if not file.size:
            raise ValidationError(_("Ce fichier est vide."))
        return file


def without_blanks(text: str) -> str:
    """A text as it is compared: one blank for several."""
    return re.sub(r"\s+", " ", text).strip()
