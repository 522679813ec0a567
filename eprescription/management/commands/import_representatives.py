"""Takes the links of the registry: a file of pairs of INS, all of it or nothing. A report names lines by number alone."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from eprescription.registry import COLUMNS, MOST_LINES, Report, take


class Command(BaseCommand):
    help = (
        f"Import who stands for whom from a CSV file ({';'.join(COLUMNS)}; days as 2026-05-20; "
        f"at most {MOST_LINES} lines). A line with its column `ended` filled ends the link. "
        "One wrong line and nothing is done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file, or - for the standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}") from error
        report = take(content, at=timezone.now())
        for fault in report.faults:
            self.stderr.write(f"line {fault.line}: {fault.code}")
        if report.faults:
            raise CommandError(f"{len(report.faults)} wrong lines: nothing was done")
        self.stdout.write(_said(report))


def _said(report: Report) -> str:
    return f"{report.linked} linked, {report.ended} ended, {report.same} already so"
