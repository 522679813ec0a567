"""Reads the whole chain and says every damage with its kind and place (ASVS 16.3, security.md rows 51 and R13)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import connection, transaction

from eprescription.audit.anchors import Anchor
from eprescription.audit.chain import GENESIS, digest_of, link, of_erased
from eprescription.audit.sealing import FIELDS
from eprescription.models import Deed, JournalEntry, JournalHead, JournalPending

CHUNK = 5000
CHAIN = " ".join(
    (
        "SELECT s.number, s.entry_id, s.digest, s.before, s.hash, e.id, e.purged_by_id,",
        ", ".join(FIELDS),
        "FROM eprescription_journalseal s LEFT JOIN eprescription_journalentry e ON e.id = s.entry_id",
        "ORDER BY s.number",
    )
)
UNSEALED = (
    "SELECT e.id FROM eprescription_journalentry e"
    " WHERE NOT EXISTS (SELECT FROM eprescription_journalseal s WHERE s.entry_id = e.id)"
    " AND NOT EXISTS (SELECT FROM eprescription_journalpending p WHERE p.entry_id = e.id) ORDER BY e.id"
)


class Kind(StrEnum):
    """What was done to the journal."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT = "cut"


@dataclass(frozen=True)
class Damage:
    """`link` is a number in the chain, `row` one in the journal, `line` one in the file of anchors; 0: none."""

    kind: Kind
    what: str
    link: int = 0
    row: int = 0
    line: int = 0


@dataclass
class Report:
    """What a verification found; the journal is whole when there is no damage."""

    links: int = 0
    erased: int = 0
    waiting: int = 0
    damages: list[Damage] = field(default_factory=list)

    def add(self, kind: Kind, what: str, **place: int) -> None:
        self.damages.append(Damage(kind, what, **place))


@dataclass
class _Read:
    """What is kept of the links while they pass."""

    last: int = 0
    hash: bytes = GENESIS
    contents: dict[bytes, tuple[int, int, bytes]] = field(default_factory=dict)
    moved: list[tuple[int, int, bytes, bytes, bytes]] = field(default_factory=list)
    erased: dict[int, list[int]] = field(default_factory=dict)
    gaps: bool = False


def verify(anchors: Iterable[Anchor] = ()) -> Report:
    """Reads everything at one moment, while others write and seal."""
    report, read, lines = Report(), _Read(), list(anchors)
    hashes: dict[int, bytes | None] = {anchor.count: None for anchor in lines}
    with transaction.atomic():
        _at_one_moment()
        for row in _links():
            _check_link(row, read, report)
            if row[0] in hashes:
                hashes[row[0]] = bytes(row[4])
        _tell_moved(read, report)
        _check_end(read, report)
        _check_unsealed(read, report)
        _check_erased(read, report)
        report.waiting = JournalPending.objects.count()
    _check_anchors(lines, hashes, read, report)
    return report


def _at_one_moment() -> None:
    with connection.cursor() as cursor:
        if not connection.savepoint_ids:  # a test holds the transaction already
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL statement_timeout = 0")


def _links() -> Iterator[Any]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(CHAIN)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _check_link(row: tuple[Any, ...], read: _Read, report: Report) -> None:
    number, entry_id, digest, before, hashed, found, purged_by, *fields = row
    report.links += 1
    if number != read.last + 1:
        read.gaps = True
        report.add(Kind.DELETED, f"links {read.last + 1} to {number - 1}", link=read.last + 1)
    elif before != read.hash:
        report.add(Kind.CHANGED, "does not follow the link before it", link=number, row=entry_id)
    if number < 1 or link(number, entry_id, digest, before) != hashed:
        read.moved.append((number, entry_id, digest, before, hashed))
    read.last, read.hash = number, hashed
    if found is None:
        report.add(Kind.DELETED, "its row is gone", link=number, row=entry_id)
    elif purged_by is not None:
        report.erased += 1
        read.erased.setdefault(purged_by, []).append(entry_id)
    elif (content := digest_of(fields)) != digest:
        read.contents[content] = (number, entry_id, digest)


def _tell_moved(read: _Read, report: Report) -> None:
    """Tells what stands at the place of another from what stands nowhere any more."""
    sealed = {digest for _number, _row, digest in read.contents.values()}
    for content, (number, entry_id, _digest) in read.contents.items():
        if content in sealed:
            report.add(Kind.REORDERED, "holds another row's content", link=number, row=entry_id)
        else:
            report.add(Kind.CHANGED, "its content", link=number, row=entry_id)
    numbers = [n for n, *_rest in read.moved][:500]
    for number, entry_id, digest, before, hashed in read.moved:
        elsewhere = any(n > 0 and link(n, entry_id, digest, before) == hashed for n in numbers)
        kind = Kind.REORDERED if elsewhere else Kind.CHANGED
        report.add(kind, "the link itself", link=number, row=entry_id)


def _check_end(read: _Read, report: Report) -> None:
    head = JournalHead.objects.filter(pk=1).first()
    count, hashed = (head.count, bytes(head.hash)) if head else (0, GENESIS)
    if count > read.last:
        report.add(Kind.CUT, f"links {read.last + 1} to {count}", link=read.last + 1)
    elif (count, hashed) != (read.last, read.hash):
        report.add(Kind.CHANGED, "the head is not the last link", link=read.last)


def _check_unsealed(read: _Read, report: Report) -> None:
    """Rows that no link knows and that wait for none: written beside the portal, or their link is gone."""
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED)
        rows = [pk for (pk,) in cursor.fetchall()]
    cut = any(damage.kind is Kind.CUT for damage in report.damages)
    kind = Kind.DELETED if read.gaps else Kind.CUT if cut else Kind.INSERTED
    what = "a row that no link knows" if kind is Kind.INSERTED else "the link of this row"
    for pk in rows:
        report.add(kind, what, row=pk)


def _check_erased(read: _Read, report: Report) -> None:
    """An erased row is told by a row of the journal that bears the digest of all the rows it told."""
    rows = JournalEntry.objects.filter(pk__in=read.erased, deed=Deed.ERASED, purged_by=None)
    told = dict(rows.values_list("pk", "code"))
    for by, entry_ids in read.erased.items():
        if told.get(by) != of_erased(entry_ids):
            for pk in entry_ids:
                report.add(Kind.CHANGED, "emptied by no erasure that is told", row=pk)


def _check_anchors(
    anchors: list[Anchor], hashes: dict[int, bytes | None], read: _Read, report: Report
) -> None:
    for line, anchor in enumerate(anchors, start=1):
        if not anchor.holds:
            report.add(Kind.CHANGED, "an anchor that is not signed by this portal", line=line)
        elif anchor.count > read.last:
            what = f"an anchor holds {anchor.count} links"
            report.add(Kind.CUT, what, link=read.last + 1, line=line)
        elif (kept := hashes[anchor.count]) is not None and kept.hex() != anchor.hash:
            what = f"links up to {anchor.count} are not those of the anchor"
            report.add(Kind.CHANGED, what, link=anchor.count, line=line)
