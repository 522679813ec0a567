"""Loads the catalogue and the invented people of the demo, once, and says how to sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

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
        data.load_demo(at=timezone.now())
        for account in data.ACCOUNTS:
            self.stdout.write(f"{account.username:<12} {data.PASSWORD:<24} {account.who}")
