"""What the person at the terminal sees while the demo starts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(label: str, done: str = "prêt") -> Iterator[None]:
    """Prints a line that begins at once and ends, with its duration, when the work is done."""
    print(f"{label} … ", end="", flush=True)
    start = time.monotonic()
    yield
    seconds = f"{time.monotonic() - start:.1f}".replace(".", ",")
    print(f"{done} ({seconds} s)", flush=True)
