"""The second proof that goes with a typed number (product.md 3.3)."""

from dataclasses import dataclass
from datetime import date

from eprescription.anonymity import is_anonymous
from eprescription.documents.codes import PRESENTABLE, proves
from eprescription.documents.number import is_valid, normalise
from eprescription.identity import vault
from eprescription.models import Prescription, PrescriptionState


@dataclass(frozen=True)
class Proof:
    """As typed at the counter: the patient's birth date, or the withdrawal code of an anonymous prescription."""

    birth_date: date | None = None
    withdrawal: str = ""


def prescription_of(number: str, proof: Proof) -> Prescription | None:
    """The prescription to dispense that has this number and this proof; None for all other reasons alike."""
    typed = normalise(number)
    if not is_valid(typed):
        return None
    rows = Prescription.objects.select_related("subject", "author", "case")
    found = rows.filter(
        number=typed,
        state__in=(PrescriptionState.ISSUED, PrescriptionState.EXPIRED),
        case__state__in=PRESENTABLE,
    ).first()
    if found is None:
        return None
    return found if _holds(found, proof) else None


def _holds(found: Prescription, proof: Proof) -> bool:
    """Each kind has its own proof: that of the other proves nothing."""
    if is_anonymous(found):
        return bool(proof.withdrawal) and proves(found, proof.withdrawal)
    traits = vault.read(found.subject_id, found.identity_version)
    return proof.birth_date is not None and traits.birth_date == proof.birth_date
