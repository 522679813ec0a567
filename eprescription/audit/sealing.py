"""Seals what the journal has written: a chain without forks or gaps, beside the rows and after them.

Who seals locks the head row first and draws numbers under that lock; a second sealer waits for it. Writers never wait.
"""

from typing import Any

from django.db import connection, transaction

from eprescription.audit.chain import GENESIS, digest_of, link
from eprescription.models import JournalHead, JournalPending

BATCH = 2000

# The fields of a row that are hashed, as texts that do not depend on the settings of a session. `at` in microseconds,
# which is what is stored.
FIELDS = (
    "(extract(epoch FROM e.at) * 1000000)::bigint::text",
    "e.deed",
    "e.outcome",
    "e.activity_id::text",
    "e.role",
    "e.place_id::text",
    "e.subject_id::text",
    "e.prescription_id::text",
    "e.code",
    "e.request_id::text",
    "e.salt::text",
)
_FROM = "FROM eprescription_journalpending p JOIN eprescription_journalentry e ON e.id = p.entry_id"
WAITING = " ".join(("SELECT e.id,", ", ".join(FIELDS), _FROM, "ORDER BY e.id LIMIT %s"))
SEAL = (
    "INSERT INTO eprescription_journalseal (number, entry_id, digest, before, hash)"
    " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])"
)


@transaction.atomic
def seal_batch(limit: int = BATCH) -> int:
    """Seals up to `limit` rows that wait, oldest first, and returns how many."""
    if not JournalPending.objects.exists():
        return 0
    head = _locked_head()
    rows = _waiting(limit)
    numbers = range(head.count + 1, head.count + 1 + len(rows))
    links, before = [], bytes(head.hash)
    for number, (entry_id, *fields) in zip(numbers, rows, strict=True):
        digest = digest_of(fields)
        links.append((number, entry_id, digest, before, link(number, entry_id, digest, before)))
        before = links[-1][-1]
    if links:
        _keep(links)
        JournalHead.objects.filter(pk=head.pk).update(count=numbers[-1], hash=before)
    return len(links)


def _locked_head() -> JournalHead:
    """The end of the chain, held until this batch is done; two first sealers make one beginning."""
    genesis = JournalHead(pk=1, count=0, hash=GENESIS)
    JournalHead.objects.bulk_create([genesis], ignore_conflicts=True)
    return JournalHead.objects.select_for_update().get(pk=1)


def _waiting(limit: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [limit])
        return cursor.fetchall()


def _keep(links: list[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*links, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(SEAL, columns)
        cursor.execute(
            "DELETE FROM eprescription_journalpending WHERE entry_id = ANY(%s::bigint[])",
            [columns[1]],
        )
