"""Sends again the documents that were given up, once the receiver was looked after."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from eprescription.health_space import outbox


class Command(BaseCommand):
    help = "Let the pushes that failed eight times try again."

    def handle(self, *args: Any, **options: Any) -> None:
        given_up = list(outbox.dead())
        for push in given_up:
            outbox.revive(push, at=timezone.now())
        self.stdout.write(f"{len(given_up)} pushes will be sent again")
