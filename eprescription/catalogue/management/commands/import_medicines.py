"""Import an edition of the whole drug base, from a folder or from a web site."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from eprescription.catalogue.importing import (
    ADAPTERS,
    Order,
    Report,
    import_from_site,
    import_medicines,
)

SHOWN_ISSUES = 20
STEPS = 12


class Steps:
    """Tells how far the import is: a bar on a terminal, a line a step elsewhere."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._done = 0

    def __call__(self, step: str) -> None:
        self._done = min(self._done + 1, STEPS)
        if self._to.isatty():
            bar = "█" * self._done + "░" * (STEPS - self._done)
            self._to.write(f"\r\033[K{bar} {step}")
        else:
            self._to.write(f"{step}\n")
        self._to.flush()

    def end(self) -> None:
        """Leave the terminal clean."""
        if self._to.isatty():
            self._to.write("\r\033[K")
            self._to.flush()


class Command(BaseCommand):
    help = "Import an edition of the whole drug base; refused ones leave the live edition as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="a folder, or the address under which the files are")
        parser.add_argument("--adapter", choices=sorted(ADAPTERS), default="bdpm")
        parser.add_argument("--date", type=date.fromisoformat, help="of the edition (YYYY-MM-DD)")
        parser.add_argument("--usage", type=Path, help="folder of pareto.csv (Open Medic)")
        parser.add_argument("--dry-run", action="store_true", help="tell, and change nothing")
        parser.add_argument("--json-report", metavar="FILE", help="write the report (- : output)")
        parser.add_argument(
            "--force", action="store_true", help="read again, and pass the guards against shrinking"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        steps = Steps(sys.stderr)
        try:
            report = self._import(options, steps)
        finally:
            steps.end()
        self._write(report, options["json_report"])
        if report.outcome == "refused":
            raise CommandError("refused: " + "; ".join(report.refused))

    def _import(self, options: dict[str, Any], steps: Steps) -> Report:
        place = options["source"]
        order = Order(
            folder=Path(place),
            adapter=options["adapter"],
            day=options["date"],
            usage=options["usage"],
            force=options["force"],
            dry_run=options["dry_run"],
        )
        if place.startswith(("https://", "http://")):
            return import_from_site(place, order, at=timezone.now(), progress=steps)
        if not order.folder.is_dir():
            raise CommandError(f"{place} is neither a folder nor an address")
        beside = order.folder.resolve().parent.parent / "openmedic"
        if order.usage is None and beside.is_dir():
            order = replace(order, usage=beside)
        return import_medicines(order, at=timezone.now(), progress=steps)

    def _write(self, report: Report, place: str | None) -> None:
        if place == "-":
            self.stdout.write(_json(report))
            return
        if place:
            try:
                Path(place).write_text(_json(report) + "\n", encoding="utf-8")
            except OSError as wrong:
                raise CommandError(f"cannot write the report: {wrong.strerror}") from wrong
        self._tell(report)

    def _tell(self, report: Report) -> None:
        self.stdout.write(f"{report.outcome}: {report.edition or report.source}")
        self.stdout.write(", ".join(f"{count} {name}" for name, count in report.counts.items()))
        for name, change in report.changes.items():
            self.stdout.write(
                f"  {name}: {change.added} added, {change.changed} changed, {change.left} left"
            )
        for reason in report.forced:
            self.stdout.write(f"  forced: {reason}")
        for issue in report.issues[:SHOWN_ISSUES]:
            self.stdout.write(f"  {issue.file}:{issue.line}: {issue.reason}: {issue.excerpt}")
        if len(report.issues) > SHOWN_ISSUES:
            self.stdout.write(f"  and {len(report.issues) - SHOWN_ISSUES} more lines left out")
        self.stdout.write(f"{report.seconds} s")


def _json(report: Report) -> str:
    return json.dumps(report.as_json(), ensure_ascii=False, indent=2, default=str)
