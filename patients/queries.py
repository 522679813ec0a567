"""All that a patient reads. Each reading leaves its trace in the same transaction; what is not his does not exist."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import Http404

from eprescription.actor import Actor
from eprescription.allergies import AllergyView, allergies_of
from eprescription.audit.journal import record, record_list
from eprescription.documents import codes
from eprescription.documents.code import Code, code_text, parse
from eprescription.execution import read_execution
from eprescription.health_space.delivery import obstacles
from eprescription.models import Deed, Opposition, Prescription, Reach
from eprescription.permissions import visible_to
from eprescription.presenters import Execution
from patients.arrival import Arrival, arrival
from patients.choices import Standing, Switch
from patients.models import ReceivedDocument
from patients.presenters import Card, author_of, card
from patients.receiving import content_of

PAGE = 10
MOST_PAGES = 5  # in which a living code is looked for


@dataclass(frozen=True)
class Detail:
    """One prescription, what was dispensed of it, where its document is, and who sees it."""

    card: Card
    execution: Execution
    switches: tuple[Switch, Switch]


@dataclass(frozen=True)
class Choices:
    """All switches of a patient; the prescriptions by pages."""

    for_all: Switch
    prescribers: list[Switch]
    prescriptions: list[Switch]
    page: Page


def prescription_of(by: Actor, pk: UUID) -> Prescription:
    """One of his own; raises Http404 for what is not his and for what does not exist alike."""
    found = _whole(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def home(by: Actor, number: Any, *, at: datetime) -> tuple[Page, list[Card]]:
    """His prescriptions, the latest first."""
    with transaction.atomic():
        page = _page(by, number)
        rows = list(page.object_list)
        record_list(by, rows)
        arrivals = _arrivals(by, rows, at)
        return page, [card(p, arrivals[p.pk], at=at) for p in rows]


def detail(by: Actor, pk: UUID, *, at: datetime) -> Detail:
    """One prescription, with all that was dispensed of it."""
    with transaction.atomic():
        prescription = prescription_of(by, pk)
        record(Deed.READ, by=by, prescription=prescription)
        standing = _standing(by)
        author = author_of(prescription)
        return Detail(
            card=card(prescription, _arrivals(by, [prescription], at)[pk], at=at),
            execution=read_execution(prescription, by=by),
            switches=(
                standing.for_prescription(prescription, author),
                standing.for_prescriber(prescription.author.user_id, author),
            ),
        )


def document(by: Actor, pk: UUID) -> bytes:
    """The PDF. The address of an earlier version gives the present one."""
    with transaction.atomic():
        own = ReceivedDocument.objects.filter(subject_id=by.subject_id)
        asked = own.filter(pk=pk).first() if by.subject_id else None
        if asked is None:
            raise Http404
        same = own.filter(number=asked.number) if asked.number else own.filter(pk=pk)
        prescription = visible_to(by).filter(number=asked.number or None).first()
        record(Deed.READ_DOCUMENT, by=by, prescription=prescription, subject_id=by.subject_id)
        return content_of(_present(same) or asked)


def code(by: Actor, pk: UUID, *, at: datetime) -> tuple[Card, str | None]:
    """The text of the living code, read from the documents he received; None when it opens nothing now.

    A page that was made anew when a line changed may come without the code that the first one bears.
    """
    with transaction.atomic():
        prescription = prescription_of(by, pk)
        shown = card(prescription, _arrivals(by, [prescription], at)[pk], at=at)
        if not shown.may_show_code or shown.arrival.document_id is None:
            return shown, None
        contents = [document(by, shown.arrival.document_id), *_earlier_pages(by, prescription)]
    # Outside the transaction: reading a picture takes its time.
    alive = (read for read in map(_code_in, contents) if read and _opens(read, prescription))
    return shown, next((code_text(read.number, read.token) for read in alive), None)


def choices(by: Actor, number: Any) -> Choices:
    """What stands now, for all, for each prescriber and for each prescription."""
    with transaction.atomic():
        standing = _standing(by)
        page = _page(by, number)
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


def any_opposition(by: Actor) -> bool:
    """Whether some opposition of his still stands."""
    return Opposition.objects.filter(subject_id=by.subject_id, until=None).exists()


def allergies(by: Actor) -> list[AllergyView]:
    """His allergies, whoever declared them, with the trace of the reading."""
    if by.subject_id is None:
        return []
    with transaction.atomic():
        record(Deed.LISTED, by=by, subject_id=by.subject_id, code="allergies")
        return allergies_of(by.subject_id)


def _whole(by: Actor) -> Any:
    """His prescriptions with what the pages show of them."""
    rows = visible_to(by).select_related("author", "subject", "case")
    return rows.prefetch_related("lines", "pushes", "case__balances")


def _page(by: Actor, number: Any) -> Page:
    return Paginator(_whole(by).order_by("-signed_at", "pk"), PAGE).get_page(number)


def _arrivals(
    by: Actor, prescriptions: Iterable[Prescription], at: datetime
) -> dict[UUID, Arrival]:
    """Where each document stands; two queries for all, since the patient is one."""
    rows = list(prescriptions)
    own = ReceivedDocument.objects.filter(subject_id=by.subject_id).defer("sealed")
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


def _present(documents: Any) -> ReceivedDocument | None:
    current = documents.filter(status=ReceivedDocument.Status.CURRENT)
    return current.order_by("-received_at").first()


def _latest_each(by: Actor) -> list[Prescription]:
    """The latest prescription of each prescriber, for his name as he signs it today."""
    rows = visible_to(by).select_related("author").order_by("author__user_id", "-signed_at")
    return sorted(rows.distinct("author__user_id"), key=author_of)


def _standing(by: Actor) -> Standing:
    return Standing(Opposition.objects.filter(subject_id=by.subject_id, until=None))


def _earlier_pages(by: Actor, prescription: Prescription) -> list[bytes]:
    """The pages that a later one took the place of, the latest first."""
    own = ReceivedDocument.objects.filter(subject_id=by.subject_id, number=prescription.number)
    past = own.filter(status=ReceivedDocument.Status.SUPERSEDED).order_by("-received_at")
    return [content_of(row) for row in past[:MOST_PAGES]]


def _opens(read: Code, prescription: Prescription) -> bool:
    return read.number == prescription.number and codes.find(read) is not None


def _code_in(content: bytes) -> Code | None:
    """The first code of ours on the page."""
    from eprescription.documents.reading import read_file  # heavy, and for this page alone

    return next(filter(None, map(parse, read_file(content).texts)), None)
