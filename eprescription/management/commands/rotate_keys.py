"""Brings every sealed and indexed row under the present FIELD_KEY and INDEX_KEY, while the portal works.

1. Everywhere: FIELD_KEY_FORMER=<the new key>, so that all processes open what will be sealed under it.
2. Everywhere: FIELD_KEY=<the new key>, FIELD_KEY_FORMER=<the old key>.
3. `manage.py rotate_keys`; killed or not, begin it again until it says that the former keys may be removed.
On one machine the first step is not needed. INDEX_KEY goes the same way.
"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eprescription.rotating import BATCH, AlreadyRotating, Progress, left, rotate


class Command(BaseCommand):
    help = "Change the keys of the portal: re-seal and re-index every row, resumable, under load."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH)
        parser.add_argument("--check", action="store_true", help="only say what is left to do")

    def handle(self, *args: Any, batch: int, check: bool, **options: Any) -> None:
        if not check:
            self._rotate(batch)
        remaining = left()
        for name, count in remaining.items():
            self.stdout.write(f"{name}: {count} rows are still under a former key")
        if remaining:
            raise CommandError("Keep FIELD_KEY_FORMER and INDEX_KEY_FORMER, and begin again.")
        self.stdout.write(
            "Every row is under the present keys. FIELD_KEY_FORMER and INDEX_KEY_FORMER may be removed once no process"
            " runs with the old settings. A personal code of the counter that was not used meanwhile is chosen again."
        )

    def _rotate(self, batch: int) -> None:
        began, told = time.monotonic(), ""
        try:
            for progress in rotate(batch=batch):
                told = self._tell(progress, told)
        except AlreadyRotating as error:
            raise CommandError("Another process changes the keys at this moment.") from error
        self.stdout.write(f"{time.monotonic() - began:.1f} s")

    def _tell(self, progress: Progress, told: str) -> str:
        """One line a table and per cent; each damaged row by its key."""
        whole = progress.done + progress.left
        line = f"{progress.place}: {100 * progress.done // max(whole, 1)} % of {whole}"
        if line != told:
            self.stdout.write(line)
        if not progress.left or progress.left == len(progress.closed):
            for key in progress.closed:
                self.stderr.write(f"{progress.place}: row {key} opens under no key")
        return line
