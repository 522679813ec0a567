"""What a pharmacist reads: what was presented here, and what was dispensed here. Each reading leaves its trace."""

from pharmacies.queries.counter import done_with, presented, to_dispense
from pharmacies.queries.desk import Desk, desk, whole
from pharmacies.queries.dispensings import as_cda, dispensings, slip
from pharmacies.queries.versions import Correctable, Versions, corrected_with, to_correct, versions
from pharmacies.queries.waiting import to_validate

__all__ = [
    "Correctable",
    "Desk",
    "Versions",
    "as_cda",
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
    "whole",
]
