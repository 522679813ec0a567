"""Load the medicines and the lists of the law that come with the portal."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from eprescription.catalogue.listed import load_listed
from eprescription.catalogue.loading import load_starter
from eprescription.catalogue.models import Medicine


class Command(BaseCommand):
    help = "Load the medicines and lists that come with the portal; doing it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        edition = load_starter(timezone.now())
        load_listed()
        count = Medicine.objects.filter(marketed=True).count()
        self.stdout.write(f"{edition}: {count} marketed medicines.")
