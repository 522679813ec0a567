"""The allergies of a person, whoever declares them: shown to all, written in one way.

The acts of the two roles ask their own permission first; what they share stands here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.catalogue.allergies import Allergen, allergen, find_allergens
from eprescription.catalogue.allergy_classes import class_label
from eprescription.documents.glyphs import printable
from eprescription.legible import blank_on_paper, deceit_of
from eprescription.models import Allergy, Deed, Role, Subject
from eprescription.refusal import Refusal

LONGEST = 120
MOST = 50
OTHER = Allergy.Kind.OTHER


class NotNamed(Refusal):
    """What was typed or chosen names no allergy; said at the field."""

    status = 422


@dataclass(frozen=True)
class AllergyView:
    """One allergy that stands. `checked`: prescriptions are compared with it. `declared_by` is the
    professional; empty when the patient said it himself, and with `declared_on` for a representative."""

    id: int
    label: str
    kind_label: Any
    checked: bool
    declared_by: str
    by_patient: bool
    declared_on: date | None


@dataclass(frozen=True)
class Proposal:
    """What one may have meant: `choice` is what the form sends back."""

    choice: str
    label: str
    kind_label: Any


class AllergyForm(forms.Form):
    """What one types: a substance, a class, or anything else."""

    text = forms.CharField(
        label=gettext_lazy("À quoi ?"),
        max_length=LONGEST,
        help_text=gettext_lazy("Une substance ou une famille, comme « pénicillines »"),
        error_messages={"required": gettext_lazy("Écrivez à quoi la personne est allergique.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EndForm(forms.Form):
    """Which one is to end."""

    allergy = forms.IntegerField(min_value=1, max_value=2**63 - 1)


def allergies_of(subject_id: UUID) -> list[AllergyView]:
    """The allergies that stand, those that are checked first; one query."""
    rows = Allergy.objects.filter(subject=subject_id, withdrawn_at=None)
    views = [_view(row) for row in rows.select_related("declared_by").order_by("declared_at", "pk")]
    return sorted(views, key=lambda view: not view.checked)


def proposals(text: str) -> list[Proposal]:
    """What the catalogue offers for a text, in the language of the page."""
    kinds = dict(Allergy.Kind.choices)
    return [
        Proposal(f"{found.kind}:{found.code}", _in_language(found), kinds[found.kind])
        for found in find_allergens(text)
    ]


def named(choice: str, text: str) -> dict[str, str]:
    """The `kind`, `code` and `label` behind a choice of the form; free text for any other choice."""
    kind, _colon, code = choice.partition(":")
    found = allergen(kind, code)
    if found:
        return {"kind": found.kind, "code": found.code, "label": found.label.fr}
    return {"kind": OTHER, "code": "", "label": text}


def write(
    *, subject_id: UUID, kind: str, code: str, label: str, by: Actor, at: datetime
) -> Allergy:
    """Writes an allergy down; what stands already is not written twice.

    The name of a substance or class comes from the catalogue, whatever `label` says. Raises
    NotNamed for a code that the catalogue does not offer and for a text that says nothing.
    """
    what = _what(kind, code, label)
    with transaction.atomic():
        Subject.objects.select_for_update().get(pk=subject_id)
        standing = Allergy.objects.filter(subject=subject_id, withdrawn_at=None)
        same = {"label__iexact": what["label"]} if kind == OTHER else {"code": code}
        if found := standing.filter(kind=kind, **same).first():
            return found
        if standing.count() >= MOST:
            raise NotNamed("too_many_allergies", _("Le portail garde au plus 50 allergies."))
        row = Allergy.objects.create(
            subject_id=subject_id, **what, declared_by_id=by.activity_id, declared_at=at
        )
        record(Deed.ALLERGY, by=by, subject_id=subject_id)
    return row


def withdraw(*, allergy: Allergy, by: Actor, at: datetime) -> None:
    """Ends an allergy; the row stays, with who ended it and when. Twice is once."""
    with transaction.atomic():
        standing = Allergy.objects.filter(pk=allergy.pk, withdrawn_at=None)
        if standing.update(withdrawn_at=at, withdrawn_by_id=by.activity_id):
            record(Deed.ALLERGY_ENDED, by=by, subject_id=allergy.subject_id)


def _what(kind: str, code: str, label: str) -> dict[str, str]:
    if kind == OTHER:
        return {"kind": OTHER, "code": "", "label": _readable(label)}
    found = allergen(kind, code)
    if found is None:
        raise NotNamed("no_allergen", _("Choisissez parmi les propositions."))
    return {"kind": found.kind, "code": found.code, "label": found.label.fr[:LONGEST]}


def _readable(text: str) -> str:
    clean = printable(text)
    if not clean or len(clean) > LONGEST:
        raise NotNamed("no_allergen", _("Écrivez à quoi la personne est allergique."))
    if wrong := deceit_of(clean) or blank_on_paper(clean):
        raise NotNamed("unprintable", wrong)
    return clean


def _view(row: Allergy) -> AllergyView:
    by_patient = row.declared_by.role == Role.PATIENT
    of_class = class_label(row.code) if row.kind == Allergy.Kind.CLASS else None
    return AllergyView(
        id=row.pk,
        label=of_class.in_language(get_language() or "fr") if of_class else row.label,
        kind_label=row.get_kind_display(),
        checked=row.kind != OTHER,
        declared_by="" if by_patient else row.declared_by.person,
        by_patient=by_patient,
        declared_on=timezone.localtime(row.declared_at).date(),
    )


def _in_language(found: Allergen) -> str:
    return found.label.in_language(get_language() or "fr")
