"""The pushes: documents on their way to the health space, each after the one before it."""

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q

from eprescription.anonymity import is_anonymous
from eprescription.clock import shared_now
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


def _in_turn(prescription: Prescription, at: datetime) -> tuple[datetime, datetime]:
    """When it began, and when it is due. A clock that runs ahead holds nothing back; one that runs behind puts nothing
    before what was written earlier: several machines write the documents of one prescription."""
    now = min(at, shared_now())
    last = Push.objects.filter(prescription=prescription).aggregate(at=Max("created_at"))["at"]
    return (max(now, last + timedelta(microseconds=1)) if last else now), now


def enqueue(prescription: Prescription, *, occasion: str, at: datetime) -> Push | None:
    """Writes the push with the act and wakes a worker on commit, at best. Raises NotInTransaction outside one.

    None for an anonymous prescription: there is no health space that it could leave for.
    """
    if is_anonymous(prescription):
        return None
    began, due_at = _in_turn(prescription, at)
    push = Push(prescription=prescription, occasion=occasion, created_at=began, next_at=due_at)
    PUSHES.announce(push)
    push.save(force_insert=True)
    return push
