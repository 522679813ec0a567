"""The registry's file of who stands for whom: read whole, checked whole, then written whole or not at all.

What it says of people stands in no report, no log and no error: a fault is a number of line and a code.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from eprescription.identity import vault
from eprescription.identity.numbers import ins_ok, normalise_ins
from eprescription.linking import NewLink, NotLinked, check_possible, link, unlink
from eprescription.models import Activity, Capacity, LinkEnd, Representation, Role, Subject

COLUMNS = ("representative_ins", "represented_ins", "capacity", "since", "until", "ended")
MOST_LINES = 100_000


@dataclass(frozen=True)
class Fault:
    """`line` counts from 1, the head of the file included."""

    line: int
    code: str


@dataclass
class Report:
    """What was done; nothing at all when there are faults."""

    linked: int = 0
    ended: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One line of the file that could be read. `ended`: the link is no more."""

    line: int
    new: NewLink
    ended: bool


class Wrong(Exception):
    """Why a line, or the whole file, cannot be taken: a code."""


def take(content: bytes, *, at: datetime) -> Report:
    """Takes a whole file; the same file twice changes nothing the second time."""
    report = Report()
    rows: list[Row] = []
    try:
        for number, values in _lines(content):
            try:
                rows.append(_row(number, values, at))
            except (Wrong, NotLinked) as wrong:
                report.faults.append(Fault(number, str(wrong)))
    except Wrong as wrong:
        report.faults.append(Fault(1, str(wrong)))
    report.faults += _twice(rows)
    report.faults.sort(key=lambda fault: fault.line)
    if not report.faults:
        with transaction.atomic():
            for row in rows:
                _write(row, report, at)
    return report


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines with their numbers; raises Wrong for a file that is not one."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Wrong("not_utf8") from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise Wrong("other_columns")
        for number, cells in enumerate(reader, start=2):
            if number > MOST_LINES + 1:
                raise Wrong("too_many_lines")
            if cells:
                yield number, dict(zip(COLUMNS, cells, strict=False)) | _whole(cells)
    except csv.Error:
        raise Wrong("not_csv") from None


def _whole(cells: list[str]) -> dict[str, str]:
    """A line with too few or too many cells bears no columns at all."""
    return {} if len(cells) == len(COLUMNS) else dict.fromkeys(COLUMNS, "\0")


def _row(number: int, values: dict[str, str], at: datetime) -> Row:
    if "\0" in values.values():
        raise Wrong("other_columns")
    new = NewLink(
        subject_id=_subject(values["represented_ins"], "represented"),
        user_id=_account(values["representative_ins"]),
        capacity=_capacity(values["capacity"]),
        since=_midnight(values["since"], "since"),
        until=_midnight(values["until"], "until") if values["until"] else None,
    )
    ended = bool(values["ended"]) and _midnight(values["ended"], "ended") <= at
    if not ended:
        check_possible(new, at=at)
    return Row(number, new, ended)


def _subject(ins: str, whose: str) -> UUID:
    if not ins_ok(normalise_ins(ins)):
        raise Wrong(f"{whose}_ins")
    found = vault.find_by_ins(ins)
    if found is None:
        raise Wrong(f"{whose}_unknown")
    return found


def _account(ins: str) -> UUID:
    """The account of the representative: he must be a patient of the portal who signs in."""
    subject = _subject(ins, "representative")
    rows = Subject.objects.filter(pk=subject, user__is_active=True)
    user = rows.values_list("user", flat=True).first()
    acts = Activity.objects.filter(user=user, role=Role.PATIENT, is_active=True)
    if user is None or not acts.exists():
        raise Wrong("representative_without_account")
    return user


def _capacity(code: str) -> Capacity:
    if code not in Capacity.values:
        raise Wrong("capacity")
    return Capacity(code)


def _midnight(text: str, column: str) -> datetime:
    """The beginning of a day in Paris; a mandate ends when its day `until` begins."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except (ValueError, OverflowError):
        raise Wrong(column) from None


def _twice(rows: list[Row]) -> Iterator[Fault]:
    """Two lines about the same two people: nobody knows which one holds."""
    seen: set[tuple[UUID, UUID]] = set()
    for row in rows:
        pair = (row.new.subject_id, row.new.user_id)
        if pair in seen:
            yield Fault(row.line, "same_pair")
        seen.add(pair)


def _write(row: Row, report: Report, at: datetime) -> None:
    pair = {"subject": row.new.subject_id, "user": row.new.user_id}
    standing = Representation.objects.filter(**pair, ended_at=None).first()
    if row.ended:
        ended = standing is not None and unlink(standing, why=LinkEnd.REGISTRY, by=None, at=at)
        report.ended += ended
        report.same += not ended
        return
    made = link(row.new, by=None, at=at)
    same = standing is not None and made.pk == standing.pk
    report.same += same
    report.linked += not same
