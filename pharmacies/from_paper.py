"""A dispensing on paper becomes a dispensing like all others: it takes from the balances and is numbered in the register."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.catalogue.models import Medicine
from eprescription.lifecycle import move
from eprescription.models import (
    Balance,
    CaseState,
    Deed,
    DispensedLine,
    Dispensing,
    DispensingCase,
    PaperDispensing,
    Role,
)
from eprescription.upkeep import resting_state
from pharmacies import register
from pharmacies.completeness import completeness_on_paper
from pharmacies.keeping import balances_of, take


def keep(paper: PaperDispensing, case: DispensingCase, *, at: datetime) -> None:
    """Writes the dispensing that a paper tells, of its day and its pharmacist; never more than is left."""
    who, balances = _recorder(paper), balances_of(case)
    rows = list(_rows(paper, balances))
    dispensing = Dispensing.objects.create(
        id=uuid4(),
        case=case,
        pharmacy_id=paper.pharmacy_id,
        by_id=paper.by_id,
        at=paper.dispensed_at,
        completeness=completeness_on_paper(case, balances, rows, at=paper.dispensed_at),
    )
    for row in rows:
        row.dispensing = dispensing
    DispensedLine.objects.bulk_create(rows)
    for row in rows:
        take(row)
    register.enter(rows, case.prescription, by=who, at=at)
    PaperDispensing.objects.filter(pk=paper.pk).update(dispensing=dispensing)
    record(Deed.DISPENSED, by=who, prescription=case.prescription, code="paper")
    _rest(case, at)


def _rows(paper: PaperDispensing, balances: Mapping[UUID, Balance]) -> Iterator[DispensedLine]:
    """What it takes of each balance: never more than is left."""
    for balance, given, quantity in lines_beside(paper, balances.values()):
        if balance is not None and (left := min(quantity, balance.remaining)):
            yield DispensedLine(
                line=balance.line,
                pharmacy_id=paper.pharmacy_id,
                quantity=left,
                cis=given["cis"],
                name=given["name"],
                cip13=given["cip13"],
            )


def _rest(case: DispensingCase, at: datetime) -> None:
    """A claim that stands stays; else the case rests where its balances say."""
    if case.state in (CaseState.WAITING, CaseState.PARTLY):
        move(case, CaseState.CLAIMED, by=None, at=at)
        move(case, resting_state(case), by=None, at=at)


def lines_beside(
    paper: PaperDispensing, balances: Iterable[Balance]
) -> list[tuple[Balance | None, dict[str, str], int]]:
    """Each line of the paper beside the balance of the same medicine: its speciality, or one of the same name by INN."""
    free = list(balances)
    found = []
    for given in paper.lines:
        same = [b for b in free if b.line.cis == given["cis"]]
        alike = same or [b for b in free if given["key"] and _key(b) == given["key"]]
        balance = alike[0] if alike else None
        if balance:
            free.remove(balance)
        found.append((balance, given, int(given["quantity"])))
    return found


def _key(balance: Balance) -> str:
    return (
        Medicine.objects.filter(pk=balance.line.cis).values_list("inn_key", flat=True).first() or ""
    )


def _recorder(paper: PaperDispensing) -> Actor:
    """Who recorded it, as far as a register and a journal ask; he may have left since."""
    return Actor(
        user_id=paper.by.user_id,
        activity_id=paper.by_id,
        role=Role.PHARMACIST,
        place_id=paper.pharmacy_id,
        group_id=None,
        subject_id=None,
        active=True,
    )
