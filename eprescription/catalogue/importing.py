"""Import an edition of the whole drug base: read, doubt, compare, swap, report.

The live edition is not touched before the new one has passed every guard, and then in one
transaction. Refusals are answers, not errors: the report says why.
"""

import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction

from eprescription.catalogue import editions, guards, loading
from eprescription.catalogue.models import Edition, Issue, Medicine
from eprescription.catalogue.sources.ansm import AnsmOpenData
from eprescription.catalogue.sources.bdpm import Bdpm
from eprescription.catalogue.sources.facts import Problem, Source
from eprescription.catalogue.sources.fetch import fetch
from eprescription.catalogue.sources.lines import UnreadableError
from eprescription.catalogue.sources.starter import STARTER_SOURCE
from eprescription.catalogue.sources.usage import Usage

ADAPTERS: dict[str, type[Bdpm] | type[AnsmOpenData]] = {"bdpm": Bdpm, "ansm": AnsmOpenData}
MOST_ISSUES = 5000


@dataclass(slots=True)
class Report:
    """What an import did. `outcome`: loaded, tried (dry run), unchanged or refused."""

    outcome: str
    source: str = ""
    edition: str = ""
    refused: list[str] = field(default_factory=list)
    forced: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    changes: loading.Changes = field(default_factory=dict)
    issues: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Order:
    """How to import: `day` dates the edition against what the files say; `force` passes the guards
    against shrinking and reads known files again; `dry_run` leaves everything as it was."""

    folder: Path = Path()
    adapter: str = "bdpm"
    day: date | None = None
    usage: Path | None = None
    force: bool = False
    dry_run: bool = False


class _UndoError(Exception):
    """Leaves the transaction without a trace, with the report of what was found."""

    def __init__(self, report: Report) -> None:
        self.report = report


def import_medicines(
    order: Order, *, at: datetime, progress: loading.Progress = lambda table: None
) -> Report:
    """Import the edition in a folder and tell what happened; a refused one leaves no trace."""
    begun = time.monotonic()
    try:
        source = ADAPTERS[order.adapter](order.folder, today=at.date())
        usage = Usage(order.usage) if order.usage else None
        report = _import(order, source, usage, at, progress)
    except UnreadableError as wrong:
        report = Report("refused", ADAPTERS[order.adapter].name, refused=[str(wrong)])
    except (DataError, IntegrityError) as wrong:
        refused = [f"the database cannot hold it: {str(wrong).splitlines()[0]}"]
        report = Report("refused", ADAPTERS[order.adapter].name, refused=refused)
    except _UndoError as undone:
        report = undone.report
    report.seconds = round(time.monotonic() - begun, 2)
    return report


def import_from_site(
    url: str, order: Order, *, at: datetime, progress: loading.Progress = lambda table: None
) -> Report:
    """Fetch the files under an address into a private folder and import them."""
    with tempfile.TemporaryDirectory(prefix="medicines-") as private:
        try:
            fetch(url, order.adapter, Path(private), progress=progress)
        except UnreadableError as wrong:
            return Report("refused", ADAPTERS[order.adapter].name, refused=[str(wrong)])
        return import_medicines(replace(order, folder=Path(private)), at=at, progress=progress)


def _import(
    order: Order,
    source: Bdpm | AnsmOpenData,
    usage: Usage | None,
    at: datetime,
    progress: loading.Progress,
) -> Report:
    digest = editions.digest_of([*source.files(), *([usage.path] if usage else [])])
    live = editions.active()
    if live and live.digest == digest and not order.force:
        return Report("unchanged", source.name, str(live), counts=live.counts)
    with transaction.atomic():
        if not loading.lock(wait=False):
            refused = ["another import is under way"]
            raise _UndoError(Report("refused", source.name, refused=refused))
        staged = loading.stage(source, usage_of=usage.boxes if usage else None, progress=progress)
        report = Report("loaded", source.name, issues=source.reading.problems)
        report.counts = dict(source.reading.told) | {"groups": staged.counts["genericgroup"]}
        day = order.day or editions.dated(order.folder, source.reading.newest, today=at.date())
        _doubt(report, order, source, staged, live, day)
        edition = _edition(source, day, digest, report, at)
        progress("swap")
        report.changes = loading.swap(staged, edition=edition)
        report.edition = str(edition)
        _keep_issues(edition, report)
        if order.dry_run:
            report.outcome = "tried"
            raise _UndoError(report)
    return report


def _doubt(
    report: Report,
    order: Order,
    source: Source,
    staged: loading.Staged,
    live: Edition | None,
    day: date,
) -> None:
    """Ask the guards. What may be forced is only noted when it was asked for."""
    reading, told = source.reading, staged.told
    refusals = guards.unreadable(reading.lines, reading.bad)
    boxed = len(told.boxed & told.described.keys())
    refusals += guards.torn(reading.told, told.orphans, boxed)
    if live and live.source != STARTER_SOURCE:
        marketed = Medicine.objects.filter(marketed=True).count()
        before = _comparable(live, source)
        refusals += guards.shrunk(
            reading.told, before, vanished=loading.vanished(), marketed=marketed
        )
        if live.source == source.name and day < live.date:
            older = f"dated {day:%d/%m/%Y}, older than the edition in force"
            refusals.append(guards.Refusal(older, forcible=True))
    report.forced = [found.reason for found in refusals if found.forcible and order.force]
    report.refused = [found.reason for found in refusals if not (found.forcible and order.force)]
    if report.refused:
        report.outcome = "refused"
        raise _UndoError(report)


def _comparable(live: Edition, source: Source) -> Mapping[str, int]:
    """What the live edition counted, in the tables that this kind of source can tell."""
    if live.source == source.name:
        return {table: count for table, count in live.counts.items() if table != "groups"}
    return {table: count for table, count in live.counts.items() if table in source.tells}


def _edition(source: Source, day: date, digest: str, report: Report, at: datetime) -> Edition:
    edition, _ = Edition.objects.update_or_create(
        kind=Edition.Kind.MEDICINES,
        source=source.name,
        date=day,
        defaults={"digest": digest, "loaded_at": at, "counts": report.counts},
    )
    return edition


def _keep_issues(edition: Edition, report: Report) -> None:
    """Write the lines that were left out, and what was forced, beside the edition."""
    edition.issues.all().delete()
    forced = [Problem("", 0, f"forced: {reason}"[:120]) for reason in report.forced]
    Issue.objects.bulk_create(
        Issue(
            edition=edition,
            file=problem.file[:80],
            line=problem.line,
            reason=problem.reason,
            excerpt=problem.excerpt,
        )
        for problem in [*forced, *report.issues[:MOST_ISSUES]]
    )
