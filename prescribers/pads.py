"""The downtime pad of a prescriber: sheets printed in advance, and what becomes of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents.number import grouped
from eprescription.models import Activity, DowntimeSheet, PaperDispensing, SheetState
from prescribers.facts import prescriber_as_signed

TO_ENTER = (SheetState.ON_PAPER, SheetState.CONFLICT)
MOST = 100


@dataclass(frozen=True)
class SheetView:
    """One sheet in the list of its prescriber; nothing of what a pharmacy handed over stands in it."""

    id: UUID
    number: str
    label: Any
    state: str
    printed_at: datetime
    expires_on: Any
    since: datetime | None  # when a pharmacy told that it was used
    days: int
    prescription_id: UUID | None
    draft: bool


@dataclass(frozen=True)
class Pad:
    """The whole pad: what waits for the prescriber first."""

    to_enter: list[SheetView]
    blank: list[SheetView]
    entered: list[SheetView]


def pad_of(actor: Actor, *, at: datetime) -> Pad:
    """All sheets of this activity, the latest first; one query for the sheets and one for the papers."""
    rows = list(_sheets(actor).select_related("prescription").order_by("-printed_at")[:MOST])
    papers = PaperDispensing.objects.filter(number__in=[row.number for row in rows])
    used = dict(papers.order_by("-recorded_at").values_list("number", "recorded_at"))
    views = [_view(row, used.get(row.number), at) for row in rows]
    return Pad(
        to_enter=[v for v in views if v.since and not _is_entered(v)],
        blank=[v for v in views if v.state == SheetState.RESERVED],
        entered=[v for v in views if _is_entered(v) or v.state == SheetState.VOID],
    )


def as_signed(actor: Actor) -> dict[str, Any]:
    """What each sheet says of its prescriber, as the signature of a prescription would."""
    rows = Activity.objects.select_related("place")
    return prescriber_as_signed(rows.get(pk=actor.activity_id))


def waiting(actor: Actor) -> int:
    """How many sheets a pharmacy dispensed on and that wait to be regularised."""
    used = PaperDispensing.objects.filter(number=OuterRef("number"))
    rows = _sheets(actor).filter(state__in=TO_ENTER, entered_at=None)
    return rows.filter(Exists(used)).count()


def _sheets(actor: Actor) -> Any:
    return DowntimeSheet.objects.filter(prescriber_id=actor.activity_id)


def _is_entered(view: SheetView) -> bool:
    return view.prescription_id is not None and not view.draft


def _view(row: DowntimeSheet, since: datetime | None, at: datetime) -> SheetView:
    """Once regularised it says no more: whether it was dispensed is for who may read the execution (product.md 3.5)."""
    shown = SheetState.ENTERED if row.entered_at else SheetState(row.state)
    since = None if row.entered_at else since
    return SheetView(
        id=row.pk,
        number=grouped(row.number),
        label=shown.label,
        state=shown,
        printed_at=row.printed_at,
        expires_on=row.expires_on,
        since=since,
        days=(timezone.localdate(at) - timezone.localdate(since)).days if since else 0,
        prescription_id=row.prescription_id,
        draft=row.prescription_id is not None and row.entered_at is None,
    )
