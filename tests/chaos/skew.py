"""A clock that runs ahead or behind, in a process of the portal: its base and the others keep the right time.

Imported first by the web server and the worker of the rig (`tests.chaos.skewed_web`, `tests.chaos.skewed_tasks`). How far
it is off stands in a file of the folder CHAOS_CLOCK, in seconds, read each time: the clock jumps while they work.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

_right = timezone.now
_whose = ["web"]


def _now() -> datetime:
    try:
        file = Path(os.environ["CHAOS_CLOCK"]) / _whose[0]
        return _right() + timedelta(seconds=float(file.read_text()))
    except (OSError, ValueError):  # it is being written
        return _right()


def be(whose: str) -> None:
    """The clock of this process is that of `whose` machine."""
    _whose[0] = whose


timezone.now = _now
