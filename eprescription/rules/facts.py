"""What rules read: plain values, built by the acts from rows. No name of a table, no query, no clock."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from eprescription.rules.law import Text


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
    """The five strict traits, whether the identity is qualified (RNIV), and what the body says."""

    birth_name: str
    first_names: str
    sex: str
    birth_date: date | None
    qualified: bool
    weight_kg: Decimal | None = None
    height_cm: int | None = None

    def age_on(self, day: date) -> int | None:
        """Whole years on a day; None when the date of birth is not known."""
        if self.birth_date is None:
            return None
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before


@dataclass(frozen=True)
class Alert:
    """What the drug data say of a line beside others: an interaction, a double, an allergy.

    `kind`: interaction, same_substance, same_class or allergy. `level`: CI, ASDEC, PE or APEC for an
    interaction, else "". `other` names what it is with; `source` the text and its edition. `key` is
    stable from one day to the next: a reason given for it stays given.
    """

    kind: str
    key: str
    level: str
    text: Text
    other: str = ""
    source: str = ""
    conditional: bool = False


@dataclass(frozen=True)
class LineFacts:
    """One line, and what the public drug base and the lists of the law say of it today."""

    position: int
    inn: str
    name: str
    list: str  # "I", "II", "S" (narcotic) or ""
    posology: str
    duration_days: int | None
    quantity: int | None  # boxes for one delivery
    renewals: int
    ald: bool
    non_substitutable: str  # "", MTE, EFG or CIF
    ivg: bool
    max_days: int | None
    secured: bool
    marketed: bool = True
    kind: str = (
        "medicine"  # medicine, device, preparation, biology, nursing, physio, transport, other
    )
    by_inn: bool = False
    atc: str = ""
    form: str = ""
    lpp: str = ""
    max_days_extended: int | None = None
    by_pump: bool = False
    fraction_days: int | None = None
    single_delivery: bool = False
    conditions: tuple[str, ...] = ()  # verbatim, of the edition of today
    restricted: tuple[str, ...] = ()  # those of them that restrict who prescribes or where
    structured: bool = False  # its posology has a dose and a rhythm that the portal understood
    in_full: str = ""  # units a dose, doses and strength in words, when structured
    boxes_needed: int | None = None  # what posology and duration ask for one delivery
    cover: str = ""  # "", atmp, maternity, prevention
    off_label: bool = False
    not_reimbursable: bool = False
    listed: frozenset[str] = frozenset()  # lists of the law: mte, exception, biosimilar, hybrid…
    generic_group: bool = False  # somebody else makes what may stand in for it
    covered_until: date | None = None  # an earlier narcotic by the same prescriber still covers
    overlap: str = ""  # the express mention that this one comes on top of it
    proposals: tuple[str, ...] = ()  # marketed members of its group, when it has left the market
    alerts: tuple[Alert, ...] = ()

    @property
    def is_medicine(self) -> bool:
        return self.kind == "medicine"

    @property
    def total_days(self) -> int:
        """Days of treatment with all renewals; 0 when no duration is stated."""
        return (self.duration_days or 0) * (self.renewals + 1)


@dataclass(frozen=True)
class LinesFacts:
    """Lines not yet written, with what was answered about them: for the rules of the IVG register.

    The answers mean what they mean in `SignatureFacts`.
    """

    lines: tuple[LineFacts, ...]
    on: date
    pharmacy_named: str = ""
    teleconsultation: bool | None = None
    anonymity: str = ""
    convention_place: str = ""
    convention_date: date | None = None
    named: bool = True  # they would stand beside an identity


@dataclass(frozen=True)
class SignatureFacts:
    """All that the law asks about when a prescriber signs."""

    on: date
    prescriber: PrescriberFacts
    patient: PatientFacts
    lines: tuple[LineFacts, ...]
    may_follow: bool | None  # may the prescriber read the execution? None: not asked yet
    paper: str | None  # "paper", "mail", None: not asked yet
    pharmacy_named: str = ""  # where a substitution treatment or an IVG medicine is dispensed
    teleconsultation: bool | None = None  # None: not asked
    anonymity: str = ""  # "named", "anonymous", "": not asked
    convention_place: str = ""  # establishment of the IVG convention
    convention_date: date | None = None
    secret: str = ""  # the ground on which it stays unknown to representatives; "": it does not
    accompanied: bool | None = None  # by an adult of the minor's choice; None: not asked
    on_paper: str = ""  # the motive for which it was written on paper; "": on the portal
    secured_paper: bool = False  # that paper was a secured one

    @property
    def named(self) -> bool:
        """Whether it bears an identity."""
        return bool(self.patient.birth_name)

    @property
    def medicines(self) -> tuple[LineFacts, ...]:
        """The lines that are medicines: the rest is written freely and no rule of medicines is about it."""
        return tuple(x for x in self.lines if x.is_medicine)


@dataclass(frozen=True)
class PushFacts:
    """What is asked before a document leaves for the health space."""

    anonymous: bool
    qualified: bool
