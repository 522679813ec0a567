"""What clients were told, what the base holds, what the receiver holds: three accounts that must agree."""

import threading
import time
from collections import Counter
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.models import Count, F, Max

from eprescription.models import (
    Balance,
    Claim,
    Deed,
    Dispensing,
    JournalEntry,
    Prescription,
    PrescriptionState,
    Push,
    PushState,
    RegisterEntry,
)
from eprescription.outbox import ON_THE_WAY
from patients.models import ReceivedDocument


class Watch:
    """How long each document was on its way, by a clock that nobody moves; the base may be gone for a moment."""

    def __init__(self) -> None:
        self.since: dict[UUID, float] = {}
        self.longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join(10)

    def _look(self) -> None:
        while not self._over.wait(0.5):
            try:
                self._note(
                    set(Push.objects.filter(state__in=ON_THE_WAY).values_list("pk", flat=True))
                )
            except OperationalError:
                connections.close_all()
        connections.close_all()

    def _note(self, waiting: set[UUID]) -> None:
        now = time.monotonic()
        for pk in waiting - self.since.keys():
            self.since[pk] = now
        self.longest = max([self.longest, *(now - self.since[pk] for pk in waiting)])
        self.since = {pk: at for pk, at in self.since.items() if pk in waiting}


def compare(outcome: Any, told: list[tuple[UUID, UUID]], *, within: float) -> None:
    """Waits until all has left, then fills `outcome`."""
    outcome.signed, outcome.dispensed = len({p for p, _d in told}), len({d for _p, d in told})
    outcome.drained_in = _drain(outcome, within)
    _acts(outcome, told)
    _documents(outcome)


def _drain(outcome: Any, within: float) -> float:
    """Until nothing is on its way; what was given up is sent again by the operator's command."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        dead = Push.objects.filter(state=PushState.DEAD).count()
        if dead:
            outcome.dead += dead
            call_command("retry_pushes")
        if not Push.objects.exclude(state=PushState.DELIVERED).exists():
            break
        time.sleep(0.5)
    left = Push.objects.exclude(state=PushState.DELIVERED)
    outcome.stuck = [f"push {p.pk} {p.state} {p.attempts} {p.last_code}" for p in left]
    return round(time.monotonic() - began, 1)


def _acts(outcome: Any, told: list[tuple[UUID, UUID]]) -> None:
    issued = set(
        Prescription.objects.filter(state=PrescriptionState.ISSUED).values_list("pk", flat=True)
    )
    done = Counter(Dispensing.objects.values_list("case__prescription", flat=True))
    pairs = set(Dispensing.objects.values_list("case__prescription", "pk"))
    outcome.lost += [f"signature {p}" for p, _d in told if p not in issued]
    outcome.lost += [f"dispensing {d}" for p, d in told if (p, d) not in pairs]
    outcome.lost += [f"never told {p}" for p in issued - {p for p, _d in told}]
    outcome.doubled += [f"dispensed {n} times {p}" for p, n in done.items() if n > 1]
    wrong = Balance.objects.exclude(dispensed=F("total")).filter(case__prescription__in=issued)
    outcome.lost += [f"balance {b.pk}" for b in wrong]
    outcome.stuck += [f"claim {c.pk}" for c in Claim.objects.filter(ended_at=None)]
    for deed, number in ((Deed.SIGNED, len(issued)), (Deed.DISPENSED, len(pairs))):
        rows = JournalEntry.objects.filter(deed=deed, outcome="done").count()
        if rows != number:
            outcome.lost.append(f"journal {deed}: {rows} rows for {number} acts")
    for register in RegisterEntry.objects.values("pharmacy").annotate(
        n=Count("pk"), last=Max("number")
    ):
        if register["n"] != register["last"]:
            outcome.lost.append(f"a gap in register {register['pharmacy']}")


def _documents(outcome: Any) -> None:
    pushes = list(Push.objects.values_list("pk", "delivered_at"))
    received = Counter(ReceivedDocument.objects.values_list("key", flat=True))
    outcome.pushes = len(pushes)
    outcome.lost += [f"document {pk}" for pk, there in pushes if there and not received[pk]]
    outcome.doubled += [f"document {key} {n} times" for key, n in received.items() if n > 1]
