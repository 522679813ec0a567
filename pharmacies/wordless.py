"""What is done of an anonymous prescription is kept in codes: what a person types could hold a name."""

from collections.abc import Iterable, Mapping

from eprescription.anonymity import (
    NoWords,
    check_mark,
    check_reason,
    check_wordless,
    is_anonymous,
)
from eprescription.models import Prescription
from pharmacies.decisions import Decision, Handing

WORDS = ("note", "instruction", "posology", "search")
MARKS = ("lot", "serial")
FREE = (*WORDS, "agreement", "read")  # what a kept preparation leaves out


def check_coded(
    prescription: Prescription,
    decisions: Iterable[Decision],
    handing: Handing,
    *,
    correction: str = "",
) -> None:
    """Raises NoWords when something of a delivery is free text; nothing is asked of a named prescription."""
    if not is_anonymous(prescription):
        return
    check_wordless(prescription, handing.bearer, handing.bearer_address)
    check_reason(prescription, correction)
    for decision in decisions:
        check_wordless(prescription, decision.note, decision.instruction, decision.posology)
        check_reason(prescription, decision.reason)
        for box in decision.handed:
            check_mark(prescription, box.lot, box.serial)
        if decision.agreement.strip() not in ("", _who_signed(prescription)):
            raise NoWords


def coded_fields(prescription: Prescription, typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of a page as they may be kept for who validates it. Raises NoWords."""
    if not is_anonymous(prescription):
        return dict(typed)
    for name, value in typed.items():
        field = name.partition("-")[2]
        if field in WORDS:
            check_wordless(prescription, value)
        elif field in MARKS:
            check_mark(prescription, value)
        elif field == "reason":
            check_reason(prescription, value)
    return {name: value for name, value in typed.items() if name.partition("-")[2] not in FREE}


def _who_signed(prescription: Prescription) -> str:
    """As the page proposes who agreed."""
    copied = prescription.prescriber or {}
    return f"{copied.get('title', '')} {copied.get('name', '')}".strip()
