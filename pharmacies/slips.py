"""What a slip says: one dispensing, its confirmation and the paper that goes with the boxes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from eprescription.documents.codes import OPEN_STATES
from eprescription.documents.number import grouped
from eprescription.identity.traits import Traits
from eprescription.models import Balance, DispensedLine, Dispensing, Place
from eprescription.nobody import NOBODY, AnonymousView
from eprescription.presenters import LineView, PatientView, line_view, patient_view
from eprescription.quantities import counted
from pharmacies.handed import lots_of
from pharmacies.presenters import PrescriberView, prescriber_view
from pharmacies.taking import Moments, day_of, last_day


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
    agreed_how: Any = ""
    agreed_at: datetime | None = None
    instruction: str = ""
    mention: Any = ""  # of a delivery by exception
    owed: int = 0
    lots: str = ""
    day: Moments = ()
    until: date | None = None  # the last day of the treatment, when it begins here
    unit: str = Balance.Unit.BOX

    def count(self, number: int) -> str:
        """A quantity of this line in words: boxes, or what is counted in them."""
        return counted(number, self.unit, self.line.form)

    @property
    def named(self) -> str:
        """The product of a line that was prescribed by its INN: nothing else says which one it was."""
        return self.product if self.line.by_inn and not self.changed_product else ""

    @property
    def delivered_text(self) -> str:
        return self.count(self.delivered)

    @property
    def left_text(self) -> str:
        return self.count(self.left)

    @property
    def owed_text(self) -> str:
        return self.count(self.owed)


@dataclass(frozen=True)
class Slip:
    """One dispensing: the confirmation, and the paper that goes with the boxes."""

    id: UUID
    prescription_id: UUID
    number: str
    at: datetime
    by: str
    pharmacy: Place
    patient: PatientView | AnonymousView
    prescriber: PrescriberView
    outcome: str
    lines: list[SlipLine]
    boxes: int
    left: int
    expires_on: date
    still_open: bool
    prepared_by: str = ""

    @property
    def handed_text(self) -> str:
        """All that was handed over, in words; empty for nothing."""
        return ", ".join(x.delivered_text for x in self.lines if x.delivered)

    @property
    def left_text(self) -> str:
        """All that is left, line by line."""
        left = [x for x in self.lines if x.left > 0]
        named = [f"{x.left_text} ({x.line.title})" for x in left]
        return ", ".join(named if len(left) > 1 else [x.left_text for x in left])

    @property
    def owing(self) -> list[SlipLine]:
        """The lines of which something is owed to the patient here."""
        return [x for x in self.lines if x.owed]


def slip_of(
    row: Dispensing, *, traits: Traits | None, balances: list[Balance], given: dict[UUID, int]
) -> Slip:
    """`given` counts what had been delivered of each line, in all pharmacies, after this dispensing."""
    prescription = row.case.prescription
    assert prescription.expires_on
    done = {x.line_id: x for x in row.lines.all()}
    lines = [_line(b, given.get(b.line_id, 0), done.get(b.line_id), row) for b in balances]
    return Slip(
        id=row.pk,
        prescription_id=prescription.pk,
        number=grouped(prescription.number or ""),
        at=row.at,
        by=row.by.person,
        pharmacy=row.pharmacy,
        patient=patient_view(traits, prescription.subject_id) if traits else NOBODY,
        prescriber=prescriber_view(prescription),
        outcome=row.get_completeness_display(),
        lines=lines,
        boxes=sum(x.delivered for x in lines),
        left=sum(x.left for x in lines),
        prepared_by=row.prepared_by.person if row.prepared_by else "",
        expires_on=prescription.expires_on,
        still_open=row.case.state in OPEN_STATES,
    )


def _line(
    balance: Balance, given: int, delivered: DispensedLine | None, act: Dispensing
) -> SlipLine:
    view, left = line_view(balance.line), max(balance.total - balance.lost - given, 0)
    if delivered is None:
        return SlipLine(view, 0, "", False, "", "", "", "", left, unit=balance.unit)
    return SlipLine(
        line=view,
        delivered=delivered.quantity,
        product=delivered.name,
        changed_product=bool(delivered.substitution),
        posology=delivered.posology,
        agreement=delivered.agreement,
        refusal=delivered.get_refusal_display() if delivered.refusal else "",
        note=delivered.note,
        left=left,
        agreed_how=delivered.get_agreed_how_display() if delivered.agreed_how else "",
        agreed_at=delivered.agreed_at,
        instruction=delivered.instruction,
        mention=delivered.get_exceptional_display() if delivered.exceptional else "",
        owed=delivered.owed,
        lots=lots_of(delivered),
        day=day_of(balance.line, delivered.posology),
        until=last_day(
            balance.line,
            delivered,
            before=given - delivered.quantity,
            weight=act.case.prescription.weight_kg,
            on=timezone.localdate(act.at),
        ),
        unit=balance.unit,
    )
