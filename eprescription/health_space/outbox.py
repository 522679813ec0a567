"""The outbox: a row in the transaction of the act, a lease for the worker, a sweep for what was forgotten."""

import uuid
from datetime import datetime, timedelta
from random import SystemRandom

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from eprescription.health_space.waking import wake
from eprescription.lifecycle import move
from eprescription.models import Prescription, Push, PushState

BASE, CAP, MOST_ATTEMPTS = 5.0, 3600.0, 8
_random = SystemRandom()


class NotInTransaction(RuntimeError):
    """A push that is not part of an act could be announced for an act that never was."""


def enqueue(prescription: Prescription, *, occasion: str, at: datetime) -> Push:
    """Writes the push with the act and wakes a worker on commit, at best. Raises NotInTransaction outside one."""
    if not connection.in_atomic_block:
        raise NotInTransaction
    push = Push.objects.create(
        prescription=prescription, occasion=occasion, created_at=at, next_at=at
    )
    transaction.on_commit(lambda: wake(push.pk), robust=True)
    return push


def lease(push_id: uuid.UUID, *, at: datetime) -> Push | None:
    """Takes one due push for the time of a lease and counts the attempt before it is made; None when it is not due."""
    with transaction.atomic():
        rows = Push.objects.select_for_update(skip_locked=True, of=("self",))
        push = rows.filter(_due(at), pk=push_id).first()
        if push is None:
            return None
        move(
            push,
            PushState.SENDING,
            by=None,
            at=at,
            attempts=push.attempts + 1,
            leased_until=at + settings.PUSH_LEASE,
            next_at=at + settings.PUSH_LEASE,
        )
    return push


def due(*, at: datetime, limit: int = 100) -> list[uuid.UUID]:
    """Ids of the pushes that wait for a worker, oldest first."""
    rows = Push.objects.filter(_due(at)).order_by("next_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def dead() -> QuerySet[Push]:
    """The pushes that were given up, oldest first: an operator looks at them."""
    return Push.objects.filter(state=PushState.DEAD).order_by("created_at")


def revive(push: Push, *, at: datetime) -> None:
    """Lets a push that was given up try its eight times again."""
    move(push, PushState.WAITING, by=None, at=at, attempts=0, next_at=at)


def retry_at(attempts: int, at: datetime) -> datetime:
    """Full jitter: between 1 s and the doubling ceiling, which stops at an hour."""
    ceiling = min(CAP, BASE * 2 ** (attempts - 1))
    return at + timedelta(seconds=_random.uniform(1.0, max(1.0, ceiling)))


def lag(at: datetime) -> timedelta:
    """How long the oldest undelivered push has been waiting."""
    rows = Push.objects.filter(state__in=[PushState.WAITING, PushState.SENDING])
    oldest = rows.order_by("created_at").values_list("created_at", flat=True).first()
    return at - oldest if oldest else timedelta(0)


def _due(at: datetime) -> Q:
    """Waiting or forgotten, and no earlier document of the same prescription is still on its way."""
    waiting = Q(state=PushState.WAITING, next_at__lte=at)
    forgotten = Q(state=PushState.SENDING, leased_until__lte=at)
    earlier = Push.objects.filter(
        prescription=OuterRef("prescription"),
        created_at__lt=OuterRef("created_at"),
        state__in=[PushState.WAITING, PushState.SENDING],
    )
    return (waiting | forgotten) & Q(~Exists(earlier))
