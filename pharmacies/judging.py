"""Decisions judged by the law: what blocks, and what asks for a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from eprescription.due import dues_of, history_of
from eprescription.models import Balance, Dispensing, DispensingCase
from eprescription.refusal import Unlawful
from eprescription.rules import AT_DISPENSING, Breach, Weight, breaches
from eprescription.rules.schedule import Due
from pharmacies.decisions import Decision, Handing, whole
from pharmacies.facts import dispensing_facts
from pharmacies.links import Links, links_of


@dataclass(frozen=True)
class Lawful:
    """What may be kept: one decision a line, the warnings that were passed by position, what was due by line, and the
    products of all of them."""

    decisions: list[Decision]
    warnings: Mapping[int, list[str]]
    dues: Mapping[UUID, Due]
    links: Links


def lawful(
    case: DispensingCase,
    balances: dict[UUID, Balance],
    decisions: Iterable[Decision],
    handing: Handing,
    *,
    at: datetime,
    besides: Dispensing | None = None,
) -> Lawful:
    """The decisions of all lines, when the law lets them pass, with what is due and the warnings that were passed.

    A warning passes with the reason given on its line. `besides` is the dispensing that is being corrected: it is
    judged as if it had not been. Raises Unlawful with all breaches together.
    """
    history = history_of([case.pk], besides)
    dues = dues_of(balances.values(), at=at, history=history)
    decided = whole(balances, decisions, dues)
    links = links_of([*(b.line.cis for b in balances.values()), *(d.cis for d in decided)])
    facts = dispensing_facts(
        *(case, balances, decided, handing, links),
        dues=dues,
        history=history,
        at=at,
        besides=besides,
    )
    found = breaches(AT_DISPENSING, facts, on=timezone.localtime(at).date())
    reasons = {balances[d.line_id].line.position: d.reason.strip() for d in decided}
    standing = [b for b in found if not _passes(b, reasons)]
    if standing:
        raise Unlawful(standing)
    passed: dict[int, list[str]] = {}
    for breach in found:
        if breach.weight is Weight.WARNS and breach.line is not None:
            passed.setdefault(breach.line, []).append(breach.rule)
    return Lawful(decided, passed, dues, links)


def _passes(breach: Breach, reasons: dict[int, str]) -> bool:
    if breach.weight is Weight.INFORMS:
        return True
    given = breach.line is not None and reasons.get(breach.line)
    return breach.weight is Weight.WARNS and bool(given)
