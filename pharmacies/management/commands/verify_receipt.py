"""Verifies a printed receipt of good faith: its text and signature, from a file or from the standard input."""

import sys
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from pharmacies.receipts import fingerprint, signer_of


class Command(BaseCommand):
    """Answers with the fingerprint of the key; exits with 1 when the receipt is not the portal's."""

    help = "Verifies a receipt of good faith (text and signature as printed)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="the receipt; else standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"]
        text = file.read_text(encoding="utf-8") if file else sys.stdin.read()
        signer = signer_of(text)
        if signer is None:
            raise CommandError("This receipt was not signed by this portal, or was changed since.")
        self.stdout.write(f"True, signed under the key {fingerprint(signer)}")
