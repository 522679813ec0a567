"""Make an edition of the interactions the live one, or say why it must not be.

One transaction: readers see the edition before or the edition after. A refusal writes nothing.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from eprescription.catalogue.interactions.facts import Entry, Problem, RefusedError, Tables
from eprescription.catalogue.interactions.open_data import is_open_data, read_open_data
from eprescription.catalogue.interactions.reading import read_thesaurus
from eprescription.catalogue.interactions.words import fold
from eprescription.catalogue.models import (
    Edition,
    GroupedSubstance,
    Interaction,
    Issue,
    SubstanceName,
)

BATCH = 2000
MOST_LOST = 0.05  # of the live edition's entries, groups, memberships or names
MOST_BAD_LINES, MOST_BAD_SHARE = 20, 0.005

# The number of the advisory lock under which interactions are written.
_LOCK = 2023_0915


@dataclass(slots=True)
class Report:
    """What an import did. `status`: loaded, unchanged, checked (dry run) or refused."""

    status: str
    edition: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    diff: dict[str, int] = field(default_factory=dict)
    issues: list[Problem] = field(default_factory=list)
    refused: str = ""
    seconds: float = 0.0


def import_interactions(
    folder: Path, *, at: datetime, on: date | None = None, dry_run: bool = False
) -> Report:
    """Load the edition that stands in a folder, dated `on` or as its files say; never raises for
    what the files contain. The same set again is known by its digest and changes nothing."""
    begun = time.monotonic()
    try:
        report = _import(folder, at=at, on=on, dry_run=dry_run)
    except RefusedError as reason:
        report = Report("refused", refused=str(reason))
    report.seconds = round(time.monotonic() - begun, 2)
    return report


def _import(folder: Path, *, at: datetime, on: date | None, dry_run: bool) -> Report:
    if not folder.is_dir():
        raise RefusedError(f"{folder.name} is no directory")
    tables = (read_open_data if is_open_data(folder) else read_thesaurus)(folder, on)
    with transaction.atomic():
        _one_loader_at_a_time()
        live = Edition.objects.filter(kind=Edition.Kind.INTERACTIONS, active=True).first()
        if live and (live.digest, live.source, live.date) == (
            tables.digest,
            tables.source,
            tables.date,
        ):
            return Report("unchanged", str(live), live.counts, issues=tables.problems)
        refuse_what_shrinks(tables, live.counts if live else {})
        diff = _diff(tables.entries, live)
        named = f"{tables.source}, {tables.date:%d/%m/%Y}"
        if not dry_run:
            _write(tables, at)
    status = "checked" if dry_run else "loaded"
    return Report(status, named, tables.counts(), diff, tables.problems)


def refuse_what_shrinks(tables: Tables, live: dict[str, int]) -> None:
    """Raise RefusedError when a set has lost its contents, or too many of its lines are bad."""
    counts = tables.counts()
    for name, count in counts.items():
        if not count:
            raise RefusedError(f"no {name} at all")
        if count < live.get(name, 0) * (1 - MOST_LOST):
            raise RefusedError(f"{count} {name}, where the live edition has {live[name]}")
    bad = len(tables.problems)
    if bad > max(MOST_BAD_LINES, MOST_BAD_SHARE * tables.lines):
        raise RefusedError(f"{bad} of {tables.lines} lines cannot be used")


def _one_loader_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _diff(entries: Iterable[Entry], live: Edition | None) -> dict[str, int]:
    """Count the entries that a set adds to the live edition, changes in it and leaves out."""
    fields = ("a", "b", "levels", "risk", "action")
    rows: Iterable[Any] = live.interactions.values_list(*fields) if live else ()
    before = {(fold(a), fold(b)): said for a, b, *said in rows}
    after = {(fold(e.a), fold(e.b)): ["|".join(e.levels), e.risk, e.action] for e in entries}
    both = before.keys() & after.keys()
    return {
        "added": len(after.keys() - both),
        "changed": sum(before[pair] != after[pair] for pair in both),
        "left": len(before.keys() - both),
    }


def _write(tables: Tables, at: datetime) -> None:
    edition, _ = Edition.objects.update_or_create(
        kind=Edition.Kind.INTERACTIONS,
        source=tables.source,
        date=tables.date,
        defaults={"digest": tables.digest, "loaded_at": at, "counts": tables.counts()},
    )
    for model in (Interaction, GroupedSubstance, SubstanceName, Issue):
        model.objects.filter(edition=edition).delete()
    _write_rows(tables, edition)
    editions = Edition.objects.filter(kind=Edition.Kind.INTERACTIONS)
    editions.filter(active=True).exclude(pk=edition.pk).update(active=False)
    editions.filter(pk=edition.pk).update(active=True)


def _write_rows(tables: Tables, edition: Edition) -> None:
    interactions = [
        Interaction(
            edition=edition,
            a=e.a,
            b=e.b,
            levels="|".join(e.levels),
            label=e.label,
            risk=e.risk,
            action=e.action,
            page=e.page,
        )
        for e in tables.entries
    ]
    grouped = [
        GroupedSubstance(edition=edition, group=m.group, substance=m.substance)
        for m in tables.members
    ]
    names = [SubstanceName(edition=edition, code=c, name=n) for c, n in tables.names.items()]
    issues = [
        Issue(edition=edition, file=p.file, line=p.line, reason=p.reason, excerpt=p.excerpt)
        for p in tables.problems
    ]
    Interaction.objects.bulk_create(interactions, batch_size=BATCH)
    GroupedSubstance.objects.bulk_create(grouped, batch_size=BATCH)
    SubstanceName.objects.bulk_create(names, batch_size=BATCH)
    Issue.objects.bulk_create(issues, batch_size=BATCH)
