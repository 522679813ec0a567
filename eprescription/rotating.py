"""Changes the keys of the portal while it works: every sealed and indexed row, batch by batch, each with its warrant."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from eprescription.audit.journal import record
from eprescription.identity.rotation import PLACES, Place, renew_batch
from eprescription.models import Deed, Warrant

BATCH = 200  # some tens of milliseconds: nobody who wants one of these rows waits longer
WALKS = 5  # over one table, for the rows that others held
LOCK = 7_204_713  # one rotation at a time; the number is only ours


class AlreadyRotating(RuntimeError):
    """Another process changes the keys at this moment."""


@dataclass
class Progress:
    """How far one table is."""

    place: str
    done: int
    left: int
    closed: list[Any] = field(default_factory=list)


def rotate(*, batch: int = BATCH) -> Iterator[Progress]:
    """Renews all that is not under the present keys and tells how far it is, after each batch.

    It may be killed at any moment and begun again. Raises AlreadyRotating.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            raise AlreadyRotating
    try:
        for place in PLACES:
            yield from _rotate(place, batch)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def left() -> dict[str, int]:
    """How many rows of each table are under a former key; nothing once they may be forgotten."""
    counts = {place.name: place.stale().count() for place in PLACES}
    return {name: count for name, count in counts.items() if count}


def _rotate(place: Place, batch: int) -> Iterator[Progress]:
    progress = Progress(place.name, 0, place.stale().count())
    if not progress.left:
        return
    with transaction.atomic():
        record(Deed.ROTATED, by=None, code=place.name[:40])
    for walk in range(WALKS):
        time.sleep(walk * 0.2)
        yield from _walk(place, batch, progress)
        progress.left = place.stale().count()
        if progress.left <= len(progress.closed):
            break
    yield progress


def _walk(place: Place, batch: int, progress: Progress) -> Iterator[Progress]:
    after: Any = None
    progress.closed = []
    while True:
        with transaction.atomic():
            Warrant.objects.create(kind=Warrant.Kind.ROTATION, reason=place.name)
            step = renew_batch(place, after=after, limit=batch)
        progress.done += step.renewed
        progress.left = max(progress.left - step.renewed, 0)
        progress.closed += step.closed
        if step.last is None:
            return
        after = step.last
        yield progress
