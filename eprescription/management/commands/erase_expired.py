"""Erases what has been kept long enough; each erasure leaves its warrant, and its row in the journal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from eprescription.audit.sealing import seal_batch
from eprescription.retention.expiring import RULES, erase_expired


class Command(BaseCommand):
    help = "Erase drafts, prescriptions, keys, outboxes and sessions whose time is over. Once a day is good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        at = timezone.now()
        if dry_run:
            for rule in RULES:
                self.stdout.write(f"{rule.name}: {rule.due(at).count()} due ({rule.why})")
            return
        while seal_batch():  # only what is sealed is emptied
            pass
        for rule, count in erase_expired(at=at):
            self.stdout.write(f"{rule.name}: {count} erased")
