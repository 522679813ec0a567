"""What rules read: plain values, built by the acts from rows. No name of a table, no query, no clock."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class PrescriberFacts:
    """The prescriber as the signed page will name him (CSP R. 5132-3, 1°)."""

    name: str
    profession: str  # code of the national directory: 10 doctor, 40 dentist, 50 midwife …
    title: str
    identifier: str  # RPPS
    address: str
    phone: str
    email: str
    active: bool = True


@dataclass(frozen=True)
class PatientFacts:
    """The five strict traits, and whether the identity is qualified (RNIV)."""

    birth_name: str
    first_names: str
    sex: str
    birth_date: date | None
    qualified: bool


@dataclass(frozen=True)
class LineFacts:
    """One line, and what the public drug base says of its medicine."""

    position: int
    inn: str
    name: str
    list: str  # "I", "II", "S" (narcotic) or ""
    posology: str
    duration_days: int | None
    quantity: int | None  # units of dispensing for one delivery
    renewals: int
    ald: bool
    non_substitutable: str  # "", MTE, EFG or CIF
    ivg: bool
    max_days: int | None
    secured: bool
    marketed: bool = True


@dataclass(frozen=True)
class LinesFacts:
    """Lines alone: for rules that hold before anything else of the prescription is known."""

    lines: tuple[LineFacts, ...]


@dataclass(frozen=True)
class SignatureFacts:
    """All that the law asks about when a prescriber signs."""

    on: date
    prescriber: PrescriberFacts
    patient: PatientFacts
    lines: tuple[LineFacts, ...]
    may_follow: bool | None  # may the prescriber read the execution? None: not asked yet
    paper: str | None  # "paper", "mail", None: not asked yet


@dataclass(frozen=True)
class DeliveryFacts:
    """One line as the pharmacist is about to dispense it."""

    position: int
    quantity: int
    remaining: int
    same_product: bool
    same_group: bool
    non_substitutable: str
    posology_changed: bool
    agreement: str  # who agreed, when and how
    refusal: str  # coded reason when nothing is delivered
    renewals: int = 0
    list: str = ""


@dataclass(frozen=True)
class DispensingFacts:
    """All that the law asks about when a pharmacist dispenses."""

    on: date
    signed_on: date
    expires_on: date
    first: bool  # nothing was dispensed yet
    lines: tuple[DeliveryFacts, ...] = field(default=())


@dataclass(frozen=True)
class PushFacts:
    """What is asked before a document leaves for the health space."""

    anonymous: bool
    qualified: bool
