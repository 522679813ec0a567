"""The accounts of secure mail: register one, look at them, fetch now, send again what failed.

The password is asked for, or read from the standard input; it stands in no argument and in no history of a shell.
"""

import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from eprescription.models import Mailbox, Place
from eprescription.secure_mail import fetching
from eprescription.secure_mail.letters import LETTERS
from eprescription.secure_mail.sealing import sealed

FRESH = {"validity": 0, "last_uid": 0, "checked_at": None, "problem": "", "failing_since": None}


class Command(BaseCommand):
    help = "Register and look after the accounts of secure mail (MSSanté) of pharmacies."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="each account, and since when it fails")
        acts.add_parser("retry", help="send again the letters that failed eight times")
        fetch = acts.add_parser("fetch", help="fetch one account now")
        fetch.add_argument("finess")
        register = acts.add_parser("set", help="register or change the account of a pharmacy")
        register.add_argument("finess")
        register.add_argument("address")
        register.add_argument("--host", default="", help="IMAP; without it nothing is fetched")
        register.add_argument("--port", type=int, default=993)
        register.add_argument("--security", choices=Mailbox.Security.values, default="tls")
        register.add_argument("--username", default="")
        register.add_argument("--folder", default="INBOX")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        getattr(self, f"_{act}")(**options)

    def _list(self, **options: Any) -> None:
        for box in Mailbox.objects.select_related("place").order_by("place__name"):
            state = f"{box.problem} since {box.failing_since:%F %R}" if box.failing_since else "ok"
            source = f"{box.host}:{box.port}" if box.host else "portal only"
            told = state if box.host else "ok"
            line = (box.place.identifier, box.place.name, box.address, source, told)
            self.stdout.write("\t".join(line))
        self.stdout.write(f"{LETTERS.dead().count()} letters failed")

    def _retry(self, **options: Any) -> None:
        given_up = list(LETTERS.dead())
        for letter in given_up:
            LETTERS.revive(letter, at=timezone.now())
        self.stdout.write(f"{len(given_up)} letters will be sent again")

    def _fetch(self, *, finess: str, **options: Any) -> None:
        made = fetching.fetch(_pharmacy(finess).pk, at=timezone.now())
        box = Mailbox.objects.filter(place__identifier=finess).exclude(host="").first()
        if made is None or box is None:
            raise CommandError("Nothing to fetch there, or a worker is at it.")
        if box.problem:
            raise CommandError(f"The account fails: {box.problem}")
        self.stdout.write(f"{made} new messages")

    def _set(self, *, finess: str, address: str, **options: Any) -> None:
        place = _pharmacy(finess)
        box = Mailbox.objects.filter(pk=place.pk).first() or Mailbox(place=place)
        names = ("host", "port", "security", "username", "folder")
        for name, value in {"address": address, **{n: options[n] for n in names}, **FRESH}.items():
            setattr(box, name, value)
        if box.host:
            box.password = sealed(_password().encode(), row=box, column="password")
        try:
            box.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        box.save()
        self.stdout.write(f"{place.name}: {box.address}")


def _pharmacy(finess: str) -> Place:
    found = Place.objects.filter(kind=Place.Kind.PHARMACY, identifier=finess).first()
    if found is None:
        raise CommandError("No pharmacy has this FINESS number.")
    return found


def _password() -> str:
    return getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
