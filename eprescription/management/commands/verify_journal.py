"""Verifies the journal: every change, deletion, insertion, reordering and cut, with its place. Exit 0: whole; 1: not."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eprescription.audit import anchors
from eprescription.audit.verifying import Damage, verify

SHOWN = 100


class Command(BaseCommand):
    help = "Verify the seals of the journal, against the anchors of a file when it is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", type=Path, help="file that anchor_journal wrote")

    def handle(self, *args: Any, anchor: Path | None, **options: Any) -> None:
        began = time.monotonic()
        try:
            report = verify(anchors.read(anchor) if anchor else ())
        except OSError as error:
            raise CommandError(f"The anchors cannot be read: {error.strerror}") from error
        seconds = max(time.monotonic() - began, 0.001)
        for damage in report.damages[:SHOWN]:
            self.stdout.write(_sentence(damage))
        self.stdout.write(
            f"{report.links} links, {report.erased} erased rows, {report.waiting} rows wait for their seal;"
            f" {seconds:.1f} s, {report.links / seconds:.0f} a second"
        )
        if report.damages:
            raise CommandError(f"The journal is damaged: {len(report.damages)} findings.")
        self.stdout.write("The journal is whole.")


def _sentence(damage: Damage) -> str:
    places = (("link", damage.link), ("row", damage.row), ("line of the anchors", damage.line))
    told = ", ".join(f"{name} {number}" for name, number in places if number)
    return f"{damage.kind}: {told}: {damage.what}"
