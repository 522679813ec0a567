"""The acts of a pharmacist. Presenting a code opens and claims; dispensing frees what is left for any pharmacy."""

from pharmacies.actions.correcting import CORRECTABLE, correct
from pharmacies.actions.dispensing import dispense, release
from pharmacies.actions.opening import ClaimedElsewhere, claim, open_by_code, open_by_number
from pharmacies.actions.preparing import prepare

__all__ = [
    "CORRECTABLE",
    "ClaimedElsewhere",
    "claim",
    "correct",
    "dispense",
    "open_by_code",
    "open_by_number",
    "prepare",
    "release",
]
