"""Erases a person on his demand. The decision, and the check of who asks, are the operator's; see GDPR art. 17.3."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from eprescription.audit.sealing import seal_batch
from eprescription.models import Subject
from eprescription.retention.on_request import erase_patient


class Command(BaseCommand):
    help = "Erase the identity, the prescriptions and the account of one person; numbers and states stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", type=UUID)
        parser.add_argument("--yes", action="store_true", help="it cannot be undone")

    def handle(self, *args: Any, subject: UUID, yes: bool, **options: Any) -> None:
        if not yes:
            raise CommandError("This cannot be undone. Say --yes.")
        while seal_batch():  # only what is sealed is emptied
            pass
        try:
            erased = erase_patient(subject, at=timezone.now())
        except Subject.DoesNotExist as error:
            raise CommandError("Nobody has this id.") from error
        self.stdout.write(f"{erased.rows} rows erased")
        if erased.held:
            self.stdout.write(
                f"{erased.held} prescriptions stay behind a register, with the identity they were signed under, for ten"
                " years after their delivery (CSP R. 5132-10); they are found by no look-up."
            )
