"""The limit on codes that miss: guessing is slow, a counter with a bad scanner is not punished for long."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.identity.crypto import blind_index
from pharmacies.models import Miss

WINDOW = timedelta(minutes=10)
PER_PHARMACIST, PER_PHARMACY, PER_ADDRESS = 10, 30, 60


class TooManyMisses(Exception):
    """Never leaves this module as it is: see `check`."""


def check(*, by: Actor, address: str, at: datetime) -> None:
    """Raises Refusal when too many codes missed within ten minutes."""
    from eprescription.refusal import Refusal

    recent = Miss.objects.filter(at__gt=at - WINDOW)
    counts = (
        (recent.filter(activity_id=by.activity_id), PER_PHARMACIST),
        (recent.filter(place_id=by.place_id), PER_PHARMACY),
        (recent.filter(address=_hashed(address)), PER_ADDRESS),
    )
    if any(rows.count() >= limit for rows, limit in counts):
        refusal = Refusal(
            "too_many_misses",
            _("Trop de codes refusés. Réessayez dans dix minutes, ou appelez le prescripteur."),
        )
        refusal.status = 429
        raise refusal


def note(*, by: Actor, address: str, at: datetime) -> None:
    """Counts one miss, one after the other for a pharmacist, so that parallel guesses are all counted."""
    assert connection.in_atomic_block
    Miss.objects.create(
        at=at, activity_id=by.activity_id, place_id=by.place_id, address=_hashed(address)
    )


def forget(*, at: datetime) -> None:
    """Misses are of no use after their window."""
    with transaction.atomic():
        Miss.objects.filter(at__lt=at - 6 * WINDOW).delete()


def _hashed(address: str) -> bytes:
    return blind_index(address, key=settings.INDEX_KEY.encode(), purpose="pharmacies.miss.address")
