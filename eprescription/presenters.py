"""What one viewer may read of a prescription, as plain values: templates print nothing that they were not given."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eprescription.documents import mentions
from eprescription.documents.number import grouped
from eprescription.identity.traits import STATUS_LABELS, IdentityStatus, Traits, display_name
from eprescription.models import (
    Balance,
    DispensedLine,
    Line,
    LineKind,
    Prescription,
)
from eprescription.posology import Posology, sentence
from eprescription.quantities import counted, one_period
from eprescription.statuses import OPPOSED, WRITTEN, Status, journey
from eprescription.versions import Amendment


@dataclass(frozen=True)
class PatientView:
    """A named patient, for somebody who may know him."""

    subject_id: UUID
    name: str
    first_names: str
    birth_date: date
    sex: str
    age: int
    ins: str
    status: str
    status_label: Any
    qualified: bool

    @property
    def called(self) -> str:
        return self.name


@dataclass(frozen=True)
class LineView:
    """One line as prescribed, in the words of the paper.

    `title` is what to call it, `under` what stands beneath: kind, brand, code. `name` is empty when it is
    prescribed by its INN alone; `product` is always the name in the drug base. `amount` is the quantity
    with its renewals; `mentions` are all that the law asks to say, ALD and no substitution first; `history`
    says what was changed since the signature, and what stood before.
    """

    id: UUID
    position: int
    inn: str
    name: str
    strength: str
    form: str
    posology: str
    duration: str
    quantity: int | None
    renewals: str
    ald: bool
    non_substitutable: str
    narcotic: bool
    secured: bool
    cis: str
    kind: str = LineKind.MEDICINE
    kind_label: str = ""
    by_inn: bool = False
    title: str = ""
    under: str = ""
    product: str = ""
    quantity_text: str = ""
    amount: str = ""
    mentions: tuple[str, ...] = ()
    box_units: int | None = None
    history: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeliveryView:
    """What one pharmacy did of one line, once."""

    at: datetime
    pharmacy: str
    pharmacist: str
    quantity: int
    quantity_text: str  # with the word of what is counted
    name: str
    changed_product: bool
    substitution: Any
    posology: str
    agreement: str
    refusal: Any
    note: str


@dataclass(frozen=True)
class LineExecution:
    """Prescribed against delivered, in the `unit` by which it is dispensed; `period` is one delivery of it.

    `before` are the versions of the line that this one replaced, with what was delivered of each.
    """

    line: LineView
    total: int
    dispensed: int
    remaining: int
    unit: str
    period: int
    deliveries: list[DeliveryView]
    before: tuple["LineExecution", ...] = ()

    @property
    def total_text(self) -> str:
        return counted(self.total, self.unit, self.line.form)

    @property
    def dispensed_text(self) -> str:
        return counted(self.dispensed, self.unit, self.line.form)

    @property
    def remaining_text(self) -> str:
        return counted(self.remaining, self.unit, self.line.form)


@dataclass(frozen=True)
class Execution:
    """The whole execution; given only to who may read it."""

    status: Status
    lines: list[LineExecution]


@dataclass(frozen=True)
class Card:
    """One prescription in a list."""

    id: UUID
    number: str
    patient: str
    author: str
    written: Status
    status: Status  # the journey, or that it is opposed
    signed_at: datetime | None
    moment: datetime
    medicines: list[str]
    first_dispensing_before: date | None = None
    expires_on: date | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def patient_view(traits: Traits, subject_id: UUID, today: date | None = None) -> PatientView:
    day = today or timezone.localdate()
    return PatientView(
        subject_id=subject_id,
        name=display_name(traits),
        first_names=traits.first_names,
        birth_date=traits.birth_date,
        sex=traits.sex,
        age=traits.age_on(day),
        ins=traits.ins,
        status=traits.status,
        status_label=STATUS_LABELS[traits.status],
        qualified=traits.status is IdentityStatus.QUAL,
    )


def line_view(line: Line, changes: Iterable[Amendment] = ()) -> LineView:
    """`changes` are those of its prescription since the signature."""
    name = "" if line.by_inn and line.inn else line.name
    kind = "" if line.kind == LineKind.MEDICINE else line.get_kind_display()
    renewals = mentions.renewed(line.renewals) if line.renewals else ""
    return LineView(
        id=line.pk,
        position=line.position,
        inn=line.inn,
        name=name,
        strength=line.strength,
        form=line.form,
        posology=_posology(line),
        duration=mentions.duration(line.duration_days) if line.duration_days else "",
        quantity=line.quantity,
        renewals=renewals,
        ald=line.ald,
        non_substitutable=line.non_substitutable,
        narcotic=line.list == "S",
        secured=line.secured or line.list == "S",
        cis=line.cis,
        kind=line.kind,
        kind_label=line.get_kind_display(),
        by_inn=line.by_inn,
        title=line.inn or line.name,
        under=_joined(kind, name if line.inn else "", f"LPP {line.lpp}" if line.lpp else ""),
        product=line.name,
        quantity_text=mentions.quantity(line),
        amount=_joined(mentions.quantity(line), renewals, mentions.total(line)),
        mentions=_mentions(line),
        box_units=line.box_units,
        history=mentions.amended(changes, line.position),
    )


def _posology(line: Line) -> str:
    """The sentence in the language of the page when it is structured; free text as it was typed."""
    language = get_language() or "fr"
    if not line.dosing or language.startswith("fr"):
        return line.posology
    return sentence(Posology.from_json(line.dosing), language)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _mentions(line: Line) -> tuple[str, ...]:
    """All that paper says beside a line, its zone and its frame in words."""
    framed = (_("ALD") if line.ald else "", mentions.non_substitutable(line))
    return (*filter(None, framed), *mentions.of_line(line))


def sheet_mentions(prescription: Prescription, lines: Iterable[Line]) -> tuple[str, ...]:
    """What the page says of the whole: weight, height, pharmacy, teleconsultation, convention, form."""
    said = mentions.of_prescription(prescription, lines)
    return (*mentions.measures(prescription), *said)


def card(
    prescription: Prescription, *, patient: str, lines: Iterable[Line], executed: str | None
) -> Card:
    """`executed` is the state of the dispensing, or None for a viewer who may not read it."""
    written = WRITTEN[prescription.state]
    draft = prescription.state == "draft"
    status = written if draft else journey(prescription.state, executed) if executed else OPPOSED
    copied = prescription.prescriber or {}
    return Card(
        id=prescription.pk,
        number=grouped(prescription.number) if prescription.number else "",
        patient=patient,
        author=" ".join(filter(None, [copied.get("title"), copied.get("name")])),
        written=written,
        status=status,
        signed_at=prescription.signed_at,
        moment=prescription.signed_at or prescription.written_at,
        medicines=[line.inn or line.name for line in lines],
        expires_on=prescription.expires_on,
    )


def execution(
    prescription: Prescription,
    case_state: str,
    balances: Iterable[Balance],
    deliveries: Iterable[DispensedLine],
    changes: Iterable[Amendment] = (),
) -> Execution:
    """Prescribed against delivered, line by line. The caller has asked `check_read_execution`."""
    changes = list(changes)
    by_line: dict[UUID, list[DispensedLine]] = {}
    for delivery in deliveries:
        by_line.setdefault(delivery.line_id, []).append(delivery)
    rows: dict[int, LineExecution] = {}
    for b in sorted(balances, key=lambda b: (b.line.position, b.line.version)):
        earlier = rows.get(b.line.position)
        rows[b.line.position] = LineExecution(
            line=line_view(b.line, changes),
            total=b.total,
            dispensed=b.dispensed,
            remaining=b.remaining,
            unit=b.unit,
            period=one_period(b.line, prescription.weight_kg),
            deliveries=[_delivery(x, b) for x in by_line.get(b.line_id, [])],
            before=(*earlier.before, replace(earlier, before=())) if earlier else (),
        )
    return Execution(status=journey(prescription.state, case_state), lines=list(rows.values()))


def _delivery(delivered: DispensedLine, balance: Balance) -> DeliveryView:
    act = delivered.dispensing
    return DeliveryView(
        at=act.at,
        pharmacy=act.pharmacy.name,
        pharmacist=act.by.person,
        quantity=delivered.quantity,
        quantity_text=counted(delivered.quantity, balance.unit, balance.line.form),
        name=delivered.name,
        changed_product=bool(delivered.substitution),
        substitution=delivered.get_substitution_display(),
        posology=delivered.posology,
        agreement=delivered.agreement,
        refusal=delivered.get_refusal_display() if delivered.refusal else "",
        note=delivered.note,
    )
