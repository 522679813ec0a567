"""What somebody with the whole database can do to the journal: five kinds, each in several ways.

Each way changes the rows with all triggers asleep and returns which kinds of damage may be found, and where.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import connection

from eprescription.audit.chain import digest_of, link
from eprescription.audit.sealing import FIELDS
from eprescription.audit.verifying import Damage, Kind

ENTRY, SEAL, HEAD = (f"eprescription_journal{name}" for name in ("entry", "seal", "head"))
COLUMNS = "at, deed, outcome, activity_id, role, place_id, subject_id, prescription_id, code, request_id, salt"


@dataclass(frozen=True)
class Expected:
    """One of these kinds at one of these places (`link`, `row` or `line`) must be among the findings."""

    kinds: tuple[Kind, ...]
    place: str
    among: tuple[int, ...]

    def seen_in(self, damages: list[Damage]) -> bool:
        return any(d.kind in self.kinds and getattr(d, self.place) in self.among for d in damages)


def sql(text: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return cursor.fetchall() if cursor.description else None


def change_a_row(draw: Random, rows: list[int]) -> Expected:
    change = draw.choice(
        [
            "at = at + interval '1 microsecond'",
            "at = at - interval '1 day'",
            "deed = CASE deed WHEN 'read' THEN 'listed' ELSE 'read' END",
            "outcome = CASE outcome WHEN 'done' THEN 'refused' ELSE 'done' END",
            "role = role || 'x'",
            "code = code || ' '",
            "activity_id = gen_random_uuid()",
            "place_id = gen_random_uuid()",
            "subject_id = gen_random_uuid()",
            "prescription_id = gen_random_uuid()",
            "request_id = gen_random_uuid()",
            "salt = gen_random_uuid()",
            "purged_by_id = id, salt = NULL, code = '', subject_id = NULL",
        ]
    )
    row = draw.choice(rows)
    sql(f"UPDATE {ENTRY} SET {change} WHERE id = %s", row)
    return Expected((Kind.CHANGED,), "row", (row,))


def change_a_link(draw: Random, rows: list[int]) -> Expected:
    number, column = draw.randint(1, len(rows)), draw.choice(["digest", "before", "hash"])
    byte = draw.randrange(32)
    flipped = f"set_byte({column}, {byte}, get_byte({column}, {byte}) # {1 << draw.randrange(8)})"
    sql(f"UPDATE {SEAL} SET {column} = {flipped} WHERE number = %s", number)
    return Expected((Kind.CHANGED,), "link", (number,))


def change_a_row_and_its_link(draw: Random, rows: list[int]) -> Expected:
    """The forger makes the one link again: the next one, or the head, still tells what it was."""
    number = draw.randint(1, len(rows))
    row = rows[number - 1]
    sql(f"UPDATE {ENTRY} SET role = 'nobody' WHERE id = %s", row)
    ((content,),) = [sql(f"SELECT {', '.join(FIELDS)} FROM {ENTRY} e WHERE id = %s", row)]
    ((before,),) = sql(f"SELECT before FROM {SEAL} WHERE number = %s", number)
    digest = digest_of(content)
    again = link(number, row, digest, bytes(before))
    sql(f"UPDATE {SEAL} SET digest = %s, hash = %s WHERE number = %s", digest, again, number)
    return Expected((Kind.CHANGED,), "link", (min(number + 1, len(rows)),))


def delete_a_row(draw: Random, rows: list[int]) -> Expected:
    row = draw.choice(rows)
    sql(f"DELETE FROM {ENTRY} WHERE id = %s", row)
    return Expected((Kind.DELETED,), "row", (row,))


def delete_links(draw: Random, rows: list[int]) -> Expected:
    first = draw.randint(1, len(rows) - 2)
    last = draw.randint(first, len(rows) - 1)
    sql(f"DELETE FROM {SEAL} WHERE number BETWEEN %s AND %s", first, last)
    return Expected((Kind.DELETED,), "link", (first,))


def delete_rows_with_their_links(draw: Random, rows: list[int]) -> Expected:
    first = draw.randint(1, len(rows) - 2)
    last = draw.randint(first, len(rows) - 1)
    sql(f"DELETE FROM {SEAL} WHERE number BETWEEN %s AND %s", first, last)
    sql(f"DELETE FROM {ENTRY} WHERE id = ANY(%s)", rows[first - 1 : last])
    return Expected((Kind.DELETED,), "link", (first,))


def insert_a_row(draw: Random, rows: list[int]) -> Expected:
    like = draw.choice(rows)
    ((row,),) = sql(
        f"INSERT INTO {ENTRY} ({COLUMNS}) SELECT {COLUMNS} FROM {ENTRY} WHERE id = %s RETURNING id",
        like,
    )
    return Expected((Kind.INSERTED,), "row", (row,))


def insert_a_row_and_a_link(draw: Random, rows: list[int]) -> Expected:
    """The forger knows how links are made, moves the others by one and tells the head."""
    after = draw.randint(1, len(rows) - 1)
    row = insert_a_row(draw, rows).among[0]
    ((digest, before),) = sql(f"SELECT digest, hash FROM {SEAL} WHERE number = %s", after)
    sql(f"UPDATE {SEAL} SET number = number + 1000000 WHERE number > %s", after)
    sql(f"UPDATE {SEAL} SET number = number - 999999 WHERE number > 1000000")
    forged = link(after + 1, row, bytes(digest), bytes(before))
    # UNIQUE(before): the next link must give its own up for the forged one to stand there.
    sql(f"UPDATE {SEAL} SET before = %s WHERE number = %s", forged, after + 2)
    columns = f"INSERT INTO {SEAL} (number, entry_id, digest, before, hash, at)"
    sql(f"{columns} VALUES (%s, %s, %s, %s, %s, now())", after + 1, row, digest, before, forged)
    sql(f"UPDATE {HEAD} SET count = count + 1")
    return Expected((Kind.CHANGED, Kind.REORDERED), "link", (after + 1, after + 2))


def swap_rows(draw: Random, rows: list[int]) -> Expected:
    one, other = draw.sample(rows, 2)
    names = COLUMNS.split(", ")
    values = {pk: sql(f"SELECT {COLUMNS} FROM {ENTRY} WHERE id = %s", pk)[0] for pk in (one, other)}
    for to, source in ((one, other), (other, one)):
        sets = ", ".join(f"{name} = %s" for name in names)
        sql(f"UPDATE {ENTRY} SET {sets} WHERE id = %s", *values[source], to)
    return Expected((Kind.REORDERED,), "row", (one, other))


def swap_links(draw: Random, rows: list[int]) -> Expected:
    one, other = draw.sample(range(1, len(rows) + 1), 2)
    for before, after in ((one, -1), (other, one), (-1, other)):
        sql(f"UPDATE {SEAL} SET number = %s WHERE number = %s", after, before)
    return Expected((Kind.REORDERED,), "link", (one, other))


def cut_links(draw: Random, rows: list[int]) -> Expected:
    kept = draw.randint(0, len(rows) - 1)
    sql(f"DELETE FROM {SEAL} WHERE number > %s", kept)
    return Expected((Kind.CUT,), "link", (kept + 1,))


def cut_rows_and_links(draw: Random, rows: list[int]) -> Expected:
    found = cut_links(draw, rows)
    sql(f"DELETE FROM {ENTRY} WHERE id = ANY(%s)", rows[found.among[0] - 1 :])
    return found


def cut_without_a_trace(draw: Random, rows: list[int]) -> Expected:
    """Rows, links and head go together: only an anchor remembers."""
    found = cut_rows_and_links(draw, rows)
    kept = found.among[0] - 1
    ends = sql(f"SELECT hash FROM {SEAL} WHERE number = %s", kept) or [(None,)]
    if ends[0][0] is None:
        sql(f"DELETE FROM {HEAD}")
    else:
        sql(f"UPDATE {HEAD} SET count = %s, hash = %s", kept, ends[0][0])
    return found


# What leaves nothing behind in the database; all else is found without an anchor.
ANCHORED = (cut_without_a_trace,)

Way = Callable[[Random, list[int]], Expected]
WAYS: dict[Kind, tuple[Way, ...]] = {
    Kind.CHANGED: (change_a_row, change_a_link, change_a_row_and_its_link),
    Kind.DELETED: (delete_a_row, delete_links, delete_rows_with_their_links),
    Kind.INSERTED: (insert_a_row, insert_a_row_and_a_link),
    Kind.REORDERED: (swap_rows, swap_links),
    Kind.CUT: (cut_links, cut_rows_and_links, cut_without_a_trace),
}
