"""What the page of choices reads: all switches of a space, and what each of them is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db import transaction
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record_list
from eprescription.models import Prescription, Reach
from eprescription.permissions import visible_to
from patients.choices import Switch
from patients.presenters import author_of
from patients.queries import page_of, prescription_of
from patients.voices import standing_of


@dataclass(frozen=True)
class Choices:
    """All switches of a patient; the prescriptions by pages."""

    for_all: Switch
    prescribers: list[Switch]
    prescriptions: list[Switch]
    page: Page


def choices(by: Actor, number: Any, *, at: datetime) -> Choices:
    """What stands now, for all, for each prescriber and for each prescription."""
    with transaction.atomic():
        standing = standing_of(by, at=at)
        page = page_of(by, number)
        rows = list(page.object_list)
        record_list(by, rows)
        return Choices(
            for_all=standing.for_all(),
            prescribers=[
                standing.for_prescriber(p.author.user_id, author_of(p)) for p in _latest_each(by)
            ],
            prescriptions=[standing.for_prescription(p, author_of(p)) for p in rows],
            page=page,
        )


def target_of(by: Actor, choice: dict[str, Any]) -> dict[str, Any]:
    """What a switch is about, for the acts; a target that is not his does not exist."""
    reach = choice["reach"]
    if reach is Reach.PRESCRIPTION:
        return {"reach": reach, "prescription": prescription_of(by, choice["prescription"])}
    if reach is Reach.ALL:
        return {"reach": reach}
    if not visible_to(by).filter(author__user_id=choice["prescriber"]).exists():
        raise Http404
    return {"reach": reach, "prescriber_id": choice["prescriber"]}


def _latest_each(by: Actor) -> list[Prescription]:
    """The latest prescription of each prescriber, for his name as he signs it today."""
    rows = visible_to(by).select_related("author").order_by("author__user_id", "-signed_at")
    return sorted(rows.distinct("author__user_id"), key=author_of)
