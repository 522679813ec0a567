"""The measures go on to run: a figure that nobody can take again is no figure.

They run by name, on a machine of their own (README, Speed); here only a small one, whose times say nothing.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.mail_servers import free_port
from tests.shared_data import shared_data

ROOT = Path(__file__).parent.parent
SMALL = ["--prescriptions", "2000", "--seconds", "0.5", "--clients", "2", "--pause", "0.2"]


def test_the_counter_can_be_measured() -> None:
    """Given the whole base, when the counter is measured small, then each operation was done and has its floor."""
    shared_data("bdpm", "2026-05")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.load.counter", *SMALL, "--port", str(free_port())],
        cwd=ROOT,
        env=_of_nobody(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    at_work, without_pause = ran.stdout.strip().split("\n\n")
    for table in (at_work, without_pause):
        rows = [line for line in table.splitlines() if re.search(r"\| \d", line)]
        assert len(rows) == 10, table


def _of_nobody() -> dict[str, str]:
    """The environment without what the tests' own servers have put there: a measure starts its own."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "PORTAL_DATA")
    return {name: os.environ[name] for name in kept if name in os.environ}
