"""How long is too long on a machine that the tests share: what they promise is said, and what they bear."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARED = 5
"""Times a promise that a test bears: two processes and their servers take turns on two cores. What the guard
holds back takes longer still, or never ends; tests/load measures what is promised, on a machine of its own."""


def busy() -> float:
    """How many programs share one processor: what takes 20 s alone takes twice that between two."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """Fail when the block takes far more seconds than are promised, whoever else is at work."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < seconds * SHARED, f"{took:.1f} s for something of {seconds} s"
