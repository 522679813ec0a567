"""Adds the signed head of the journal's chain to a file that belongs on another machine."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from eprescription.audit import anchors
from eprescription.audit.sealing import seal_batch


class Command(BaseCommand):
    help = "Append the head and the length of the sealed journal, signed, to FILE. Once an hour is good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        while seal_batch():
            pass
        try:
            anchor = anchors.append(file, at=timezone.now())
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from error
        if anchor is None:
            raise CommandError("The journal is empty: there is nothing to anchor.")
        self.stdout.write(f"{anchor.count} links, {anchor.hash[:16]}…")
