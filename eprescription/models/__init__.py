"""The shared prescription: one concept a file, and who may import whom from left to right."""

from eprescription.models.access import AccessCase, CaseAnswer, KnownPlace
from eprescription.models.access_code import AccessCode
from eprescription.models.allergy import Allergy
from eprescription.models.box import DeliveredBox
from eprescription.models.component import ComponentState, Outage
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
from eprescription.models.downtime import (
    DowntimeSheet,
    PaperConflict,
    PaperDispensing,
    PaperMotive,
    SheetState,
)
from eprescription.models.grants import PrescriptionGroupGrant, PrescriptionUserGrant
from eprescription.models.journal import Deed, JournalEntry, Outcome
from eprescription.models.justification import Justification
from eprescription.models.mail import Letter, Mailbox, Message
from eprescription.models.mail_notice import MailNotice
from eprescription.models.national import DirectoryEdition, DirectoryListing, NationalLink
from eprescription.models.once import DoneOnce
from eprescription.models.opening import ForgeryReport, Opening
from eprescription.models.opposition import Channel, Consent, Opposition, Reach
from eprescription.models.patient import Care, Subject
from eprescription.models.preferences import Notices, PaperWish, Preferences
from eprescription.models.prepared import PreparedCode
from eprescription.models.prescription import (
    Anonymity,
    Line,
    Paper,
    Prescription,
    SecretCare,
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
from eprescription.models.representation import (
    Capacity,
    Evidence,
    LinkEnd,
    LinkProof,
    Representation,
)
from eprescription.models.restoration import Restoration
from eprescription.models.seal import JournalHead, JournalPending, JournalSeal
from eprescription.models.session import SignedIn
from eprescription.models.software import Software, SoftwareCall, SoftwareToken, SpentAssertion
from eprescription.models.states import CaseState, PrescriptionState, PushState, QuestionState
from eprescription.models.tombstone import Tombstone
from eprescription.models.user import Activity, Place, Profession, Role, User
from eprescription.models.warrant import Warrant

__all__ = [
    "AccessCase",
    "AccessCode",
    "Activity",
    "Agreement",
    "Allergy",
    "Anonymity",
    "Balance",
    "Capacity",
    "Care",
    "CaseAnswer",
    "CaseState",
    "Channel",
    "Claim",
    "ComponentState",
    "Consent",
    "Cover",
    "Deed",
    "DeliveredBox",
    "DirectoryEdition",
    "DirectoryListing",
    "DispensedLine",
    "Dispensing",
    "DispensingCase",
    "DoneOnce",
    "DowntimeSheet",
    "Evidence",
    "Exceptional",
    "ForgeryReport",
    "Intervention",
    "InterventionOutcome",
    "JournalEntry",
    "JournalHead",
    "JournalPending",
    "JournalSeal",
    "Justification",
    "KnownPlace",
    "Letter",
    "Line",
    "LineContent",
    "LineKind",
    "LinkEnd",
    "LinkProof",
    "MailNotice",
    "Mailbox",
    "Message",
    "NationalLink",
    "NonSubstitutable",
    "Notice",
    "Notices",
    "Opening",
    "Opposition",
    "Outage",
    "Outcome",
    "Paper",
    "PaperConflict",
    "PaperDispensing",
    "PaperMotive",
    "PaperWish",
    "Place",
    "Preferences",
    "Preparation",
    "PreparedCode",
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
    "Representation",
    "Restoration",
    "Role",
    "SecretCare",
    "SheetState",
    "SignedIn",
    "Software",
    "SoftwareCall",
    "SoftwareToken",
    "SpentAssertion",
    "Subject",
    "Substitution",
    "Tombstone",
    "Transition",
    "User",
    "Warrant",
]
