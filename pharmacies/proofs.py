"""The second proof that goes with a typed number (product.md 3.3)."""

from dataclasses import dataclass
from datetime import date

from eprescription.documents.codes import PRESENTABLE
from eprescription.documents.number import is_valid, normalise
from eprescription.identity import vault
from eprescription.models import Prescription, PrescriptionState, Subject


@dataclass(frozen=True)
class Proof:
    """The patient's birth date, as typed at the counter."""

    birth_date: date


def prescription_of(number: str, proof: Proof) -> Prescription | None:
    """The prescription to dispense that has this number and this proof; None for all other reasons alike."""
    typed = normalise(number)
    if not is_valid(typed):
        return None
    rows = Prescription.objects.select_related("subject", "author", "case")
    found = rows.filter(
        number=typed,
        state__in=(PrescriptionState.ISSUED, PrescriptionState.EXPIRED),
        subject__kind=Subject.Kind.NAMED,
        case__state__in=PRESENTABLE,
    ).first()
    if found is None:
        return None
    traits = vault.read(found.subject_id, found.identity_version)
    return found if traits.birth_date == proof.birth_date else None
