"""Going on in spite of a warning, with the reason that is recorded."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from eprescription.actor import Actor
from eprescription.anonymity import check_reason
from eprescription.audit.journal import record
from eprescription.legible import check_legible
from eprescription.models import Deed, Justification, Line, Prescription
from eprescription.permissions import check_write
from eprescription.rules import Breach, Weight
from prescribers.actions.drafts import touch

Warned = tuple[UUID | None, str, str]  # line, rule, key


def give_reasons(
    *,
    prescription: Prescription,
    found: Iterable[Breach],
    reasons: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> None:
    """Keeps the reasons given for the warnings `found` now, by their `handle`; an empty one is taken back."""
    check_write(by, prescription)
    lines = {line.position: line.pk for line in prescription.lines.all()}
    asked = {handle(b, lines): b for b in found if b.weight is Weight.WARNS}
    standing = {_warned(row): row for row in prescription.justifications.all()}
    changed = {
        name: text.strip()
        for name, text in reasons.items()
        if name in asked and text.strip() != _given(standing, warned(asked[name], lines))
    }
    if not changed:
        return
    check_reason(prescription, *changed.values())
    check_legible(*changed.values())
    with transaction.atomic():
        touch(prescription, at)
        for name, text in changed.items():
            _keep(prescription, asked[name], lines, text, by, at)
        record(Deed.WROTE, by=by, prescription=prescription, code="reason")


def unanswered(
    prescription: Prescription, lines: Iterable[Line], found: list[Breach]
) -> list[Breach]:
    """What still stands in the way: all that blocks, and the warnings without a reason."""
    ids = {line.position: line.pk for line in lines}
    given = set(map(_warned, prescription.justifications.all()))
    return [
        b
        for b in found
        if b.weight is Weight.BLOCKS or (b.weight is Weight.WARNS and warned(b, ids) not in given)
    ]


def handle(breach: Breach, lines: Mapping[int, UUID]) -> str:
    """The name of a warning in a form: stable, and telling nothing."""
    text = "|".join(map(str, warned(breach, lines)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def warned(breach: Breach, lines: Mapping[int, UUID]) -> Warned:
    """What a reason answers."""
    return (lines.get(breach.line) if breach.line else None, breach.rule, breach.key)


def _warned(row: Justification) -> Warned:
    return (row.line_id, row.rule, row.key)


def _given(standing: Mapping[Warned, Justification], which: Warned) -> str:
    return standing[which].reason if which in standing else ""


def _keep(
    prescription: Prescription,
    breach: Breach,
    lines: Mapping[int, UUID],
    text: str,
    by: Actor,
    at: datetime,
) -> None:
    line, rule, key = warned(breach, lines)
    which: dict[str, Any] = {
        "prescription": prescription,
        "line_id": line,
        "rule": rule,
        "key": key,
    }
    Justification.objects.filter(**which).delete()
    if text:
        Justification.objects.create(
            **which,
            article=breach.article[:120],
            text=breach.text.fr,
            reason=text[:300],
            by_id=by.activity_id,
            at=at,
        )
