"""The bound on frames of the camera: a camera left on stops, and decoding never fills a process.

Counted in the memory of each process, per pharmacist and minute: a frame is not worth a write to the base.
"""

import time
from collections import Counter
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.refusal import Refusal

PER_MINUTE = 300
"""The page sends four a second, 240 a minute."""
_seen: Counter[tuple[UUID, int]] = Counter()


class TooManyFrames(Refusal):
    """The camera rests until the next minute; it says nothing of any code."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "too_many_frames",
            _("La caméra a regardé longtemps sans rien trouver. Relancez-la dans une minute."),
        )


def count(by: Actor) -> None:
    """Counts one frame of this pharmacist; raises TooManyFrames beyond the bound."""
    minute = _minute()
    for old in [key for key in list(_seen) if key[1] != minute]:
        _seen.pop(old, None)
    _seen[by.activity_id, minute] += 1
    if _seen[by.activity_id, minute] > PER_MINUTE:
        raise TooManyFrames


def _minute() -> int:
    return int(time.monotonic() // 60)
