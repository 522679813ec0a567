"""One row of the register as it is read, on screen and on paper (CSP R. 5132-10, R. 5132-35)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eprescription.models import RegisterEntry
from eprescription.quantities import counted
from pharmacies.bearers import bearer_of
from pharmacies.handed import lots_of
from pharmacies.presenters import prescriber_view


@dataclass(frozen=True)
class Entry:
    """What the law wants in a row: number, day, patient, prescriber, product, quantity; who fetched a narcotic."""

    number: int
    at: datetime
    dispensing_id: UUID
    patient: str
    prescriber: str
    product: str
    quantity: str
    lot: str
    narcotic: bool
    by: str
    bearer: str
    bearer_address: str
    corrected: bool  # a later row takes its place
    corrects: bool  # it takes the place of an earlier one


def entry_of(row: RegisterEntry, patient: str) -> Entry:
    """The row of the register for a reader of this pharmacy; `patient` is the name as signed."""
    done = row.delivered
    act, line = done.dispensing, done.line
    bearer, address = bearer_of(act)
    return Entry(
        number=row.number,
        at=row.at,
        dispensing_id=act.pk,
        patient=patient,
        prescriber=prescriber_view(act.case.prescription).name,
        product=done.name,
        quantity=counted(done.quantity, line.balance.unit, line.form),
        lot=lots_of(done),
        narcotic=row.narcotic,
        by=act.by.person,
        bearer=bearer,
        bearer_address=address,
        corrected=hasattr(act, "correction"),
        corrects=act.corrects_id is not None,
    )
