"""What a pharmacist copies from a paper: number, birth date, moment, and what was handed over, one product a row."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.catalogue.models import Medicine
from eprescription.catalogue.search import search
from eprescription.documents import number
from eprescription.fields import BirthDateField, DayField, PlainField
from eprescription.models import PaperConflict
from pharmacies.actions import GivenOnPaper
from pharmacies.boxes import read_box

ROWS = 6
TOLD = 4  # medicines that an error proposes


class PaperForm(forms.Form):
    """One paper dispensing. Rows that are empty do not count."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    number = forms.CharField(
        label=gettext_lazy("Numéro sur le papier"),
        help_text=gettext_lazy("18 caractères, sous le code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    birth_date = BirthDateField(label=gettext_lazy("Date de naissance du patient"))
    day = DayField(label=gettext_lazy("Délivrée le"))
    hour = forms.TimeField(
        label=gettext_lazy("À"),
        help_text=gettext_lazy("Par exemple 14:30."),
        input_formats=["%H:%M", "%Hh%M", "%Hh", "%H"],
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Écrivez l'heure comme 14:30.")},
    )
    secured_paper = forms.BooleanField(
        label=gettext_lazy("Sur papier sécurisé (stupéfiants et assimilés)"), required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for rank in range(1, ROWS + 1):
            self.fields[f"product-{rank}"] = forms.CharField(
                label=_("Produit %(rank)s remis") % {"rank": rank},
                required=rank == 1,
                max_length=200,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )
            self.fields[f"quantity-{rank}"] = forms.IntegerField(
                label=_("Quantité"), required=False, min_value=1, max_value=9999
            )

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The fields of the products, by row."""
        return [(self[f"product-{r}"], self[f"quantity-{r}"]) for r in range(1, ROWS + 1)]

    def clean_number(self) -> str:
        found = number.normalise(self.cleaned_data["number"])
        if not number.is_valid(found):
            raise ValidationError(_("Ce numéro contient une faute de frappe : relisez-le."))
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["lines"] = [
            line for rank in range(1, ROWS + 1) if (line := self._line(values, rank))
        ]
        return values

    def dispensed_at(self) -> datetime:
        """The moment that the paper bears, in Paris."""
        day, hour = self.cleaned_data["day"], self.cleaned_data["hour"]
        return timezone.make_aware(datetime.combine(day, hour))

    def _line(self, values: dict[str, Any], rank: int) -> GivenOnPaper | None:
        typed, quantity = values.get(f"product-{rank}"), values.get(f"quantity-{rank}")
        if not typed:
            return None
        if quantity is None and f"quantity-{rank}" not in self.errors:
            self.add_error(f"quantity-{rank}", _("Combien ?"))
        if quantity is None:
            return None
        try:
            return product(typed, quantity)
        except ValidationError as wrong:
            self.add_error(f"product-{rank}", wrong)
            return None


class DecisionForm(forms.Form):
    """What is decided of one disagreement, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Décision"),
        choices=PaperConflict.Decision.choices,
        widget=forms.RadioSelect,
    )
    reason = PlainField(
        label=gettext_lazy("Pourquoi"),
        max_length=300,
        help_text=gettext_lazy("Qui a été appelé, ce qui a été vérifié."),
    )


def product(typed: str, quantity: int) -> GivenOnPaper:
    """The medicine that was typed or scanned; ValidationError names those that it may be."""
    box = read_box(typed)
    hits = search(box.cip13 if box else typed, limit=TOLD + 1)
    exact = [hit for hit in hits if hit.name.lower() == typed.strip().lower()]
    chosen = exact or hits
    if not chosen:
        raise ValidationError(_("Aucun médicament de ce nom : scannez la boîte."))
    if len(chosen) > 1:
        names = " ; ".join(hit.name for hit in chosen[:TOLD])
        raise ValidationError(_("Précisez lequel : %(names)s"), params={"names": names})
    medicine = Medicine.objects.get(pk=chosen[0].cis)
    return GivenOnPaper(
        cis=medicine.cis,
        name=medicine.name,
        quantity=quantity,
        cip13=box.cip13 if box else "",
        key=medicine.inn_key,
    )
