"""Delivers one push: lease, re-read the rights, send outside any transaction, record."""

import logging
import uuid
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from eprescription import striking
from eprescription.audit.journal import record
from eprescription.cda import prescription as cda
from eprescription.cda.header import Version
from eprescription.documents.paper import page_of
from eprescription.health_space import client, outbox
from eprescription.health_space.payload import CDA, PDF, Document, bundle
from eprescription.identity import vault
from eprescription.identity.traits import Traits
from eprescription.models import Deed, Outcome, Prescription, Push, PushState, Subject
from eprescription.outbox import Answer, outcome_of, withheld
from eprescription.rules import AT_PUSH, Breach, breaches
from eprescription.rules.facts import PushFacts

CANCELLED = "cancelled"  # the occasion of a push that takes back

log = logging.getLogger(__name__)


def obstacles(prescription: Prescription, *, on: date) -> list[Breach]:
    """Why a prescription may not leave for the health space; empty when it may. Shown to people as it is."""
    anonymous = prescription.subject.kind == Subject.Kind.ANONYMOUS
    qualified = not anonymous and vault.qualified(prescription.subject_id)
    return breaches(AT_PUSH, PushFacts(anonymous, qualified), on=on)


def deliver(push_id: uuid.UUID, *, at: datetime) -> Push | None:
    """Sends one due push once; returns it with its new state, or None when it was not due."""
    return outbox.PUSHES.deliver(push_id, send=lambda push: _sent(push, at), trace=_trace, at=at)


def _sent(push: Push, at: datetime) -> tuple[PushState, Answer]:
    """What becomes of the push, and by which answer: the law is asked again."""
    rows = Prescription.objects.select_related("subject", "author__place")
    prescription = rows.get(pk=push.prescription_id)
    stopped = obstacles(prescription, on=timezone.localtime(at).date())
    if stopped:
        return withheld(stopped[0].rule)
    if push.occasion != CANCELLED and not striking.still_prescribes(prescription.author_id):
        return withheld(striking.CODE)
    if _later_was_delivered(push):
        return withheld("a_later_one_was_delivered")
    return outcome_of(push, _attempt(push, prescription))


def _attempt(push: Push, prescription: Prescription) -> Answer:
    """A page that cannot be made is a failed attempt like another: it is counted, and it blocks nobody."""
    try:
        return client.send(bundle(_document(push, prescription)), key=push.pk)
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say it and the next push must go
        log.error("push_not_made %s %s", push.pk, type(error).__name__)
        return Answer(False, False, type(error).__name__[:40])


def _trace(push: Push, answer: Answer) -> None:
    outcome = Outcome.DONE if answer.delivered else Outcome.FAILED
    record(Deed.PUSHED, by=None, prescription=push.prescription, outcome=outcome, code=answer.code)


def _document(push: Push, prescription: Prescription) -> Document:
    """The page is the one that was signed; the address is today's, in case the identity was corrected since."""
    assert prescription.number and prescription.prescriber and prescription.signed_at
    signed = vault.read(prescription.subject_id, prescription.identity_version)
    today = vault.read(prescription.subject_id)
    media, content = _content(push, prescription, signed)
    return Document(
        key=push.pk,
        number=prescription.number,
        ins=today.ins,
        ins_oid=today.ins_oid,
        author_rpps=prescription.prescriber["identifier"],
        author_name=prescription.prescriber["name"],
        signed_at=prescription.signed_at,
        content=content,
        media=media,
        replaces=_before(push),
        secret=bool(prescription.secret),
    )


def _content(push: Push, prescription: Prescription, signed: Traits) -> tuple[str, bytes]:
    """The page; where the receiver asks for it and the model can hold it, in its CDA document."""
    if not (settings.HEALTH_SPACE_CDA and cda.can_be_written(prescription)):
        return PDF, page_of(prescription, signed)
    earlier = Push.objects.filter(prescription=push.prescription_id, created_at__lt=push.created_at)
    version = Version(push.pk, prescription.pk, 1 + earlier.count(), _before(push))
    return CDA, cda.document_of(prescription, signed, version)


def _before(push: Push) -> uuid.UUID | None:
    """The document that this one takes the place of."""
    earlier = Push.objects.filter(prescription=push.prescription_id, created_at__lt=push.created_at)
    found = earlier.exclude(state=PushState.WITHHELD).order_by("-created_at").first()
    return found.pk if found else None


def _later_was_delivered(push: Push) -> bool:
    """A dead push that is tried again must not come over the document that took its place."""
    later = Push.objects.filter(prescription=push.prescription_id, created_at__gt=push.created_at)
    return later.filter(state=PushState.DELIVERED).exists()
