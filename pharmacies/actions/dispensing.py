"""Dispensing: what is handed over is recorded, and what is left is free for any pharmacy."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.lifecycle import move
from eprescription.models import (
    CaseState,
    Claim,
    Deed,
    Dispensing,
    DispensingCase,
    Preparation,
    Prescription,
)
from eprescription.notices import tell
from eprescription.once import once
from eprescription.permissions import check_validate, revoke_presented
from eprescription.upkeep import end_claim, resting_state
from pharmacies.claims import held_by, locked_case
from pharmacies.decisions import HIMSELF, Decision, Handing
from pharmacies.judging import lawful
from pharmacies.keeping import Kept, balances_of, keep
from pharmacies.standing import check_open
from pharmacies.wordless import check_coded


def dispense(
    *,
    prescription: Prescription,
    decisions: list[Decision],
    handing: Handing = HIMSELF,
    secret: str,
    key: UUID,
    by: Actor,
    at: datetime,
) -> Dispensing:
    """Records what was done of each line; the same `key` again gives the same dispensing and no second effect.

    `secret` is that of the claim under which the page was opened. Raises Unlawful with all breaches together, Refusal
    without the claim or for a préparateur, Overtaken when it was cancelled meanwhile.
    """
    check_validate(by)
    check_coded(prescription, decisions, handing)
    asked = (prescription.pk, decisions, handing)
    with transaction.atomic():
        new = uuid4()
        done = once(act="dispense", key=key, asked=asked, result=new, by=by, at=at)
        if done:
            return Dispensing.objects.get(pk=done)
        case = locked_case(prescription)
        _not_stopped(case, at)
        held = held_by(case, by=by, secret=secret)
        balances = balances_of(case)
        judged = lawful(case, balances, decisions, handing, at=at)
        kept = Kept(id=new, handing=handing, prepared_by=_prepared(held, at))
        dispensing = keep(case, balances, judged, kept, by=by, at=at)
        tell(dispensing)
        _free_the_rest(case, held, by, at)
        record(Deed.DISPENSED, by=by, prescription=prescription, code=dispensing.completeness)
    return dispensing


def release(*, prescription: Prescription, secret: str, key: UUID, by: Actor, at: datetime) -> None:
    """Gives it back to all pharmacies, with what is left of it."""
    with transaction.atomic():
        asked = prescription.pk
        if once(act="release", key=key, asked=asked, result=asked, by=by, at=at):
            return
        case = locked_case(prescription)
        held = held_by(case, by=by, secret=secret)
        end_claim(held, Claim.End.RELEASED, by=by, at=at)
        record(Deed.RELEASED, by=by, prescription=prescription)


def _not_stopped(case: DispensingCase, at: datetime) -> None:
    """A cancelled one says so before anything else is asked."""
    if case.state != CaseState.CLAIMED:
        check_open(case, at=at)


def _prepared(held: Claim, at: datetime) -> UUID | None:
    """Ends what a préparateur made ready under this claim, and says who it was."""
    ready = Preparation.objects.filter(claim=held, ended_at=None)
    who = ready.values_list("by_id", flat=True).first()
    if who:
        ready.update(ended_at=at)
    return who


def _free_the_rest(case: DispensingCase, held: Claim, by: Actor, at: datetime) -> None:
    """After each dispensing the rest is free for any pharmacy; the code closes when nothing is left."""
    if resting_state(case) != CaseState.DISPENSED:
        end_claim(held, Claim.End.DISPENSED, by=by, at=at)
        return
    move(case, CaseState.DISPENSED, by=by, at=at)
    Claim.objects.filter(pk=held.pk).update(ended_at=at, end=Claim.End.DISPENSED)
    revoke_presented(case.prescription)
