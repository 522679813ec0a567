"""What a pharmacist sees, as plain values: templates print nothing that they were not given."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.models import Claim, Dispensing, Prescription
from eprescription.refusal import Refusal
from eprescription.templatetags.words import exact
from pharmacies.actions import ClaimedElsewhere


@dataclass(frozen=True)
class PrescriberView:
    """The prescriber as copied at signature."""

    name: str
    speciality: str
    identifier: str
    place: str
    phone: str


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
    corrected: bool = False


LOOKS = {  # by the last letter of the completeness: complete, partial, nothing
    "C": {"icon": "check", "tone": "success"},
    "P": {"icon": "part", "tone": "attention"},
    "": {"icon": "minus", "tone": "neutral"},
}
CORRECTED = {"icon": "edit", "tone": "neutral"}


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
    corrected = hasattr(dispensing, "correction")
    return DispensingCard(
        id=dispensing.pk,
        at=dispensing.at,
        patient=patient,
        medicines=[x.line.inn or x.line.name for x in lines],
        by=dispensing.by.person,
        outcome=_("Corrigée depuis") if corrected else dispensing.get_completeness_display(),
        corrected=corrected,
        **(CORRECTED if corrected else LOOKS[dispensing.completeness[-1:]]),
    )


def told(refusal: Refusal) -> str:
    """What the person reads; a claim elsewhere says since when, never where."""
    if isinstance(refusal, ClaimedElsewhere):
        return _("%(text)s Depuis %(since)s. %(advice)s") % {
            "text": refusal.text,
            "since": exact(refusal.since),
            "advice": _("Si la personne n'en vient pas, vérifiez son identité."),
        }
    return refusal.text
