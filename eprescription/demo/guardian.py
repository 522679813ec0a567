"""Outlives a killed demo by seconds, to end what the kernel's signal to its children did not.

That signal reaches the children only, and Celery can hang in its shutdown when its broker dies
in the same moment. Each child leads a process group, which holds its own descendants too.
"""

import os
import signal
import time
from contextlib import suppress

GRACE = 3.0


class Guardian:
    """A forked process at the far end of a pipe, whose closing tells it that the demo is gone."""

    def __init__(self) -> None:
        far_end, self._near_end = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            try:
                os.close(self._near_end)
                _guard(far_end)
            finally:
                os._exit(0)  # whatever happens, it must not go on as a second demo
        os.close(far_end)

    def watch(self, group: int) -> None:
        """From now on this process group must not outlive the demo."""
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """This group is gone; its number may soon be another's."""
        self._tell(f"-{group}")

    def dismiss(self) -> None:
        """Ends the watch after a clean stop."""
        os.close(self._near_end)
        os.waitpid(self._pid, 0)

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # somebody killed the guardian: nothing to do about it
            os.write(self._near_end, f"{line}\n".encode())


def _guard(pipe: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    with open(pipe) as lines:
        for line in lines:
            change = groups.add if line[0] == "+" else groups.discard
            change(int(line[1:]))
    deadline = time.monotonic() + GRACE
    while any(map(_send, groups)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int = 0) -> bool:
    """Whether the signal found a process of the group; 0 only looks."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True
