"""Load the lists of the law that come with the portal."""

from typing import Any

from django.core.management.base import BaseCommand

from eprescription.catalogue.listed import load_listed


class Command(BaseCommand):
    help = "Load the lists of the law that come with the portal; doing it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_listed()} rows of lists of the law.")
