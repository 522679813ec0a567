"""What the passing of time does: prescriptions expire, claims lapse, sealed codes are emptied."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from eprescription.audit.journal import record
from eprescription.lifecycle import may_move, move
from eprescription.models import (
    AccessCode,
    CaseState,
    Claim,
    Deed,
    DispensingCase,
    Prescription,
    PrescriptionState,
    PushState,
)
from eprescription.permissions import revoke_presented
from eprescription.refusal import Overtaken
from eprescription.rules.continuation import goes_on_as

CLAIM_HOLDS = timedelta(hours=72)
BATCH = 500


def let_time_pass(*, at: datetime) -> dict[str, int]:
    """Does all of it; each object in a transaction of its own, and a faster person wins."""
    return {
        "expired": expire(at=at),
        "lapsed": lapse_claims(at=at),
        "emptied": empty_codes(at=at),
    }


def expire(*, at: datetime) -> int:
    """Issued prescriptions whose last day is over; the author's row and the dispensing move together."""
    today = timezone.localtime(at).date()
    late = Prescription.objects.filter(state=PrescriptionState.ISSUED, expires_on__lt=today)
    return sum(_expire(pk, at) for pk in late.values_list("pk", flat=True)[:BATCH])


def _expire(pk: uuid.UUID, at: datetime) -> bool:
    try:
        with transaction.atomic():
            prescription = Prescription.objects.get(pk=pk)
            move(prescription, PrescriptionState.EXPIRED, by=None, at=at)
            end_dispensing(prescription, CaseState.EXPIRED, by=None, at=at)
            if not any(goes_on_as(line) for line in prescription.lines.all()):
                kill_codes(prescription)
            record(Deed.EXPIRED, by=None, prescription=prescription)
        return True
    except Overtaken:
        return False


def end_dispensing(
    prescription: Prescription, state: CaseState, *, by: object, at: datetime
) -> None:
    """Stops what is not yet dispensed: the case, a living claim, the code. What is wholly dispensed stays so, by the
    same steps: how long it takes to cancel must not tell an opposed author what was dispensed."""
    case = DispensingCase.objects.select_for_update().get(prescription=prescription)
    wanted = CaseState.DISPENSED if case.state == CaseState.DISPENSED else state
    if may_move(case, wanted):
        move(case, wanted, by=by, at=at)
        Claim.objects.filter(case=case, ended_at=None).update(ended_at=at, end=Claim.End.STOPPED)
    if state == CaseState.STOPPED:
        kill_codes(prescription)


def kill_codes(prescription: Prescription) -> None:
    """No code of this prescription opens anything any more."""
    AccessCode.objects.filter(prescription=prescription, alive=True).update(alive=False)


def lapse_claims(*, at: datetime) -> int:
    """Claims older than 72 h without dispensing end by themselves."""
    old = Claim.objects.filter(ended_at=None, at__lt=at - CLAIM_HOLDS)
    return sum(_lapse(pk, at) for pk in old.values_list("pk", flat=True)[:BATCH])


def _lapse(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            claim = Claim.objects.select_related("case__prescription", "pharmacy").get(pk=pk)
            end_claim(claim, Claim.End.LAPSED, by=None, at=at)
            record(Deed.LAPSED, by=None, prescription=claim.case.prescription)
        return True
    except Overtaken:
        return False


def end_claim(claim: Claim, end: str, *, by: object, at: datetime) -> None:
    """Gives a claimed prescription back to all pharmacies, with what is left of it."""
    case = claim.case
    move(case, resting_state(case), by=by, at=at)
    Claim.objects.filter(pk=claim.pk, ended_at=None).update(ended_at=at, end=end)
    revoke_presented(case.prescription, claim.pharmacy.group_id)


def resting_state(case: DispensingCase) -> CaseState:
    """Where a case stands when no pharmacy holds it: its balances, its author and the validity say it.

    What a correction gives back of a prescription that was cancelled or has expired meanwhile opens nothing.
    """
    over = {
        PrescriptionState.CANCELLED: CaseState.STOPPED,
        PrescriptionState.EXPIRED: CaseState.EXPIRED,
    }.get(PrescriptionState(case.prescription.state))
    balances = list(case.balances.all())
    begun = any(b.dispensed for b in balances)
    if any(b.remaining for b in balances):
        return over or (CaseState.PARTLY if begun else CaseState.WAITING)
    return CaseState.DISPENSED if begun else over or CaseState.STOPPED


def settle_case(case: DispensingCase, *, by: object, at: datetime) -> None:
    """After balances changed beside a claim: a correction, a line that its author stopped. A claim stays."""
    held = case.state in (CaseState.CLAIMED, CaseState.STOPPED, CaseState.EXPIRED)
    wanted = resting_state(case)
    if not held and wanted != case.state:
        move(case, wanted, by=by, at=at)


def empty_codes(*, at: datetime) -> int:
    """Sealed tokens that nobody needs any more: the window is over and no document waits to leave."""
    waiting = [PushState.WAITING, PushState.SENDING, PushState.DEAD]
    over = (
        AccessCode.objects.filter(sealed_until__lt=at)
        .exclude(prescription__pushes__state__in=waiting)
        .exclude(prescription__letters__state__in=waiting)
    )
    return over.update(sealed=b"", sealed_until=None)
