"""What the tests of the law at the counter share: a prescription of a past day, one decision, what refuses it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.due import dues_of
from eprescription.models import (
    Balance,
    DispensedLine,
    DispensingCase,
    Prescription,
)
from eprescription.refusal import Unlawful
from eprescription.rules.schedule import Due
from pharmacies.decisions import HIMSELF, Decision, Handing
from pharmacies.keeping import balances_of
from tests import factories

CHRONIC = {"posology": "1 comprimé le matin", "duration_days": 30, "quantity": 1, "renewals": 2}
MIRTAZAPINE = "MIRTAZAPINE BIOGARAN 15 mg"
TRAVEL = "Départ en voyage"


def days_ago(days: int) -> datetime:
    """The same time of the day in Paris, whose days the law counts: two of a year do not last 24 hours."""
    return timezone.localtime() - timedelta(days=days)


def due(prescription: Prescription, at: datetime | None = None) -> Due:
    """What is due of the first line."""
    case = DispensingCase.objects.get(prescription=prescription)
    return next(iter(dues_of(balances_of(case).values(), at=at or timezone.now()).values()))


def deciding(prescription: Prescription, **change: Any) -> list[Decision]:
    """One decision about the only line: what is prescribed, bent."""
    line = prescription.lines.get()
    return [replace(Decision(line_id=line.pk, quantity=1, cis=line.cis), **change)]


def give(
    pharmacist: Actor,
    prescription: Prescription,
    at: datetime | None = None,
    handing: Handing = HIMSELF,
    **change: Any,
) -> DispensedLine:
    """Opens it and hands over what is decided; raises Unlawful."""
    at = at or timezone.now()
    factories.open_at(pharmacist, prescription, at)
    decided = deciding(prescription, **change)
    done = factories.dispense(pharmacist, prescription, decided, at=at, handing=handing)
    return DispensedLine.objects.get(dispensing=done)


def refused(pharmacist: Actor, prescription: Prescription, **more: Any) -> set[str]:
    """The rules that refuse it."""
    with pytest.raises(Unlawful) as found:
        give(pharmacist, prescription, **more)
    return {b.rule for b in found.value.breaches if b.weight.value != "informs"}


def balance(prescription: Prescription) -> Balance:
    return Balance.objects.get(case__prescription=prescription)
