"""What the pharmacist decides of each line and of the whole: the words between page, law and rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from eprescription.due import dues_of
from eprescription.models import Balance
from eprescription.rules.schedule import Due
from pharmacies.handed import Boxes, Handed


@dataclass(frozen=True)
class Decision:
    """One line at the counter.

    `quantity` and `owed` count in the unit of the line's balance; `cis` is the product handed over, `packs` the boxes
    of `cip13` that leave the shelf, `boxes` each that was read when they differ. Quantity 0 goes with a refusal. The codes are those of `DispensedLine`.
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
    boxes: Boxes = ()
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

    @property
    def handed(self) -> Boxes:
        """The boxes by lot and serial number: each that was read, else the one that the line names."""
        return self.boxes or (Handed(self.cip13, self.lot, self.expiry, self.serial),)


@dataclass(frozen=True)
class Handing:
    """What concerns the whole delivery: who fetched it, when it was not the patient."""

    bearer: str = ""
    bearer_address: str = ""
    identity_checked: bool = False


HIMSELF = Handing()


def as_prescribed(
    balances: Mapping[UUID, Balance], *, at: datetime | None = None
) -> list[Decision]:
    """All that stands to be given today, as it was prescribed: the decision of the one main button."""
    dues = dues_of(balances.values(), at=at or timezone.now())
    return [
        Decision(line_id=pk, quantity=due.expected, cis=balances[pk].line.cis)
        for pk, due in dues.items()
        if due.expected
    ]


def whole(
    balances: Mapping[UUID, Balance], decisions: Iterable[Decision], dues: Mapping[UUID, Due]
) -> list[Decision]:
    """One decision for each line that stands to be given: silence is no decision, so the law asks for its reason.

    A line that is not due, and of which nothing is said, has none.
    """
    said = {d.line_id: d for d in decisions}
    everything = [
        said.get(pk) or Decision(line_id=pk, quantity=0, cis=b.line.cis)
        for pk, b in balances.items()
    ]
    return [d for d in everything if d.quantity or d.refusal or dues[d.line_id].expected]
