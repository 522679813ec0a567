"""What a slip says: one dispensing, its confirmation and the paper that goes with the boxes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eprescription.models import DispensedLine, Place
from eprescription.presenters import LineView, PatientView
from pharmacies.presenters import PrescriberView


@dataclass(frozen=True)
class SlipLine:
    """What was done of one line, and what was left of it then."""

    line: LineView
    delivered: int
    product: str
    changed_product: bool
    posology: str
    agreement: str
    refusal: Any
    note: str
    left: int


@dataclass(frozen=True)
class Slip:
    """One dispensing: the confirmation, and the paper that goes with the boxes."""

    id: UUID
    prescription_id: UUID
    number: str
    at: datetime
    by: str
    pharmacy: Place
    patient: PatientView | None
    prescriber: PrescriberView
    outcome: str
    lines: list[SlipLine]
    boxes: int
    left: int
    expires_on: date
    still_open: bool


def slip_line(view: LineView, total: int, given: int, delivered: DispensedLine | None) -> SlipLine:
    """`given` counts all deliveries up to this one."""
    if delivered is None:
        return SlipLine(view, 0, "", False, "", "", "", "", total - given)
    return SlipLine(
        line=view,
        delivered=delivered.quantity,
        product=delivered.name,
        changed_product=bool(delivered.substitution),
        posology=delivered.posology,
        agreement=delivered.agreement,
        refusal=delivered.get_refusal_display() if delivered.refusal else "",
        note=delivered.note,
        left=total - given,
    )
