"""A clock that the tests set: both worlds are read at the same moment, and time passes when a life says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from django.utils import timezone


class Clock:
    """`at`: what everybody reads on it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at


@contextmanager
def clock_at(at: datetime) -> Iterator[Clock]:
    """The portal's clock stands at this moment until it is moved."""
    clock = Clock(at)
    with patch.object(timezone, "now", clock):
        yield clock
