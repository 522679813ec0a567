"""The limit on codes that miss: guessing is slow, a counter with a bad scanner is not punished for long."""

import hashlib
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.identity.crypto import indexes
from eprescription.identity.keys import index_keys
from eprescription.refusal import Refusal
from pharmacies.models import Miss

WINDOW = timedelta(minutes=10)
PER_PHARMACIST, PER_PHARMACY, PER_ADDRESS = 10, 30, 60


class TooManyMisses(Refusal):
    """Too many codes missed: even a right one waits."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "too_many_misses",
            _("Trop de codes refusés. Réessayez dans dix minutes, ou appelez le prescripteur."),
        )


def check(*, by: Actor, address: str, at: datetime) -> None:
    """Raises TooManyMisses when too many codes missed within ten minutes."""
    assert by.place_id  # a pharmacist works somewhere
    mine = Q(activity_id=by.activity_id) | Q(place_id=by.place_id) | Q(address__in=_hashed(address))
    recent = Miss.objects.filter(mine, at__gt=at - WINDOW)
    counts = recent.aggregate(
        person=Count("pk", filter=Q(activity_id=by.activity_id)),
        place=Count("pk", filter=Q(place_id=by.place_id)),
        address=Count("pk", filter=Q(address__in=_hashed(address))),
    )
    limits = {"person": PER_PHARMACIST, "place": PER_PHARMACY, "address": PER_ADDRESS}
    if any(counts[name] >= limit for name, limit in limits.items()):
        raise TooManyMisses


def note(*, by: Actor, address: str, at: datetime) -> None:
    """Counts one miss, or raises TooManyMisses. One at a time for a pharmacy and for an address.

    Parallel guesses that all passed `check` are told apart here: no more of them get an answer than the limit.
    """
    assert connection.in_atomic_block and by.place_id
    _wait_for_turn(f"place {by.place_id}", f"address {address}")
    check(by=by, address=address, at=at)
    forget(at=at)
    Miss.objects.create(
        at=at, activity_id=by.activity_id, place_id=by.place_id, address=_hashed(address)[0]
    )


def forget(*, at: datetime) -> None:
    """Misses are of no use after their window."""
    Miss.objects.filter(at__lt=at - 6 * WINDOW).delete()


def _wait_for_turn(*names: str) -> None:
    """Locks until the end of the transaction, always in the same order so that nobody waits in a circle."""
    keys = sorted(
        int.from_bytes(hashlib.sha256(f"miss {name}".encode()).digest()[:8], signed=True)
        for name in names
    )
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _hashed(address: str) -> list[bytes]:
    """Under the present key first; under a former one too, so that a change of keys gives no new tries."""
    purpose = "pharmacies.miss.address"
    return indexes(address, keys=index_keys(purpose), purpose=purpose)
