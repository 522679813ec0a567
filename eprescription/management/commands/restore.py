"""Restores a backup into an empty base: `manage.py restore FILE [--anchor FILE]`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from eprescription.backups.programs import ProgramError
from eprescription.backups.restoring import restore


class Command(BaseCommand):
    help = "Restore a backup into an empty base, verify its journal, and mark what may have been dispensed since."
    requires_system_checks: list[str] = []  # they read tables that are not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--anchor", type=Path, help="file that anchor_journal wrote")

    def handle(self, *args: Any, file: Path, anchor: Path | None, **options: Any) -> None:
        try:
            done = restore(file, anchor=anchor)
        except (ProgramError, OSError) as error:
            raise CommandError(str(error)) from error
        since, until = (
            f"{timezone.localtime(x):%Y-%m-%d %H:%M:%S}" for x in (done.since, done.until)
        )
        self.stdout.write(f"Restored. Acts between {since} and {until} may be lost.")
        self.stdout.write(f"{done.to_verify} open prescriptions ask the pharmacist to verify them.")
        self.stdout.write("Everybody signs in again.")
        for damage in done.damages[:20]:
            self.stdout.write(f"journal: {damage.kind}: {damage.what}")
        if done.damages:
            self.stdout.write("What the anchors know beyond this backup is lost: begin a new file.")
        else:
            self.stdout.write("The journal is whole.")
