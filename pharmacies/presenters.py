"""What a pharmacist sees, as plain values: templates print nothing that they were not given."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.documents.number import grouped
from eprescription.identity.traits import Traits
from eprescription.models import (
    Claim,
    Dispensing,
    Prescription,
    PrescriptionState,
)
from eprescription.presenters import (
    Execution,
    LineExecution,
    LineView,
    PatientView,
    patient_view,
)
from eprescription.refusal import Refusal
from eprescription.statuses import Status
from eprescription.templatetags.words import exact
from pharmacies.actions import ClaimedElsewhere
from pharmacies.claims import secret_of
from pharmacies.decisions import due_of


@dataclass(frozen=True)
class PrescriberView:
    """The prescriber as copied at signature."""

    name: str
    speciality: str
    identifier: str
    place: str
    phone: str


@dataclass(frozen=True)
class CounterLine:
    """One line at the counter; `substitutes` are (CIS, name) pairs of its generic group."""

    view: LineView
    total: int
    dispensed: int
    remaining: int
    unit: str
    due: int
    substitutes: list[tuple[str, str]]


@dataclass(frozen=True)
class Counter:
    """The dispensing page: who, by whom, until when, and each line. `claim` only when held here."""

    id: UUID
    number: str
    patient: PatientView | None
    prescriber: PrescriberView
    secured: bool
    signed_at: datetime
    expires_on: date
    status: Status
    stopped: str
    claim: Claim | None
    secret: str  # of the claim, for the page that was opened under it
    lines: list[CounterLine]
    execution: Execution

    @property
    def left(self) -> int:
        return sum(line.remaining for line in self.lines)


@dataclass(frozen=True)
class InHand:
    """One prescription claimed here, in the queue of the desk."""

    id: UUID
    patient: str
    medicines: list[str]
    since: datetime
    by: str
    secured: bool


@dataclass(frozen=True)
class DispensingCard:
    """One dispensing of this pharmacy, in a list."""

    id: UUID
    at: datetime
    patient: str
    medicines: list[str]
    by: str
    outcome: str
    icon: str
    tone: str


STOPPED = {
    PrescriptionState.CANCELLED: "Le prescripteur a annulé cette ordonnance : ne délivrez rien de plus.",
    PrescriptionState.EXPIRED: "La validité de cette ordonnance a pris fin.",
}


LOOKS = {  # by the last letter of the completeness: complete, partial, nothing
    "C": {"icon": "check", "tone": "success"},
    "P": {"icon": "part", "tone": "attention"},
    "": {"icon": "minus", "tone": "neutral"},
}


def counter(
    prescription: Prescription,
    *,
    traits: Traits | None,
    execution: Execution,
    claim: Claim | None,
    substitutes: dict[str, list[tuple[str, str]]],
) -> Counter:
    assert prescription.signed_at and prescription.expires_on and prescription.number
    return Counter(
        id=prescription.pk,
        number=grouped(prescription.number),
        patient=patient_view(traits, prescription.subject_id) if traits else None,
        prescriber=prescriber_view(prescription),
        secured=prescription.secured,
        signed_at=prescription.signed_at,
        expires_on=prescription.expires_on,
        status=execution.status,
        stopped=_(STOPPED.get(PrescriptionState(prescription.state), "")) or "",
        claim=claim,
        secret=secret_of(claim) if claim else "",
        lines=[counter_line(row, substitutes.get(row.line.cis, [])) for row in execution.lines],
        execution=execution,
    )


def counter_line(row: LineExecution, substitutes: list[tuple[str, str]]) -> CounterLine:
    return CounterLine(
        view=row.line,
        total=row.total,
        dispensed=row.dispensed,
        remaining=row.remaining,
        unit=row.unit,
        due=due_of(row.remaining, row.period),
        substitutes=[] if row.line.non_substitutable else substitutes,
    )


def prescriber_view(prescription: Prescription) -> PrescriberView:
    copied = prescription.prescriber or {}
    return PrescriberView(
        name=f"{copied.get('title', '')} {copied.get('name', '')}".strip(),
        speciality=copied.get("speciality", ""),
        identifier=copied.get("identifier", ""),
        place=copied.get("place_name", ""),
        phone=copied.get("phone", ""),
    )


def in_hand(claim: Claim, patient: str) -> InHand:
    prescription = claim.case.prescription
    return InHand(
        id=prescription.pk,
        patient=patient,
        medicines=[line.inn or line.name for line in prescription.lines.all()],
        since=claim.at,
        by=claim.by.person,
        secured=prescription.secured,
    )


def dispensing_card(dispensing: Dispensing, patient: str) -> DispensingCard:
    lines = sorted(dispensing.lines.all(), key=lambda x: x.line.position)
    return DispensingCard(
        id=dispensing.pk,
        at=dispensing.at,
        patient=patient,
        medicines=[x.line.inn or x.line.name for x in lines],
        by=dispensing.by.person,
        outcome=dispensing.get_completeness_display(),
        **LOOKS[dispensing.completeness[-1:]],
    )


def told(refusal: Refusal) -> str:
    """What the person reads; a claim elsewhere says since when, never where."""
    if isinstance(refusal, ClaimedElsewhere):
        return _("%(text)s Depuis %(since)s.") % {
            "text": refusal.text,
            "since": exact(refusal.since),
        }
    return refusal.text
