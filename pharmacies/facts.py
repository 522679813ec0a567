"""What the rules of dispensing read: plain facts made of the decisions, the balances and what was dispensed before.

Each kind of thing is read once for all lines: products (by who asks), packs, and, when somebody told of one, boxes, shortages,
questions and earlier narcotics.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from eprescription.due import History, handed_of, past_of
from eprescription.models import Anonymity, Balance, Dispensing, DispensingCase, Line
from eprescription.rules.delivery_facts import Agreed, DeliveryFacts, DispensingFacts, Given
from eprescription.rules.schedule import Due, used_up_on
from eprescription.supply import cycles_in, units_in
from pharmacies.decisions import Decision, Handing
from pharmacies.gaps import lost_by
from pharmacies.links import Links, same_strength
from pharmacies.shelf import Shelf, shelf_of
from pharmacies.told import agreed_by_question, narcotics_until

COPIED = (
    *("position", "kind", "list", "atc", "secured", "max_days", "fraction_days"),
    *("single_delivery", "posology", "duration_days", "renewals", "non_substitutable"),
    *("by_inn", "overlap"),
)


@dataclass(frozen=True)
class Known:
    """All that was read for one delivery."""

    on: date
    dues: Mapping[UUID, Due]
    history: History
    links: Links
    shelf: Shelf
    agreed: frozenset[UUID]  # lines whose change the prescriber accepted on the portal
    covered: Mapping[str, date]  # by INN, until when an earlier narcotic covers


def dispensing_facts(
    case: DispensingCase,
    balances: Mapping[UUID, Balance],
    decisions: list[Decision],
    handing: Handing,
    links: Links,
    *,
    dues: Mapping[UUID, Due],
    history: History,
    at: datetime,
    besides: Dispensing | None = None,
) -> DispensingFacts:
    """All that the law asks about this delivery; `besides` is a dispensing to leave out of what was given before."""
    prescription = case.prescription
    assert prescription.signed_at and prescription.expires_on
    on = timezone.localtime(at).date()
    lines = [balances[d.line_id].line for d in decisions]
    known = Known(
        on=on,
        dues=dues,
        history=history,
        links=links,
        shelf=shelf_of(balances.values(), decisions, besides),
        agreed=agreed_by_question(prescription, decisions),
        covered=narcotics_until(prescription, lines),
    )
    return DispensingFacts(
        on=on,
        signed_on=timezone.localtime(prescription.signed_at).date(),
        expires_on=prescription.expires_on,
        first=not any(b.dispensed for b in balances.values()),
        lines=tuple(_line(d, balances[d.line_id], known) for d in decisions),
        bearer=handing.bearer,
        bearer_address=handing.bearer_address,
        identity_checked=handing.identity_checked,
        anonymous=prescription.anonymity == Anonymity.ANONYMOUS,
        lost=lost_by(case),
    )


def _line(decision: Decision, balance: Balance, known: Known) -> DeliveryFacts:
    line, due = balance.line, known.dues[balance.line_id]
    return DeliveryFacts(
        quantity=decision.quantity,
        remaining=balance.remaining,
        due=due.quantity,
        expected=due.expected,
        by_unit=balance.unit == Balance.Unit.UNIT,
        prescribed=line.quantity,
        covered_until=known.covered.get(line.inn),
        given=_given(decision, balance, known),
        agreed=Agreed(
            who=decision.agreement,
            how=decision.agreed_how,
            dated=decision.agreed_at is not None,
            by_question=line.pk in known.agreed,
        ),
        posology_changed=bool(decision.posology.strip()),
        instruction=decision.instruction,
        urgent=decision.urgent,
        shortage=decision.shortage,
        refusal=decision.refusal,
        lost=due.lost,
        next_from=due.next_from,
        begun=due.begun,
        **{name: getattr(line, name) for name in COPIED},
        **_once_over(decision, balance, known),
    )


def _given(decision: Decision, balance: Balance, known: Known) -> Given:
    """The box in the hand."""
    line, links, shelf = balance.line, known.links, known.shelf
    ours, theirs = links.medicines.get(line.cis), links.medicines.get(decision.cis)
    last = [p.cis for p in past_of(line, known.history) if p.quantity]
    return Given(
        same_product=links.same_product(line, decision.cis),
        name=links.name_of(decision.cis),
        link=links.link(line, decision.cis, on=known.on) if decision.cis != line.cis else "",
        same_form=not (ours and theirs) or ours.form == theirs.form,
        same_strength=not (ours and theirs) or same_strength(ours.strength, theirs.strength),
        biological=links.is_biological(decision.cis, on=known.on),
        same_as_last=not last or last[-1] == decision.cis,
        in_shortage=line.cis in shelf.short,
        boxes=shelf.boxes(line, decision),
        days_without_last=shelf.days_without_last(line, decision),
        quarter_pack=shelf.quarter_pack(line, decision, balance.remaining),
        smallest_pack=shelf.is_smallest(line, decision),
        unknown_box=bool(decision.cip13) and shelf.pack(decision) is None,
        **_boxes(decision, shelf),
    )


def _boxes(decision: Decision, shelf: Shelf) -> dict[str, Any]:
    """The boxes as the law sees them: all of them bear a lot or none does, and the worst one counts."""
    boxes = decision.handed
    given = [x.serial for x in boxes if (x.cip13, x.serial) in shelf.given]
    return {
        "lot": boxes[-1].lot if all(x.lot for x in boxes) else "",
        "expiry": min((x.expiry for x in boxes if x.expiry), default=None),
        "serial_seen": given[0] if given else "",
    }


def _once_over(decision: Decision, balance: Balance, known: Known) -> dict[str, Any]:
    """What the exceptions after the end of validity ask."""
    line, past = balance.line, past_of(balance.line, known.history)
    more = [p.quantity for p in past if p.exceptional and p.quantity]
    ordinary = handed_of(line, [p for p in past if not p.exceptional])
    return {
        "exceptional": decision.exceptional,
        "ended_on": None if balance.remaining else used_up_on(ordinary),
        "extra": len(more),
        "cycles": _cycles(line, decision.quantity),
        "extra_cycles": sum(_cycles(line, quantity) for quantity in more),
    }


def _cycles(line: Line, quantity: int) -> int:
    return cycles_in(line, units_in(line, quantity) or quantity)
