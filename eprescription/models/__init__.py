"""The shared prescription: one concept a file, and who may import whom from left to right."""

from eprescription.models.allergy import Allergy
from eprescription.models.content import Cover, LineContent, LineKind, NonSubstitutable
from eprescription.models.dispensing import (
    Balance,
    Claim,
    DispensedLine,
    Dispensing,
    DispensingCase,
    Refusal,
    Substitution,
)
from eprescription.models.grants import PrescriptionGroupGrant, PrescriptionUserGrant
from eprescription.models.journal import Deed, JournalEntry, Outcome
from eprescription.models.justification import Justification
from eprescription.models.opposition import Channel, Opposition, Reach
from eprescription.models.patient import Care, Subject
from eprescription.models.prescription import (
    AccessCode,
    Anonymity,
    Line,
    Paper,
    Prescription,
    Transition,
)
from eprescription.models.push import Push
from eprescription.models.states import CaseState, PrescriptionState, PushState
from eprescription.models.user import Activity, Place, Profession, Role, User

__all__ = [
    "AccessCode",
    "Activity",
    "Allergy",
    "Anonymity",
    "Balance",
    "Care",
    "CaseState",
    "Channel",
    "Claim",
    "Cover",
    "Deed",
    "DispensedLine",
    "Dispensing",
    "DispensingCase",
    "JournalEntry",
    "Justification",
    "Line",
    "LineContent",
    "LineKind",
    "NonSubstitutable",
    "Opposition",
    "Outcome",
    "Paper",
    "Place",
    "Prescription",
    "PrescriptionGroupGrant",
    "PrescriptionState",
    "PrescriptionUserGrant",
    "Profession",
    "Push",
    "PushState",
    "Reach",
    "Refusal",
    "Role",
    "Subject",
    "Substitution",
    "Transition",
    "User",
]
