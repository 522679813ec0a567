"""The roll: the public extract of the national directory (Annuaire Santé, "Personne_activite"), read line by line.

Pipes between the cells, one activity a line, three quarters of a gigabyte: the file is streamed into a table of the
transaction and compared there. What it lists no more is ended, never deleted. A file that was cut, or that would empty
the portal, is refused whole: nobody must lose his practice to a broken download.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.db import connection, transaction

from eprescription.models import DirectoryEdition, DirectoryListing, Profession
from eprescription.national import ending

RPPS_KIND, RPPS_LENGTH = "8", 11
KIND, NUMBER, PROFESSION = "Type d'identifiant PP", "Identifiant PP", "Code profession"
PLACES = ("Numéro FINESS site", "Identifiant technique de la structure", "Numéro SIRET site")
LONGEST = 64 * 1024  # bytes of one line
# The préparateurs are known by their role, which this extract does not give: they are ended by the operator.
LISTED = (Profession.DOCTOR, Profession.PHARMACIST, Profession.DENTIST, Profession.MIDWIFE)
FEWEST = 0.9  # of the people of the edition before

Row = tuple[str, str, str]  # RPPS, profession, place


class Unusable(Exception):
    """Why a file is refused: a code, and the line where it broke when there is one."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(f"{code} (line {line})" if line else code)
        self.code = code


@dataclass
class Reading:
    """What has been read so far."""

    lines: int = 0
    digest: Any = field(default_factory=hashlib.sha256)


@dataclass(frozen=True)
class Report:
    """What an import did. `ended`: activities of the portal that ended with it."""

    lines: int
    people: int
    listed: int
    unlisted: int
    ended: int


def on_roll(rpps: str, profession: str) -> bool:
    """Whether the directory lists him in this profession; yes as long as none was imported, or it cannot know."""
    if profession not in LISTED or not DirectoryEdition.objects.exists():
        return True
    return DirectoryListing.objects.filter(rpps=rpps, profession=profession, until=None).exists()


@transaction.atomic
def take(file: BinaryIO, *, at: datetime, accept_losses: bool = False) -> Report:
    """Takes a whole extract and ends what it lists no more; raises Unusable and then changes nothing.

    `accept_losses`: an operator looked, the directory really lost that many people.
    """
    reading = Reading()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('directory', 0))")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming")
        cursor.execute(
            "CREATE TEMPORARY TABLE incoming (rpps text, profession text, place text) ON COMMIT DROP"
        )
        with cursor.copy("COPY incoming FROM STDIN") as copy:
            for row in rows(file, reading):
                copy.write_row(row)
        cursor.execute("CREATE INDEX ON incoming (rpps, profession, place)")
        cursor.execute("ANALYZE incoming")
        cursor.execute("SELECT count(DISTINCT rpps) FROM incoming")
        people = cursor.fetchone()[0]
    _check_size(people, accept_losses)
    edition = DirectoryEdition.objects.create(
        taken_at=at, lines=reading.lines, people=people, digest=reading.digest.hexdigest()
    )
    listed, unlisted = _merge(edition)
    ended = ending.end_unlisted(LISTED, accept_losses=accept_losses)
    if ended is None:
        raise Unusable("would_end_too_many")
    return Report(reading.lines, people, listed, unlisted, ended)


def rows(file: BinaryIO, reading: Reading) -> Iterator[Row]:
    """The listings of the professions that the portal serves; raises Unusable for a line that is not whole."""
    columns = _columns(file, reading)
    while line := _line(file, reading):
        cells = line.split("|")
        if len(cells) != columns["width"]:
            raise Unusable("cut_line", reading.lines)
        number, profession = cells[columns[NUMBER]], cells[columns[PROFESSION]]
        if cells[columns[KIND]] != RPPS_KIND or profession not in LISTED:
            continue
        if not (len(number) == RPPS_LENGTH and number.isdecimal()):
            raise Unusable("not_an_rpps", reading.lines)
        places = {cells[columns[name]].strip() for name in PLACES if name in columns} - {""}
        for place in places or {""}:
            yield number, profession, place[:20]


def _columns(file: BinaryIO, reading: Reading) -> dict[str, int]:
    """Where the columns stand: by name, since editions add some."""
    head = _line(file, reading).removeprefix("\ufeff").split("|")
    columns = {name.strip(): place for place, name in enumerate(head)}
    if not {KIND, NUMBER, PROFESSION, PLACES[0]} <= columns.keys():
        raise Unusable("other_columns")
    return columns | {"width": len(head)}


def _line(file: BinaryIO, reading: Reading) -> str:
    """The next line without its end; empty at the end of the file. A last line without end was cut."""
    raw = file.readline(LONGEST)
    reading.digest.update(raw)
    if not raw:
        return ""
    reading.lines += 1
    if not raw.endswith(b"\n"):
        raise Unusable("cut_file", reading.lines)
    try:
        return raw.decode("utf-8").rstrip("\r\n").replace("\0", "") or "|"
    except UnicodeDecodeError:
        raise Unusable("not_utf8", reading.lines) from None


def _check_size(people: int, accept_losses: bool) -> None:
    before = DirectoryEdition.objects.order_by("-pk").first()
    if not people:
        raise Unusable("empty")
    if before and people < before.people * FEWEST and not accept_losses:
        raise Unusable("too_few_people")


def _merge(edition: DirectoryEdition) -> tuple[int, int]:
    """Writes what is new and ends what is gone: how many of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eprescription_directorylisting l SET until_id = %s WHERE until_id IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM incoming i WHERE (i.rpps, i.profession, i.place) = (l.rpps, l.profession, l.place))",
            [edition.pk],
        )
        unlisted = cursor.rowcount
        cursor.execute(
            "INSERT INTO eprescription_directorylisting (rpps, profession, place, since_id)"
            " SELECT DISTINCT i.rpps, i.profession, i.place, %s::bigint FROM incoming i WHERE NOT EXISTS"
            " (SELECT 1 FROM eprescription_directorylisting l WHERE l.until_id IS NULL"
            " AND (i.rpps, i.profession, i.place) = (l.rpps, l.profession, l.place))",
            [edition.pk],
        )
        return cursor.rowcount, unlisted
