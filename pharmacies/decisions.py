"""What the pharmacist decides of each line, judged by the law and kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.catalogue import search
from eprescription.models import (
    Balance,
    DispensedLine,
    Dispensing,
    DispensingCase,
    Line,
    Substitution,
)
from eprescription.refusal import Overtaken, Unlawful
from eprescription.rules import AT_DISPENSING, blocking, breaches
from eprescription.rules.facts import DeliveryFacts, DispensingFacts


@dataclass(frozen=True)
class Decision:
    """One line at the counter. `cis` is the product handed over; quantity 0 goes with a refusal."""

    line_id: UUID
    quantity: int
    cis: str
    posology: str = ""  # only when changed
    agreement: str = ""
    refusal: str = ""
    note: str = ""


def due_now(balance: Balance, line: Line) -> int:
    """What one delivery hands over: the rest of the period begun, else one period; in boxes."""
    return due_of(balance.total - balance.dispensed, line.quantity)


def due_of(left: int, period: int | None) -> int:
    """The same from plain numbers: `left` boxes, of which `period` are handed over at a time."""
    return (left - 1) % (period or 1) + 1 if left else 0


def as_prescribed(balances: dict[UUID, Balance]) -> list[Decision]:
    """All that is due, as it was prescribed: the decision of the one main button."""
    return [
        Decision(line_id=pk, quantity=due_now(b, b.line), cis=b.line.cis)
        for pk, b in balances.items()
        if b.dispensed < b.total
    ]


def lawful(
    case: DispensingCase, balances: dict[UUID, Balance], decisions: list[Decision], at: datetime
) -> list[Decision]:
    """The decisions about lines of this prescription, when the law lets them pass; else Unlawful."""
    decisions = _whole(balances, decisions)
    prescription = case.prescription
    assert prescription.signed_at and prescription.expires_on
    today = timezone.localtime(at).date()
    facts = DispensingFacts(
        on=today,
        signed_on=timezone.localtime(prescription.signed_at).date(),
        expires_on=prescription.expires_on,
        first=not any(b.dispensed for b in balances.values()),
        lines=tuple(_facts(d, balances[d.line_id]) for d in decisions),
    )
    wrong = blocking(breaches(AT_DISPENSING, facts, on=today))
    if wrong:
        raise Unlawful(wrong)
    return decisions


def _whole(balances: dict[UUID, Balance], decisions: list[Decision]) -> list[Decision]:
    """One decision for each line that has something left: silence is no decision, so the law asks for its reason."""
    said = {d.line_id: d for d in decisions}
    whole = [
        said.get(pk) or Decision(line_id=pk, quantity=0, cis=b.line.cis)
        for pk, b in balances.items()
    ]
    left = {pk for pk, b in balances.items() if b.dispensed < b.total}
    return [d for d in whole if d.quantity or d.line_id in left]


def keep(
    case: DispensingCase,
    balances: dict[UUID, Balance],
    decisions: list[Decision],
    *,
    key: UUID,
    by: Actor,
    at: datetime,
) -> Dispensing:
    """Writes the dispensing, its lines, and takes the quantities from the balances, each by a conditional update."""
    assert by.place_id  # a pharmacist works somewhere
    dispensing = Dispensing.objects.create(
        case=case,
        pharmacy_id=by.place_id,
        by_id=by.activity_id,
        at=at,
        key=key,
        completeness=_completeness(balances, decisions),
    )
    DispensedLine.objects.bulk_create(
        [_delivered(dispensing, d, balances[d.line_id].line) for d in decisions]
    )
    for decision in decisions:
        if decision.quantity:
            _take_from(balances[decision.line_id], decision.quantity)
    return dispensing


def _take_from(balance: Balance, quantity: int) -> None:
    enough = Balance.objects.filter(pk=balance.pk, dispensed__lte=F("total") - quantity)
    if not enough.update(dispensed=F("dispensed") + quantity):
        raise Overtaken("nothing_left", _("Une autre délivrance a été plus rapide."))


def _facts(decision: Decision, balance: Balance) -> DeliveryFacts:
    line = balance.line
    same = decision.cis == line.cis
    return DeliveryFacts(
        position=line.position,
        quantity=decision.quantity,
        remaining=balance.total - balance.dispensed,
        same_product=same,
        same_group=same or search.same_group(line.cis, decision.cis),
        non_substitutable=line.non_substitutable,
        posology_changed=bool(decision.posology.strip()),
        agreement=decision.agreement,
        refusal=decision.refusal,
        renewals=line.renewals,
        list=line.list,
    )


def _completeness(balances: dict[UUID, Balance], decisions: list[Decision]) -> str:
    given = {d.line_id: d.quantity for d in decisions}
    if not any(given.values()):
        return Dispensing.Completeness.NONE
    whole = all(given.get(pk, 0) >= due_now(b, b.line) for pk, b in balances.items())
    first = not any(b.dispensed for b in balances.values())
    return ("FF" if first else "RF") + ("C" if whole else "P")


def _delivered(dispensing: Dispensing, decision: Decision, line: Line) -> DispensedLine:
    same = decision.cis == line.cis or not decision.quantity
    product = None if same else search.medicine(decision.cis)
    return DispensedLine(
        dispensing=dispensing,
        line=line,
        quantity=decision.quantity,
        cis=line.cis if same else decision.cis,
        name=line.name if product is None else product.name,
        substitution=Substitution.NONE
        if same
        else Substitution.GENERIC
        if search.same_group(line.cis, decision.cis)
        else Substitution.AGREED,
        posology=decision.posology.strip(),
        agreement=decision.agreement.strip(),
        refusal="" if decision.quantity else decision.refusal,
        note=decision.note.strip(),
    )
