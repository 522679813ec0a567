"""What a pharmacist reads: what was presented here, and what was dispensed here. Each reading leaves its trace."""

from pharmacies.queries.asking import asked_of
from pharmacies.queries.counter import done_with, presented, to_dispense
from pharmacies.queries.desk import Desk, desk, to_validate
from pharmacies.queries.dispensings import dispensings, slip
from pharmacies.queries.versions import Correctable, Versions, corrected_with, to_correct, versions

__all__ = [
    "Correctable",
    "Desk",
    "Versions",
    "asked_of",
    "corrected_with",
    "desk",
    "dispensings",
    "done_with",
    "presented",
    "slip",
    "to_correct",
    "to_dispense",
    "to_validate",
    "versions",
]
