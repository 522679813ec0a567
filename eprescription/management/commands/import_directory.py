"""Takes an extract of the national directory; activities that it lists no more end, and the sessions with them."""

import sys
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from eprescription.national.directory import Unusable, take

ADVICE = {
    "too_few_people": "Much fewer people than in the last extract. If that is true: --accept-losses",
    "would_end_too_many": "Too many professionals of the portal are gone. If that is true: --accept-losses",
}


class Command(BaseCommand):
    help = (
        "Import the public extract of the national directory (Annuaire Santé, PS_LibreAcces_Personne_activite, "
        "text with pipes). A file that was cut is refused whole; nothing is deleted, activities end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the text file, or - for the standard input")
        parser.add_argument("--accept-losses", action="store_true", help="somebody looked: take it")

    def handle(self, *args: Any, file: str, accept_losses: bool, **options: Any) -> None:
        with ExitStack() as stack:
            try:
                source = sys.stdin.buffer if file == "-" else stack.enter_context(open(file, "rb"))
                report = take(source, at=timezone.now(), accept_losses=accept_losses)
            except OSError as error:
                raise CommandError(f"The file cannot be read: {error.strerror}") from error
            except Unusable as why:
                raise CommandError(f"{why}. {ADVICE.get(why.code, 'Nothing was done.')}") from why
        self.stdout.write(
            f"{report.lines} lines, {report.people} people; {report.listed} listed, "
            f"{report.unlisted} listed no more, {report.ended} activities ended"
        )
