"""The pharmacies that one may send to: found by name, town or FINESS number; a public directory."""

import unicodedata
import uuid
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django import forms
from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from eprescription.documents.glyphs import deceiving
from eprescription.models import Place

MOST = 10
LONGEST = 60
_ACCENTS = ("àâäéèêëîïôöùûüÿç", "aaaeeeeiioouuuyc")


@dataclass(frozen=True)
class PharmacyView:
    """One pharmacy of the directory. `street`, `town`: lines of its address."""

    id: uuid.UUID
    name: str
    street: str
    town: str
    finess: str


class PharmacyForm(forms.Form):
    """What one types to find a pharmacy."""

    text = forms.CharField(
        label=_("Quelle pharmacie ?"),
        help_text=_("Son nom, sa ville, ou son numéro FINESS"),
        max_length=LONGEST,
        error_messages={"required": _("Écrivez le nom ou la ville de la pharmacie.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ChosenForm(forms.Form):
    """Which one it is."""

    place = forms.UUIDField()


def pharmacies_like(text: str) -> list[PharmacyView]:
    """The pharmacies in whose name, address and number each word stands; accents and capitals do not count."""
    words = _plain(text).split()
    # No name holds signs that nobody sees, and the base refuses some of them.
    if not words or deceiving(text):
        return []
    rows = Place.objects.filter(kind=Place.Kind.PHARMACY).annotate(told=_told())
    named = reduce(and_, (Q(told__contains=word) for word in words))
    return [pharmacy_view(place) for place in rows.filter(named).order_by("name", "pk")[:MOST]]


def pharmacy_view(place: Place) -> PharmacyView:
    lines = [line for line in place.address.splitlines() if line.strip()]
    return PharmacyView(
        id=place.pk,
        name=place.name,
        street=lines[0] if lines else "",
        town=lines[-2] if len(lines) > 2 else "",
        finess=place.identifier,
    )


def _told() -> Any:
    said = Concat("name", Value(" "), "address", Value(" "), "identifier", output_field=TextField())
    return Func(
        Lower(said),
        *map(Value, _ACCENTS),
        function="translate",
        output_field=TextField(),
    )


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))
