"""The papers of a pharmacy: what waits for its prescriber, what is to decide with both sides, what is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.documents.number import grouped
from eprescription.models import Deed, PaperConflict, PaperDispensing
from eprescription.presenters import LineView, line_view
from pharmacies import on_paper
from pharmacies.actions.paper import allowed

MOST = 50


@dataclass(frozen=True)
class PaperView:
    """One paper as it was recorded."""

    id: UUID
    number: str
    by: str
    dispensed_at: datetime
    recorded_at: datetime
    lines: list[dict[str, Any]]
    days: int


@dataclass(frozen=True)
class ConflictView:
    """Both sides. `prescribed` is None where the birth date of the paper does not open it, or nothing is there."""

    id: UUID
    kind: str
    label: str
    paper: PaperView
    prescribed: list[LineView] | None
    choices: list[tuple[str, Any]]


@dataclass(frozen=True)
class Papers:
    """The page of the papers of one pharmacy."""

    conflicts: list[ConflictView]
    waiting: list[PaperView]
    done: list[PaperView]


@transaction.atomic
def papers_of(actor: Actor, *, at: datetime) -> Papers:
    """All of it, the oldest of what waits first; reading the other side of a conflict leaves its trace."""
    here = PaperDispensing.objects.filter(pharmacy_id=actor.place_id).select_related("by")
    conflicts = _open(actor)
    listed = {conflict.paper_id for conflict in conflicts}
    waiting = on_paper.open_papers().filter(pharmacy_id=actor.place_id).select_related("by")
    done = here.exclude(dispensing=None).order_by("-recorded_at")
    return Papers(
        conflicts=[_conflict(actor, x, at) for x in conflicts],
        waiting=[
            _paper(x, at) for x in waiting.order_by("recorded_at")[:MOST] if x.pk not in listed
        ],
        done=[_paper(x, at) for x in done[:MOST]],
    )


def own(actor: Actor, pk: UUID) -> UUID:
    """The id of a disagreement of this pharmacy, decided or not; 404 for all others."""
    if not PaperConflict.objects.filter(pk=pk, paper__pharmacy_id=actor.place_id).exists():
        raise Http404
    return pk


def to_decide(actor: Actor) -> int:
    """How many disagreements wait here."""
    return len(_open(actor))


def _open(actor: Actor) -> list[PaperConflict]:
    rows = PaperConflict.objects.filter(paper__pharmacy_id=actor.place_id, decided_at=None)
    rows = rows.select_related("paper__by", "paper__prescription")
    return list(rows.order_by("opened_at")[:MOST])


def _conflict(actor: Actor, conflict: PaperConflict, at: datetime) -> ConflictView:
    paper = conflict.paper
    prescription = paper.prescription
    lines = None
    if prescription and on_paper.proves(paper, prescription):
        record(Deed.READ, by=actor, prescription=prescription, code="paper")
        lines = [line_view(line) for line in prescription.lines.all()]
    return ConflictView(
        id=conflict.pk,
        kind=conflict.kind,
        label=conflict.get_kind_display(),
        paper=_paper(paper, at),
        prescribed=lines,
        choices=[(str(code), code.label) for code in allowed(conflict)],
    )


def _paper(paper: PaperDispensing, at: datetime) -> PaperView:
    return PaperView(
        id=paper.pk,
        number=grouped(paper.number),
        by=paper.by.person,
        dispensed_at=paper.dispensed_at,
        recorded_at=paper.recorded_at,
        lines=paper.lines,
        days=(timezone.localdate(at) - timezone.localdate(paper.recorded_at)).days,
    )
