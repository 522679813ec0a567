"""Puts a backup back into an empty base, and marks what may have happened since it was taken."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from eprescription.audit.anchors import read
from eprescription.audit.verifying import Damage, verify
from eprescription.backups.programs import ProgramError, run
from eprescription.backups.writing import Facts, read_facts
from eprescription.models import (
    CaseState,
    DispensingCase,
    JournalSeal,
    Restoration,
    SignedIn,
)

OPEN = (CaseState.WAITING, CaseState.CLAIMED, CaseState.PARTLY)


@dataclass(frozen=True)
class Restored:
    """What was put back: since when acts are lost, how many prescriptions are to verify, what the journal says."""

    since: datetime
    until: datetime
    to_verify: int
    damages: list[Damage]


def restore(path: Path, *, anchor: Path | None = None) -> Restored:
    """Restores, brings the schema up to date, verifies the journal and marks what is open.

    Raises ProgramError, before anything is written, for a backup that is not whole or a base that is not empty.
    """
    facts = read_facts(path)
    _refuse_unless_empty()
    run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={_name()}", str(path))  # fmt: skip
    connection.close()  # prepared statements and statistics were those of an empty base
    call_command("migrate", verbosity=0)
    report = verify(read(anchor) if anchor else ())
    _refuse_another_journal(facts)
    marked, at = mark(since=facts.moment, at=timezone.now())
    return Restored(facts.moment, at, marked, report.damages)


@transaction.atomic
def mark(*, since: datetime, at: datetime) -> tuple[int, datetime]:
    """Each prescription that was open may have been dispensed between the two moments, and nobody here knows.

    Who was signed in signs in again: a session that was ended since would live once more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    row = Restoration.objects.create(since=since, at=at)
    marked = DispensingCase.objects.filter(state__in=OPEN).update(restoration=row)
    SignedIn.objects.all().delete()
    return marked, at


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise ProgramError("The base is not empty: a backup is restored into a new one.")


def _refuse_another_journal(facts: Facts) -> None:
    """The end of the journal that was noted beside the backup stands in it."""
    if not facts.links:
        return
    link = JournalSeal.objects.filter(number=facts.links).first()
    if link is None or bytes(link.hash).hex() != facts.head:
        raise ProgramError("The journal of this backup is not the one that was noted beside it.")


def _name() -> str:
    return str(connection.settings_dict["NAME"])
