"""What leaves the portal: a row in the transaction of the act, a lease for the worker, a sweep for what was forgotten.

One `Outbox` for each kind of row. All have the same columns: state (of `PushState`), attempts, created_at, next_at,
leased_until, last_code. The lease is the right to send; each attempt is counted before it is made.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from eprescription.lifecycle import move
from eprescription.models import PushState
from eprescription.refusal import Overtaken
from eprescription.waking import wake

BASE, CAP, MOST_ATTEMPTS = 5.0, 3600.0, 8
ON_THE_WAY = [PushState.WAITING, PushState.SENDING]

log = logging.getLogger(__name__)
_random = SystemRandom()


class NotInTransaction(RuntimeError):
    """A row that is not part of an act could be announced for an act that never was."""


@dataclass(frozen=True)
class Answer:
    """`delivered` also when the receiver already had it; `final`: trying again would not help."""

    delivered: bool
    final: bool
    code: str
    took: timedelta = timedelta(0)


Outcome = tuple[PushState, Answer]


@dataclass(frozen=True)
class Outbox:
    """One kind of row that leaves. `done`: its column of the moment of arrival; `free`: what else a due row must be."""

    name: str
    model: Any
    task: str  # by name: the tasks import who imports this
    done: str
    free: Callable[[], Q] = Q

    def announce(self, row: Any) -> None:
        """Wakes a worker on commit, at best. Raises NotInTransaction outside the act."""
        if not connection.in_atomic_block:
            raise NotInTransaction
        transaction.on_commit(lambda: wake(self.task, row.pk), robust=True)

    def lease(self, pk: uuid.UUID, *, at: datetime) -> Any | None:
        """Takes one due row for the time of a lease and counts the attempt; None when it is not due."""
        until = at + settings.PUSH_LEASE
        with transaction.atomic():
            rows = self.model.objects.select_for_update(skip_locked=True, of=("self",))
            row = rows.filter(self._due(at), pk=pk).first()
            if row is None:
                return None
            attempts = row.attempts + 1
            changes = {"attempts": attempts, "leased_until": until, "next_at": until}
            move(row, PushState.SENDING, by=None, at=at, **changes)
        return row

    def due(self, *, at: datetime, limit: int = 100) -> list[uuid.UUID]:
        """Ids of the rows that wait for a worker, oldest first."""
        rows = self.model.objects.filter(self._due(at)).order_by("next_at")
        return list(rows.values_list("pk", flat=True)[:limit])

    def dead(self) -> QuerySet[Any]:
        """The rows that were given up, oldest first: an operator looks at them."""
        return self.model.objects.filter(state=PushState.DEAD).order_by("created_at")

    def revive(self, row: Any, *, at: datetime) -> None:
        """Lets a row that was given up try its eight times again."""
        move(row, PushState.WAITING, by=None, at=at, attempts=0, next_at=at)

    def lag(self, at: datetime) -> timedelta:
        """How long the oldest row on its way has been waiting."""
        rows = self.model.objects.filter(state__in=ON_THE_WAY).order_by("created_at")
        oldest = rows.values_list("created_at", flat=True).first()
        return at - oldest if oldest else timedelta(0)

    def deliver(
        self,
        pk: uuid.UUID,
        *,
        send: Callable[[Any], Outcome],
        trace: Callable[[Any, Answer], None],
        at: datetime,
    ) -> Any | None:
        """Sends one due row once; returns it with its new state, or None when it was not due.

        Who comes back after his lease has ended, and finds the row in other hands, lets go. `trace` writes the journal
        in the transaction of the new state.
        """
        row = self.lease(pk, at=at)
        if row is None:
            return None
        lost = PushState.DEAD, Answer(False, True, "workers_lost")
        # Beyond the last attempt, each of the attempts took its worker down with it.
        state, answer = lost if row.attempts > MOST_ATTEMPTS else send(row)
        try:
            with transaction.atomic():
                move(row, state, by=None, at=at, **self._changes(row, state, answer, at))
                trace(row, answer)
        except Overtaken:
            log.warning("%s_overtaken %s", self.name, row.pk)
            return None
        if state is PushState.DEAD:
            log.error("%s_dead %s %s", self.name, row.pk, answer.code)
        return row

    def _changes(self, row: Any, state: PushState, answer: Answer, at: datetime) -> dict[str, Any]:
        done_at = at + answer.took
        changes: dict[str, Any] = {"last_code": answer.code, "leased_until": None}
        if state is PushState.WAITING:
            changes["next_at"] = retry_at(row.attempts, done_at)
        if state is PushState.DELIVERED:
            changes[self.done] = done_at
        return changes

    def _due(self, at: datetime) -> Q:
        waiting = Q(state=PushState.WAITING, next_at__lte=at)
        forgotten = Q(state=PushState.SENDING, leased_until__lte=at)
        return (waiting | forgotten) & self.free()


def outcome_of(row: Any, answer: Answer) -> Outcome:
    """What an answer makes of a row: there, tried again later, or given up."""
    if answer.delivered:
        return PushState.DELIVERED, answer
    last = answer.final or row.attempts >= MOST_ATTEMPTS
    return PushState.DEAD if last else PushState.WAITING, answer


def withheld(code: str) -> Outcome:
    """It may not leave any more, and why."""
    return PushState.WITHHELD, Answer(False, True, code[:40])


def retry_at(attempts: int, at: datetime) -> datetime:
    """Full jitter: between 1 s and the doubling ceiling, which stops at an hour."""
    ceiling = min(CAP, BASE * 2 ** (attempts - 1))
    return at + timedelta(seconds=_random.uniform(1.0, max(1.0, ceiling)))
