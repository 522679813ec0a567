"""Loads the medicines and the invented people of the demo, once, and says how to sign in."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from eprescription.catalogue.listed import load_listed
from eprescription.catalogue.loading import load_starter
from eprescription.catalogue.models import Edition
from eprescription.demo import data


class Command(BaseCommand):
    help = "Load the demo's invented people and prescriptions, once."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented people are for the demo only: DEMO is not set.")
        if not Edition.objects.filter(active=True).exists():
            load_starter(at=timezone.now())
        load_listed()
        if folder := os.environ.get("DRUG_DATA"):
            load_whole_base(Path(folder))
        data.load_demo(at=timezone.now())
        for account in data.ACCOUNTS:
            self.stdout.write(f"{account.username:<12} {data.PASSWORD:<24} {account.who}")


def load_whole_base(folder: Path) -> None:
    """Imports what a folder holds: the newest edition under `bdpm`, and `interactions`."""
    editions = sorted(path for path in (folder / "bdpm").glob("*") if path.is_dir())
    if editions:
        call_command("import_medicines", str(editions[-1]))
    if (folder / "interactions").is_dir():
        call_command("import_interactions", str(folder / "interactions"))
