"""Load an edition of the drug interactions of the ANSM."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from eprescription.catalogue.interactions.loading import Report, import_interactions


class Command(BaseCommand):
    help = (
        "Load an edition of the drug interactions (thesaurus of the ANSM, or its Open Data) from a "
        "directory. The same set again changes nothing; a damaged one is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the edition is, its date, and what to do with it."""
        parser.add_argument("directory", type=Path)
        parser.add_argument("--date", type=_date, help="of the edition, YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
        parser.add_argument("--json-report", metavar="FILE", help="write a report; - is the output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, say what was done, and fail when the set is refused."""
        report = import_interactions(
            options["directory"],
            at=timezone.now(),
            on=options["date"],
            dry_run=options["dry_run"],
        )
        self._report(report, options["json_report"])
        if report.refused:
            raise CommandError(f"Refused, the live edition stays: {report.refused}.")

    def _report(self, report: Report, where: str | None) -> None:
        if where != "-":
            for line in _sentences(report):
                self.stdout.write(line)
        if where:
            told = json.dumps(asdict(report), ensure_ascii=False, indent=2)
            if where == "-":
                self.stdout.write(told)
            else:
                self._save(Path(where), told)

    def _save(self, path: Path, told: str) -> None:
        try:
            path.write_text(told + "\n", encoding="utf-8")
        except OSError as wrong:
            raise CommandError(f"The report cannot be written: {wrong.strerror}.") from wrong


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _sentences(report: Report) -> list[str]:
    """What a report says, in lines for a terminal; a refusal is said by the error."""
    if report.refused:
        return []
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    diff = ", ".join(f"{count} {name}" for name, count in report.diff.items())
    lines = [f"{report.edition}: {report.status} in {report.seconds} s ({counts})."]
    lines += [f"Entries: {diff}."] if diff else []
    lines += [f"{p.file}, line {p.line}: {p.reason}." for p in report.issues]
    return lines
