"""A prescription as plain values: what a bundle says, before the catalogue, the vault and the law have looked at it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from eprescription.identity.traits import Traits
from eprescription.models import LineKind
from eprescription.posology import Posology

Reasons = tuple[tuple[str, str], ...]  # the rule that warns, and why one goes on


@dataclass(frozen=True)
class Ordered:
    """One line as it is ordered. `dosing` or `words` say how it is taken; `quantity` None: to be reckoned.

    `label` is the name in the drug base, on what is written; nobody reads it.
    """

    kind: str = LineKind.MEDICINE
    cis: str = ""
    cip13: str = ""
    lpp: str = ""
    name: str = ""  # of what no list has
    by_inn: bool = False
    dosing: Posology | None = None
    words: str = ""
    duration_days: int | None = None
    quantity: int | None = None
    renewals: int = 0
    ald: bool = False
    cover: str = ""
    off_label: bool = False
    not_reimbursable: bool = False
    non_substitutable: str = ""
    single_delivery: bool = False
    overlap: str = ""
    by_pump: bool = False
    reasons: Reasons = ()
    label: str = ""


@dataclass(frozen=True)
class Order:
    """The whole: for whom, what, and what was answered. What was not answered is None: the law asks for it."""

    patient: Traits | None
    lines: tuple[Ordered, ...]
    may_follow: bool | None = None
    paper: str | None = None
    weight_kg: Decimal | None = None
    height_cm: int | None = None
    pharmacy_named: str = ""
    teleconsultation: bool | None = None
    secret: str = ""
    accompanied: bool | None = None
    reasons: Reasons = ()
    requester: str = ""  # RPPS, when the bundle says it


@dataclass(frozen=True)
class Signed:
    """What the signature added: it is written beside the order, and never read from software."""

    id: UUID
    number: str
    status: str  # of FHIR: active, revoked …
    version: str
    signed_at: datetime
    expires_on: date
    identifier: str  # RPPS of who signed
    name: str
    qualification: str
    place: str
    place_identifier: str
    address: str
    phone: str
    line_ids: tuple[UUID, ...]
