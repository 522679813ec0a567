"""The code that a patient shows from his telephone: read from the page that arrived, since nobody else keeps it."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from eprescription.actor import Actor
from eprescription.documents import codes
from eprescription.documents.code import Code, code_text, parse
from eprescription.models import Prescription
from patients.documents import document, earlier_pages
from patients.presenters import Card
from patients.queries import cards_of, prescription_of


def code(by: Actor, pk: UUID, *, at: datetime) -> tuple[Card, str | None]:
    """The text of the living code, read from the documents he received; None when it opens nothing now, or when this
    portal shows no code on a screen.

    A page that was made anew when a line changed may come without the code that the first one bears.
    """
    with transaction.atomic():
        prescription = prescription_of(by, pk)
        [shown] = cards_of(by, [prescription], at)
        off = not settings.CODE_ON_SCREEN
        if off or not shown.may_show_code or shown.arrival.document_id is None:
            return shown, None
        contents = [document(by, shown.arrival.document_id)[1], *earlier_pages(by, prescription)]
    # Outside the transaction: reading a picture takes its time.
    alive = (read for read in map(_code_in, contents) if read and _opens(read, prescription))
    return shown, next((code_text(read.number, read.token) for read in alive), None)


def _opens(read: Code, prescription: Prescription) -> bool:
    return read.number == prescription.number and codes.find(read) is not None


def _code_in(content: bytes) -> Code | None:
    """The first code of ours on the page."""
    from eprescription.documents.reading import read_file  # heavy, and for this page alone

    return next(filter(None, map(parse, read_file(content).texts)), None)
