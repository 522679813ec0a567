"""Dispensings that were made on paper meet their prescription, by its number; what does not agree waits for a person.

A paper dispensing becomes a dispensing like all others: it takes from the balances, so that what was handed over on
paper cannot be handed over again, and it is numbered in the register. Nothing here is ever dropped.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from eprescription.documents import proof
from eprescription.identity import vault
from eprescription.identity.keys import code_keys
from eprescription.lifecycle import may_move, move
from eprescription.models import (
    Balance,
    Dispensing,
    DowntimeSheet,
    PaperConflict,
    PaperDispensing,
    Prescription,
    PrescriptionState,
    SheetState,
)
from pharmacies.claims import locked_case
from pharmacies.from_paper import keep, lines_beside
from pharmacies.keeping import balances_of

Kind, Decision = PaperConflict.Kind, PaperConflict.Decision
KEPT = (Decision.STANDS, Decision.AGREED)
SET_ASIDE = (Decision.MISTAKE, Decision.FORGED)
BATCH = 200


def birth_proof(number: str, birth_date: object) -> bytes:
    """What is kept of the birth date on a paper: a keyed hash, bound to its number."""
    return _birth_proofs(number, birth_date)[0]


def _birth_proofs(number: str, birth_date: object) -> list[bytes]:
    keys = code_keys("paper.proof")
    return [proof.digest(number, str(birth_date), key=key.secret) for key in keys]


def settle_all(*, at: datetime) -> int:
    """Papers whose prescription has been regularised since; each in a transaction of its own."""
    numbers = Prescription.objects.exclude(number=None).values("number")
    waiting = open_papers().filter(number__in=numbers).order_by("recorded_at")
    return sum(_settled(pk, at) for pk in waiting.values_list("pk", flat=True)[:BATCH])


def open_papers() -> QuerySet[PaperDispensing]:
    """Papers that neither became a dispensing nor stand in conflict nor were set aside.

    One that was kept before its prescription was here, or that waits for it, is open: it meets it when it comes.
    """
    standing = Q(decided_at=None) & ~Q(kind__in=(Kind.UNKNOWN, Kind.LATE))
    closed = PaperConflict.objects.filter(standing | Q(decision__in=SET_ASIDE))
    return PaperDispensing.objects.filter(dispensing=None).exclude(pk__in=closed.values("paper"))


def _settled(pk: UUID, at: datetime) -> bool:
    with transaction.atomic():
        paper = open_papers().select_for_update(of=("self",)).filter(pk=pk).first()
        if paper is None:
            return False
        settle(paper, at=at)
        return True


def settle(paper: PaperDispensing, *, at: datetime) -> None:
    """Finds what a paper belongs to and makes it a dispensing, or opens a conflict; in the transaction of its act."""
    sheet = DowntimeSheet.objects.select_for_update().filter(number=paper.number).first()
    prescription = _prescription(paper.number)
    if prescription is None:
        _wait(paper, sheet, at)
        return
    case = locked_case(prescription)
    close_waiting(paper, at)
    PaperDispensing.objects.filter(pk=paper.pk).update(prescription=prescription)
    kind = _problem(paper, prescription, balances_of(case))
    if kind and not _was_decided(paper, kind):
        open_conflict(paper, kind, sheet, at=at)
        return
    keep(paper, case, at=at)
    if sheet and may_move(sheet, SheetState.MATCHED):
        move(sheet, SheetState.MATCHED, by=None, at=at)


def _prescription(number: str) -> Prescription | None:
    rows = Prescription.objects.exclude(state=PrescriptionState.DRAFT)
    return rows.filter(number=number).first()


def _wait(paper: PaperDispensing, sheet: DowntimeSheet | None, at: datetime) -> None:
    """Nobody has regularised it yet."""
    if sheet is None:
        open_conflict(paper, Kind.UNKNOWN, None, at=at)
    elif sheet.state == SheetState.VOID:
        open_conflict(paper, Kind.CANCELLED, sheet, at=at)
    elif others(paper):
        open_conflict(paper, Kind.TWICE, sheet, at=at)
    elif may_move(sheet, SheetState.ON_PAPER):
        move(sheet, SheetState.ON_PAPER, by=None, at=at)


def others(paper: PaperDispensing) -> bool:
    """Whether another paper with this number counts for which nobody has answered yet."""
    same = PaperDispensing.objects.filter(number=paper.number).exclude(pk=paper.pk)
    answered = Q(decision__in=SET_ASIDE) | Q(kind=Kind.TWICE, decision__in=KEPT)
    return same.exclude(pk__in=PaperConflict.objects.filter(answered).values("paper")).exists()


def _problem(
    paper: PaperDispensing, prescription: Prescription, balances: Mapping[UUID, Balance]
) -> str:
    """Why a person must look, the gravest first; empty when paper and prescription agree."""
    if prescription.state == PrescriptionState.CANCELLED:
        return Kind.CANCELLED
    if not proves(paper, prescription):
        return Kind.PATIENT
    if Dispensing.objects.filter(case__prescription=prescription).exists() or others(paper):
        return Kind.TWICE
    found = lines_beside(paper, balances.values())
    return "" if all(b and given <= b.remaining for b, _line, given in found) else Kind.DIFFERS


def _was_decided(paper: PaperDispensing, kind: str) -> bool:
    """Whether the pharmacist answered for this already, before the prescription was here."""
    return paper.conflicts.filter(kind=kind, decision__in=KEPT).exists()


def proves(paper: PaperDispensing, prescription: Prescription) -> bool:
    """Whether the birth date of the paper is that of the patient; only then does the pharmacy read the other side."""
    if prescription.identity_version is None:
        return False
    born = vault.read(prescription.subject_id, prescription.identity_version).birth_date
    return bytes(paper.proof) in _birth_proofs(paper.number, born)


def open_conflict(
    paper: PaperDispensing, kind: str, sheet: DowntimeSheet | None, *, at: datetime
) -> None:
    """Stands in the queue of the pharmacy from now on."""
    PaperConflict.objects.create(paper=paper, kind=kind, opened_at=at)
    if sheet and may_move(sheet, SheetState.CONFLICT):
        move(sheet, SheetState.CONFLICT, by=None, at=at)


def close_waiting(paper: PaperDispensing, at: datetime) -> None:
    """It was unknown or late, and has its prescription now: what waited for that is over."""
    PaperConflict.objects.filter(
        paper=paper, decided_at=None, kind__in=(Kind.UNKNOWN, Kind.LATE)
    ).delete()
