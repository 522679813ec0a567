"""The documents that arrived in a space: which of them a reader may open, and what they hold."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Deed, Prescription
from eprescription.permissions import visible_to
from patients.models import ReceivedDocument
from patients.receiving import content_of

MOST_PAGES = 5  # in which a living code is looked for


def document(by: Actor, pk: UUID) -> tuple[ReceivedDocument, bytes]:
    """What arrived, and its PDF. The address of an earlier version gives the present one."""
    with transaction.atomic():
        own = documents_of(by)
        asked = own.filter(pk=pk).first()
        if asked is None:
            raise Http404
        same = own.filter(number=asked.number) if asked.number else own.filter(pk=pk)
        prescription = visible_to(by).filter(number=asked.number or None).first()
        record(Deed.READ_DOCUMENT, by=by, prescription=prescription, subject_id=by.subject_id)
        found = _present(same) or asked
        return found, content_of(found)


def documents_of(by: Actor) -> QuerySet[ReceivedDocument]:
    """What arrived in this space; a representative opens only what belongs to a prescription that he may read."""
    if by.subject_id is None:
        return ReceivedDocument.objects.none()
    own = ReceivedDocument.objects.filter(subject_id=by.subject_id)
    if not by.representing:
        return own
    return own.filter(number__in=visible_to(by).values("number"), hidden=False)


def earlier_pages(by: Actor, prescription: Prescription) -> list[bytes]:
    """The pages that a later one took the place of, the latest first."""
    own = documents_of(by).filter(number=prescription.number)
    past = own.filter(status=ReceivedDocument.Status.SUPERSEDED).order_by("-received_at")
    return [content_of(row) for row in past[:MOST_PAGES]]


def _present(documents: Any) -> ReceivedDocument | None:
    current = documents.filter(status=ReceivedDocument.Status.CURRENT)
    return current.order_by("-received_at").first()
