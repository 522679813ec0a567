"""What may happen to a prescription in pharmacies: steps that Hypothesis draws, lived by the real acts."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.catalogue import search
from eprescription.models import Dispensing, Prescription
from eprescription.refusal import Refusal
from pharmacies import actions
from pharmacies.decisions import Decision
from tests import factories
from tests.twins.clock import Clock
from tests.twins.town import Town

WHY = "Pesé avec le patient"


@dataclass(frozen=True)
class Step:
    """One thing that happens: what, where, and how long after the one before (hours)."""

    what: str
    pharmacy: int
    after: int


Act = Callable[[Actor, Prescription, Clock], object]


def open_it(by: Actor, about: Prescription, clock: Clock) -> None:
    actions.claim(prescription=about, by=by, at=clock.at)


def release(by: Actor, about: Prescription, clock: Clock) -> None:
    factories.release(by, about, clock.at)


def _dispensed(**changes: Any) -> Act:
    """Opens and dispenses, each line as prescribed but for what is changed."""

    def act(by: Actor, about: Prescription, clock: Clock) -> None:
        open_it(by, about, clock)
        decisions = [replace(d, reason=WHY) for d in factories.decisions_for(about, clock.at)]
        changed = [_changed(d, about, changes) for d in decisions[:1]] + decisions[1:]
        factories.dispense(by, about, changed, at=clock.at)

    return act


def _changed(decision: Decision, about: Prescription, changes: dict[str, Any]) -> Decision:
    said = dict(changes)
    if "fewer" in said:
        said = {"quantity": max(1, decision.quantity // 2), "owed": 0, "refusal": "later"}
    if "refusal" in changes:
        said["quantity"] = 0
    if said.pop("generic", False):
        others = search.substitutes(decision.cis)
        said["cis"] = others[0].cis if others else decision.cis
    if said.pop("other", False):
        said["cis"] = factories.a_medicine("DOLIPRANE 1000").cis
    if said.pop("biosimilar", False):
        said["cis"] = factories.a_medicine("INHIXA 4 000").cis
    return replace(decision, **said)


def goes_on(by: Actor, about: Prescription, clock: Clock) -> None:
    """By exception, after the end of validity (D12, D13)."""
    open_it(by, about, clock)
    line = about.lines.order_by("position")[0]
    kind = "pill" if "OPTIMIZETTE" in line.name else "chronic"
    decision = Decision(line.pk, 1, line.cis, exceptional=kind, reason=WHY)
    factories.dispense(by, about, [decision], at=clock.at)


def correct(by: Actor, about: Prescription, clock: Clock) -> None:
    """The last dispensing was not what it said: nothing was given of its first line."""
    last = Dispensing.objects.filter(case__prescription=about, by=by.activity_id).latest("at")
    lines = list(last.lines.all())
    decisions = [
        Decision(
            line.line_id,
            0 if n == 0 else line.quantity,
            line.line.cis,
            refusal="unsafe" if n == 0 else "",
            reason=WHY,
        )
        for n, line in enumerate(lines)
    ]
    actions.correct(
        dispensing=last, decisions=decisions, reason="Erreur", key=uuid.uuid4(), by=by, at=clock.at
    )


def report(by: Actor, about: Prescription, clock: Clock) -> None:
    """Held for forged, of which the author is told while he may."""
    open_it(by, about, clock)
    actions.report(prescription=about, key=uuid.uuid4(), by=by, at=clock.at)


ACTS: dict[str, Act] = {
    "open": open_it,
    "release": release,
    "all": _dispensed(),
    "fewer": _dispensed(fewer=True),
    "refused": _dispensed(refusal="unsafe"),
    "doubted": _dispensed(refusal="doubt"),
    "generic": _dispensed(generic=True),
    "biosimilar": _dispensed(biosimilar=True, lot="L42"),
    "urgent": _dispensed(other=True, urgent=True, instruction="1 matin et soir"),
    "shortage": _dispensed(other=True, shortage=True, instruction="1 matin et soir"),
    "goes on": goes_on,
    "correct": correct,
    "report": report,
}
# The steps that hand something over, and so make a world that differs, come first.
TELLING = ("all", "fewer", "generic", "biosimilar", "urgent", "refused", "open", "report")

steps = st.builds(
    Step,
    what=st.sampled_from(sorted(ACTS)),
    pharmacy=st.integers(0, 1),
    after=st.sampled_from([0, 1, 2, 80, 800, 2400]),
)
first_steps = st.builds(
    Step, what=st.sampled_from(TELLING), pharmacy=st.integers(0, 1), after=st.just(0)
)
lives = st.builds(lambda first, rest: [first, *rest], first_steps, st.lists(steps, max_size=3))


def live(town: Town, about: Prescription, life: list[Step], clock: Clock) -> int:
    """Lets the steps happen one after the other; gives how many did: what the law refuses does not."""
    happened = 0
    for step in life:
        clock.passes(hours=step.after)
        with suppress(Refusal, Dispensing.DoesNotExist, StopIteration), transaction.atomic():
            fresh = Prescription.objects.select_related("author__place", "subject").get(pk=about.pk)
            ACTS[step.what](town.pharmacists[step.pharmacy], fresh, clock)
            happened += 1
    return happened
