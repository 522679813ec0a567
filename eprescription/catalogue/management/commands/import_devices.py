"""Load the devices and services of the reimbursement list (LPP)."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from eprescription.catalogue.devices.loading import Loaded, Refused, load
from eprescription.catalogue.devices.nx import LONGEST_FILE, NotLpp


class Command(BaseCommand):
    help = "Load the LPP from its NX file (LPPTOT, records of 128 characters)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--date", type=date.fromisoformat, help="of the edition, YYYY-MM-DD")
        parser.add_argument(
            "--force", action="store_true", help="accept an older or much smaller edition"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                content = file.read(LONGEST_FILE + 1)
            loaded = load(content, at=timezone.now(), on=options["date"], force=options["force"])
        except OSError as error:
            raise CommandError(f"Cannot read the file: {error.strerror}.") from error
        except (NotLpp, Refused) as error:
            raise CommandError(f"Refused, the live edition stays: {error}.") from error
        self._report(loaded)

    def _report(self, loaded: Loaded) -> None:
        if loaded.unchanged:
            self.stdout.write(f"{loaded.edition}: unchanged, {loaded.codes} codes.")
            return
        self.stdout.write(f"{loaded.edition}: {loaded.codes} codes, {loaded.ended} ended.")
        for bad in loaded.bad:
            self.stderr.write(f"Record {bad.number}: {bad.reason}.")
