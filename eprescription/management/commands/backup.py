"""Writes a backup of the whole base into a folder: `manage.py backup FOLDER`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eprescription.backups.programs import ProgramError
from eprescription.backups.writing import write


class Command(BaseCommand):
    help = "Write a backup of the whole base into a folder, with its digest and the end of the journal beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            path = write(folder)
        except (ProgramError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
