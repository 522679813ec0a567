"""One demo a folder, and no start on top of what a killed demo has left."""

import fcntl
import os
import time
from pathlib import Path

from eprescription.demo.child import DemoError

PATIENCE = 15.0


def only_one(folder: Path) -> int:
    """Takes the folder for this process, or says who has it; freed when the process ends."""
    lock = _open(folder / "supervisor.lock")
    if not _take(lock):
        pid = os.pread(lock, 20, 0).decode()
        raise DemoError(f"Une démo tourne déjà dans {folder} (processus {pid}).")
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def nothing_left(folder: Path) -> int:
    """Waits for the last descendant of an earlier demo, and returns the lock to hand down.

    Every descendant inherits the open file, so the kernel itself knows whether one is left.
    """
    lock = _open(folder / "children.lock")
    deadline = time.monotonic() + PATIENCE
    while not _take(lock):
        if time.monotonic() > deadline:
            raise DemoError(f"Des processus d'une démo précédente tiennent encore {folder}.")
        time.sleep(0.1)
    return lock


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
