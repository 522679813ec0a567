"""What stands in a space, and whose word counts there."""

from datetime import datetime

from eprescription.actor import Actor
from eprescription.permissions import oppositions_of
from eprescription.representing import deciders
from patients.choices import Standing, Voice


def standing_of(by: Actor, *, at: datetime) -> Standing:
    """What stands in this space, and whose word counts there."""
    rows = oppositions_of(by).filter(until=None).prefetch_related("consents")
    return Standing(rows, _voice(by, at))


def _voice(by: Actor, at: datetime) -> Voice:
    """Who has no record of his own yet decides for nobody here."""
    if by.subject_id is None:
        return Voice(by.user_id, frozenset())
    alone = deciders(by.subject_id, secret=True, at=at)
    return Voice(by.user_id, deciders(by.subject_id, at=at), alone=alone)


def awaits_word(by: Actor, *, at: datetime) -> bool:
    """Whether another has agreed that an opposition ends, and this person's word is the one that misses."""
    agreed = oppositions_of(by).filter(until=None, consents__until=None, consents__isnull=False)
    rows = list(agreed.distinct().select_related("prescription").prefetch_related("consents"))
    if not rows or by.subject_id is None:
        return False
    whose = deciders(by.subject_id, at=at)
    said = [{c.user_id for c in row.consents.all() if c.until is None} for row in rows]
    return by.user_id in whose and any(by.user_id not in words and words & whose for words in said)


def any_opposition(by: Actor) -> bool:
    """Whether some opposition of his still stands."""
    return oppositions_of(by).filter(until=None).exists()
