"""A real Celery worker in a process of its own, with its beat, on the base and the broker of the tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.eprescription.health_space.receivers import environment_of_tests

ROOT = Path(__file__).resolve().parents[3]


class Worker:
    """Starts at once; `kill` is a power cut: no process of it gets a chance to tidy up."""

    def __init__(self, folder: Path, *, database: str, health_space: str) -> None:
        self.folder = folder
        self._environment = environment_of_tests(database, health_space, PUSH_LEASE_SECONDS="2")
        self.start()

    def start(self) -> None:
        schedule = str(self.folder / "schedule")
        command = [sys.executable, "-m", "celery", "-A", "eprescription", "worker", "-B"]
        command += ["-c", "2", "-s", schedule, "--loglevel", "warning", "--without-mingle"]
        self._log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [*command, "--without-gossip"],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGKILL if self._process.poll() is not None else signal.SIGTERM)

    def _end(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
            self._process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self._process.kill()
        self._process.wait()
        self._log.close()


def eventually(condition: Callable[[], bool], seconds: float) -> float:
    """Waits until `condition` holds and returns for how long; fails after `seconds`."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began
