"""The pushes: documents on their way to the health space, each after the one before it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from eprescription.models import Prescription, Push
from eprescription.outbox import MOST_ATTEMPTS, ON_THE_WAY, NotInTransaction, Outbox, retry_at

__all__ = [
    "MOST_ATTEMPTS",
    "PUSHES",
    "NotInTransaction",
    "dead",
    "due",
    "enqueue",
    "lag",
    "lease",
    "retry_at",
    "revive",
]


def _none_goes_before() -> Q:
    """No document comes before the earlier one of the same prescription."""
    earlier = Push.objects.filter(
        prescription=OuterRef("prescription"),
        created_at__lt=OuterRef("created_at"),
        state__in=ON_THE_WAY,
    )
    return ~Q(Exists(earlier))


PUSHES = Outbox(
    "push",
    Push,
    task="eprescription.tasks.deliver_push",
    done="delivered_at",
    free=_none_goes_before,
)
lease, due, dead, revive, lag = PUSHES.lease, PUSHES.due, PUSHES.dead, PUSHES.revive, PUSHES.lag


def enqueue(prescription: Prescription, *, occasion: str, at: datetime) -> Push:
    """Writes the push with the act and wakes a worker on commit, at best. Raises NotInTransaction outside one."""
    push = Push(prescription=prescription, occasion=occasion, created_at=at, next_at=at)
    PUSHES.announce(push)
    push.save(force_insert=True)
    return push
