"""Verifies the second code of an ordonnance, or of a downtime sheet, without portal and without database.

    manage.py verify_code --keys keys.json < code.txt      the list saved from /verifier/cles.json
    manage.py verify_code --keys keys.json --lines lines.txt < code.txt

The code comes by the standard input: arguments stand in the list of processes. Without `--keys`, the keys of this
installation are used (its environment), and nothing is known of what was cancelled.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from eprescription.documents.attestation import Book, keys, verify
from eprescription.documents.number import grouped


class Command(BaseCommand):
    """Prints what a true code says; exits with 1 and a reason when it is not to be trusted."""

    help = "Verify the second code of an ordonnance offline (code on the standard input)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keys", type=Path, help="the published list, as saved")
        parser.add_argument("--lines", type=Path, help="the lines of the paper, one a row")
        parser.add_argument("--names", action="store_true", help="print the names of the keys")

    def handle(self, *args: Any, **options: Any) -> None:
        book = _saved(options["keys"]) if options["keys"] else _own()
        if options["names"]:
            self._print_names(book)
            return
        lines = options["lines"].read_text(encoding="utf-8") if options["lines"] else ""
        verdict = verify(sys.stdin.read(), book, on=timezone.localdate(), lines=lines)
        if verdict.attested:
            what = verdict.attested
            self.stdout.write(f"{what.kind.name.lower()} {grouped(what.number)}")
            self.stdout.write(f"prescriber {what.prescriber or 'without RPPS'}")
            self.stdout.write(f"issued {what.issued_on}, expires {what.expires_on}")
            self.stdout.write(f"{what.lines} lines, {what.boxes} boxes")
        if verdict.problem:
            raise CommandError(f"Not to be trusted: {verdict.problem}.")
        self.stdout.write("True.")

    def _print_names(self, book: Book) -> None:
        for name, public in book.keys.items():
            mark = " revoked" if name in book.revoked else ""
            self.stdout.write(f"{name.hex()} {base64.b64encode(public).decode()}{mark}")


def _saved(file: Path) -> Book:
    try:
        return Book.read(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise CommandError(f"{file} is not the published list of keys.") from wrong


def _own() -> Book:
    return Book(dict(keys.public_halves()), keys.revoked(), frozenset(), "")
