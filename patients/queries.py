"""What a patient reads of his prescriptions. Each reading leaves its trace in the same transaction; what is not his does not exist."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import Http404

from eprescription.actor import Actor
from eprescription.allergies import AllergyView, allergies_of
from eprescription.audit.journal import record, record_list
from eprescription.execution import read_execution
from eprescription.health_space.delivery import obstacles
from eprescription.identity import vault
from eprescription.identity.traits import display_name
from eprescription.models import Deed, Prescription
from eprescription.permissions import visible_to
from patients.arrival import Arrival, arrival
from patients.choices import Switch
from patients.documents import documents_of
from patients.instructions import Medicine, medicines
from patients.models import ReceivedDocument
from patients.presenters import Card, author_of, card
from patients.readiness import readiness
from patients.voices import standing_of

PAGE = 10
MOST_PAGES = 5  # in which a living code is looked for


@dataclass(frozen=True)
class Detail:
    """One prescription, what was dispensed of it, where its document is, and who sees it."""

    card: Card
    medicines: list[Medicine]
    switches: tuple[Switch, Switch]


def prescription_of(by: Actor, pk: UUID) -> Prescription:
    """One of his own; raises Http404 for what is not his and for what does not exist alike."""
    found = _whole(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def home(by: Actor, number: Any, *, at: datetime) -> tuple[Page, list[Card]]:
    """His prescriptions, the latest first."""
    with transaction.atomic():
        page = page_of(by, number)
        rows = list(page.object_list)
        record_list(by, rows)
        return page, cards_of(by, rows, at)


def detail(by: Actor, pk: UUID, *, language: str, at: datetime) -> Detail:
    """One prescription, with all that was dispensed of it, and how to take it in a language of `instructions`."""
    with transaction.atomic():
        prescription = prescription_of(by, pk)
        record(Deed.READ, by=by, prescription=prescription)
        standing = standing_of(by, at=at)
        author = author_of(prescription)
        return Detail(
            card=cards_of(by, [prescription], at)[0],
            medicines=medicines(
                read_execution(prescription, by=by), prescription.lines.all(), language
            ),
            switches=(
                standing.for_prescription(prescription, author),
                standing.for_prescriber(prescription.author.user_id, author),
            ),
        )


def name_of(by: Actor) -> str:
    """The name of whose space it is."""
    assert by.subject_id
    return display_name(vault.read(by.subject_id))


def allergies(by: Actor) -> list[AllergyView]:
    """His allergies, whoever declared them, with the trace of the reading."""
    if by.subject_id is None:
        return []
    with transaction.atomic():
        record(Deed.LISTED, by=by, subject_id=by.subject_id, code="allergies")
        found = allergies_of(by.subject_id)
    return [_without_witness(view) for view in found] if by.representing else found


def _without_witness(view: AllergyView) -> AllergyView:
    """A representative must know the allergy of a child; who heard of it, and when, could tell of secret care."""
    return view if view.by_patient else replace(view, declared_by="", declared_on=None)


def _whole(by: Actor) -> Any:
    """His prescriptions with what the pages show of them."""
    rows = visible_to(by).select_related("author", "subject", "case")
    return rows.prefetch_related("lines", "pushes", "case__balances__line")


def page_of(by: Actor, number: Any) -> Page:
    return Paginator(_whole(by).order_by("-signed_at", "pk"), PAGE).get_page(number)


def cards_of(by: Actor, rows: list[Prescription], at: datetime) -> list[Card]:
    arrivals, ready = _arrivals(by, rows, at), readiness(rows, at=at)
    return [card(p, arrivals[p.pk], ready[p.pk], at=at) for p in rows]


def _arrivals(
    by: Actor, prescriptions: Iterable[Prescription], at: datetime
) -> dict[UUID, Arrival]:
    """Where each document stands; two queries for all, since the patient is one."""
    rows = list(prescriptions)
    own = documents_of(by).defer("sealed")
    documents: dict[str, ReceivedDocument] = {}
    for found in own.filter(number__in=[p.number for p in rows], status="current").order_by(
        "received_at"
    ):
        documents[found.number] = found
    stopped = obstacles(rows[0], on=at.date()) if rows else []
    return {
        p.pk: arrival(p, documents.get(p.number or ""), p.pushes.all(), stopped, at=at)  # type: ignore[attr-defined]
        for p in rows
    }
