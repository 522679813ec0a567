"""Delivers one push: lease, re-read the rights, send outside any transaction, record."""

import uuid
from datetime import date, datetime

from django.db import transaction

from eprescription.audit.journal import record
from eprescription.documents.paper import page_of
from eprescription.health_space import client, outbox
from eprescription.health_space.payload import Document, bundle
from eprescription.identity import vault
from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.lifecycle import move
from eprescription.models import Deed, Outcome, Prescription, Push, PushState, Subject
from eprescription.rules import AT_PUSH, Breach, breaches
from eprescription.rules.facts import PushFacts


def obstacles(prescription: Prescription, *, on: date) -> list[Breach]:
    """Why a prescription may not leave for the health space; empty when it may. Shown to people as it is."""
    anonymous = prescription.subject.kind == Subject.Kind.ANONYMOUS
    qualified = not anonymous and vault.qualified(prescription.subject_id)
    return breaches(AT_PUSH, PushFacts(anonymous, qualified), on=on)


def deliver(push_id: object, *, at: datetime) -> Push | None:
    """Sends one due push once; returns it with its new state, or None when it was not due."""
    push = outbox.lease(push_id, at=at)
    if push is None:
        return None
    rows = Prescription.objects.select_related("subject", "author__place")
    prescription = rows.get(pk=push.prescription_id)
    stopped = obstacles(prescription, on=at.date())
    if stopped:
        return _settle(push, prescription, PushState.WITHHELD, at, stopped[0].rule[:40])
    answer = client.send(bundle(_document(push, prescription)), key=push.pk)
    if answer.delivered:
        return _settle(push, prescription, PushState.DELIVERED, at, answer.code)
    if answer.final or push.attempts >= outbox.MOST_ATTEMPTS:
        return _settle(push, prescription, PushState.DEAD, at, answer.code)
    return _settle(push, prescription, PushState.WAITING, at, answer.code)


def _settle(
    push: Push, prescription: Prescription, state: PushState, at: datetime, code: str
) -> Push:
    changes = {"last_code": code, "leased_until": None}
    if state is PushState.WAITING:
        changes["next_at"] = outbox.retry_at(push.attempts, at)
    if state is PushState.DELIVERED:
        changes["delivered_at"] = at
    outcome = Outcome.DONE if state is PushState.DELIVERED else Outcome.FAILED
    with transaction.atomic():
        move(push, state, by=None, at=at, **changes)
        record(Deed.PUSHED, by=None, prescription=prescription, outcome=outcome, code=code)
    return push


def _document(push: Push, prescription: Prescription) -> Document:
    assert prescription.number and prescription.prescriber and prescription.signed_at
    traits = vault.read(prescription.subject_id, prescription.identity_version)
    current = _latest(prescription, traits)
    return Document(
        key=push.pk,
        number=prescription.number,
        ins=current.ins,
        ins_oid=current.ins_oid,
        author_rpps=prescription.prescriber["identifier"],
        author_name=prescription.prescriber["name"],
        signed_at=prescription.signed_at,
        content=page_of(prescription, traits),
        replaces=_before(push),
    )


def _latest(prescription: Prescription, signed: Traits) -> Traits:
    """The INS may have been qualified after the signature: the address is today's, the page is the signed one."""
    return signed if signed.status is IdentityStatus.QUAL else vault.read(prescription.subject_id)


def _before(push: Push) -> uuid.UUID | None:
    """The document that this one takes the place of."""
    earlier = Push.objects.filter(prescription=push.prescription_id, created_at__lt=push.created_at)
    found = earlier.exclude(state=PushState.WITHHELD).order_by("-created_at").first()
    return found.pk if found else None
