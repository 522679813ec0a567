"""What the pharmacist decides of each line and of the whole, and what is due: the words between page, law and rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from eprescription.models import Balance, Line
from eprescription.quantities import one_period


@dataclass(frozen=True)
class Decision:
    """One line at the counter.

    `quantity` and `owed` count in the unit of the line's balance; `cis` is the product handed over, `packs` the boxes
    of `cip13` that leave the shelf. Quantity 0 goes with a refusal. The codes are those of `DispensedLine`.
    """

    line_id: UUID
    quantity: int
    cis: str
    exceptional: str = ""  # after the end of validity: chronic or pill
    owed: int = 0
    # The boxes, as scanned or chosen
    cip13: str = ""
    packs: int | None = None
    lot: str = ""
    expiry: date | None = None
    serial: str = ""
    # What differs, and by which right
    posology: str = ""  # only when changed
    agreement: str = ""  # who agreed
    agreed_how: str = ""
    agreed_at: datetime | None = None
    question_id: UUID | None = None
    urgent: bool = False  # given in urgency and in the patient's interest, without an answer
    shortage: bool = False  # replaced on a recommendation of the ANSM
    refusal: str = ""
    reason: str = ""  # why a warning of the law is passed
    # Pharmaceutical intervention
    problem: str = ""
    intervention: str = ""
    outcome: str = ""
    note: str = ""
    instruction: str = ""


@dataclass(frozen=True)
class Handing:
    """What concerns the whole delivery: who fetched it, when it was not the patient."""

    bearer: str = ""
    bearer_address: str = ""
    identity_checked: bool = False


HIMSELF = Handing()


def due_now(balance: Balance, line: Line) -> int:
    """What one delivery hands over: the rest of the period begun, else one period; in the unit of the balance."""
    weight = line.prescription.weight_kg
    return due_of(balance.remaining, one_period(line, weight))


def due_of(left: int, period: int | None) -> int:
    """The same from plain numbers: `left` of which `period` are handed over at a time."""
    return (left - 1) % (period or 1) + 1 if left else 0


def as_prescribed(balances: dict[UUID, Balance]) -> list[Decision]:
    """All that is due, as it was prescribed: the decision of the one main button."""
    return [
        Decision(line_id=pk, quantity=due_now(b, b.line), cis=b.line.cis)
        for pk, b in balances.items()
        if b.remaining
    ]


def whole(balances: dict[UUID, Balance], decisions: Iterable[Decision]) -> list[Decision]:
    """One decision for each line that has something left: silence is no decision, so the law asks for its reason."""
    said = {d.line_id: d for d in decisions}
    everything = [
        said.get(pk) or Decision(line_id=pk, quantity=0, cis=b.line.cis)
        for pk, b in balances.items()
    ]
    left = {pk for pk, b in balances.items() if b.remaining}
    return [d for d in everything if d.quantity or d.line_id in left]
