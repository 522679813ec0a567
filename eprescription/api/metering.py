"""How often a software may call: for one professional, and for all. Counted in the base, so that no outage opens it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from eprescription import limits
from eprescription.api.problems import Problem
from eprescription.models import Software, SoftwareCall

MINUTE = timedelta(minutes=1)
KEPT = timedelta(hours=1)

_COUNT = """
    INSERT INTO eprescription_softwarecall (software_id, activity_id, minute, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (software_id, activity_id, minute) DO UPDATE SET count = eprescription_softwarecall.count + 1
    RETURNING count
"""


def count(software: Software, activity_id: UUID, *, at: datetime) -> None:
    """Counts a call, whatever becomes of it. Raises Problem (429) beyond a limit of this minute."""
    minute = at.replace(second=0, microsecond=0)
    his = _counted(software, activity_id, minute)
    if his == 1:
        SoftwareCall.objects.filter(minute__lt=at - KEPT).delete()
    if his > limits.CALLS_OF_A_PROFESSIONAL_PER_MINUTE:
        raise _too_many("this professional", minute)
    if _counted(software, None, minute) > limits.CALLS_OF_A_SOFTWARE_PER_MINUTE:
        raise _too_many("this software", minute)


def _counted(software: Software, activity_id: UUID | None, minute: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [software.pk, activity_id, minute])
        return int(cursor.fetchone()[0])


def _too_many(whose: str, minute: datetime) -> Problem:
    text = f"Too many calls for {whose} this minute. Retry-After says when to call again."
    return Problem(429, "too_many_calls", text, again_at=minute + MINUTE)
