"""The shared prescription: one concept a file, and who may import whom from left to right."""

from eprescription.models.allergy import Allergy
from eprescription.models.content import Cover, LineContent, LineKind, NonSubstitutable
from eprescription.models.delivery import (
    Agreement,
    DispensedLine,
    Exceptional,
    Refusal,
    Register,
    RegisterEntry,
    Substitution,
)
from eprescription.models.dispensing import (
    Balance,
    Claim,
    Dispensing,
    DispensingCase,
    Preparation,
)
from eprescription.models.grants import PrescriptionGroupGrant, PrescriptionUserGrant
from eprescription.models.journal import Deed, JournalEntry, Outcome
from eprescription.models.justification import Justification
from eprescription.models.mail import Letter, Mailbox, Message
from eprescription.models.once import DoneOnce
from eprescription.models.opening import ForgeryReport, Opening
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
from eprescription.models.question import (
    Intervention,
    InterventionOutcome,
    Notice,
    Problem,
    Question,
)
from eprescription.models.states import CaseState, PrescriptionState, PushState, QuestionState
from eprescription.models.user import Activity, Place, Profession, Role, User

__all__ = [
    "AccessCode",
    "Activity",
    "Agreement",
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
    "DoneOnce",
    "Exceptional",
    "ForgeryReport",
    "Intervention",
    "InterventionOutcome",
    "JournalEntry",
    "Justification",
    "Letter",
    "Line",
    "LineContent",
    "LineKind",
    "Mailbox",
    "Message",
    "NonSubstitutable",
    "Notice",
    "Opening",
    "Opposition",
    "Outcome",
    "Paper",
    "Place",
    "Preparation",
    "Prescription",
    "PrescriptionGroupGrant",
    "PrescriptionState",
    "PrescriptionUserGrant",
    "Problem",
    "Profession",
    "Push",
    "PushState",
    "Question",
    "QuestionState",
    "Reach",
    "Refusal",
    "Register",
    "RegisterEntry",
    "Role",
    "Subject",
    "Substitution",
    "Transition",
    "User",
]
