"""What the law tells about a delivery before it is made, without asking anything: beside its line, or of the whole."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from eprescription.due import history_in
from eprescription.rules import AT_DISPENSING, Breach, Weight, breaches
from eprescription.rules.schedule import Due
from pharmacies.decisions import HIMSELF, Decision
from pharmacies.facts import dispensing_facts
from pharmacies.links import Links, links_of
from pharmacies.queries.known import Known


def informing(
    known: Known, dues: Mapping[UUID, Due], decided: Iterable[Decision], *, at: datetime
) -> list[Breach]:
    """The breaches that only inform, of what the page proposes or of what was `decided` on it so far.

    Products are read only when another than the one prescribed is given.
    """
    balances = {b.line_id: b for b in known.in_force}
    said = {d.line_id: d for d in decided}
    proposed = [
        said.get(pk) or Decision(line_id=pk, quantity=dues[pk].expected, cis=b.line.cis)
        for pk, b in balances.items()
    ]
    decisions = [d for d in proposed if d.quantity or d.refusal]
    if not decisions:
        return []
    changed = {d.cis for d in decisions} - {b.line.cis for b in balances.values()}
    links = links_of(changed | {b.line.cis for b in balances.values()}) if changed else Links({})
    case = known.prescription.case
    case.prescription = known.prescription
    history = history_in(known.deliveries)
    facts = dispensing_facts(
        case, balances, decisions, HIMSELF, links, dues=dues, history=history, at=at
    )
    found = breaches(AT_DISPENSING, facts, on=timezone.localtime(at).date())
    return [b for b in found if b.weight is Weight.INFORMS]
