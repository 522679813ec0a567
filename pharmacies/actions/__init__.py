"""The acts of a pharmacist. Presenting a code opens and claims; dispensing frees what is left for any pharmacy."""

from pharmacies.actions.asking import Proposal, ask, see, withdraw
from pharmacies.actions.correcting import CORRECTABLE, correct
from pharmacies.actions.dispensing import dispense, release
from pharmacies.actions.opening import (
    ClaimedElsewhere,
    NoSuchCode,
    claim,
    open_by_code,
    open_by_number,
)
from pharmacies.actions.paper import GivenOnPaper, decide, record_paper
from pharmacies.actions.preparing import prepare
from pharmacies.actions.reporting import report, report_code

__all__ = [
    "CORRECTABLE",
    "ClaimedElsewhere",
    "GivenOnPaper",
    "NoSuchCode",
    "Proposal",
    "ask",
    "claim",
    "correct",
    "decide",
    "dispense",
    "open_by_code",
    "open_by_number",
    "prepare",
    "record_paper",
    "release",
    "report",
    "report_code",
    "see",
    "withdraw",
]
