"""What the counter knows of one prescription, read once for all parts of its page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from eprescription.due import dues_of, history_in
from eprescription.execution import delivered, every_balance
from eprescription.models import Balance, DispensedLine, Line, Prescription
from eprescription.presenters import Execution, execution
from eprescription.rules.schedule import Due
from eprescription.versions import amendments
from pharmacies.queries.asking import agreements

# Most prescriptions have none of these: one cheap look spares four readings, some of them wide.
_BESIDE = """
SELECT EXISTS (SELECT FROM eprescription_dispensing WHERE case_id = %(case)s),
       EXISTS (SELECT FROM eprescription_question WHERE prescription_id = %(prescription)s),
       EXISTS (SELECT FROM eprescription_forgeryreport WHERE prescription_id = %(prescription)s),
       EXISTS (
           SELECT FROM eprescription_preparation ready JOIN eprescription_claim held ON held.id = ready.claim_id
           WHERE held.case_id = %(case)s AND ready.ended_at IS NULL
       )
"""


@dataclass(frozen=True)
class Known:
    """One prescription with its case, every version of its lines with its balance, and what stands delivered.

    `asked`: some pharmacy asked its author a question; `reported`: one holds it for forged; `prepared`: a préparateur
    made something ready.
    """

    prescription: Prescription
    balances: list[Balance]
    deliveries: list[DispensedLine]
    asked: bool
    reported: bool
    prepared: bool

    @property
    def in_force(self) -> list[Balance]:
        """The balances of the lines as they hold today, in their order."""
        replaced = {b.line.replaces_id for b in self.balances}
        return [b for b in self.balances if b.line_id not in replaced]

    @property
    def lines(self) -> list[Line]:
        return [b.line for b in self.in_force]

    def execution(self) -> Execution:
        """Prescribed against delivered; who is at the counter may read it, the caller leaves the trace."""
        changes = amendments(self.prescription) if self.asked else []
        state = self.prescription.case.state
        return execution(self.prescription, state, self.balances, self.deliveries, changes)

    def dues(self, at: datetime) -> dict[UUID, Due]:
        """What each line hands over today, by line."""
        return dues_of(self.in_force, at=at, history=history_in(self.deliveries))

    def agreements(self) -> dict[UUID, UUID]:
        """By line, the question by which its author agreed to a change in words."""
        return agreements(self.prescription) if self.asked else {}


def known_of(prescription: Prescription) -> Known:
    """Three queries, two before anything was dispensed. The caller has asked `visible_to` and leaves the trace."""
    case = prescription.case
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, {"case": case.pk, "prescription": prescription.pk})
        dispensed, *beside = cursor.fetchone()
    balances = list(every_balance(case))
    lines = {b.line_id: b.line for b in balances}
    for line in lines.values():
        line.prescription = prescription
    deliveries = list(delivered(case)) if dispensed else []
    for row in deliveries:
        row.line = lines[row.line_id]
    return Known(prescription, balances, deliveries, *beside)
