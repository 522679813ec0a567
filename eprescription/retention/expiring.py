"""The rules of time: what is over is erased, each object in a transaction of its own, so that it may be stopped anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from eprescription.models import (
    DoneOnce,
    Letter,
    Prescription,
    PrescriptionState,
    Push,
    PushState,
    Subject,
    Tombstone,
    Warrant,
)
from eprescription.retention.erasing import erase_prescription, registered_subjects

GONE = [PushState.DELIVERED, PushState.WITHHELD]
BATCH = 1000


@dataclass(frozen=True)
class Rule:
    """One rule: its name, why, which rows it concerns at a moment, and how they go."""

    name: str
    why: str
    due: Callable[[datetime], QuerySet[Any]]
    erase: Callable[["Rule", datetime], int]


def drafts(at: datetime) -> QuerySet[Prescription]:
    """Drafts that their author has not touched for long."""
    return Prescription.objects.filter(
        state=PrescriptionState.DRAFT, written_at__lt=at - settings.KEEP_DRAFTS
    )


def prescriptions(at: datetime) -> QuerySet[Prescription]:
    """Named prescriptions five years after they were signed; those of which a register tells go once, and at its end."""
    old = Prescription.objects.filter(signed_at__lt=at - settings.KEEP_PRESCRIPTIONS)
    return _not_held(old, at).exclude(subject__kind=Subject.Kind.ANONYMOUS)


def anonymous(at: datetime) -> QuerySet[Prescription]:
    """Anonymous ones, once they are no longer valid and billed."""
    day = timezone.localdate(at - settings.KEEP_ANONYMOUS)
    old = Prescription.objects.filter(
        expires_on__lt=day, subject__kind=Subject.Kind.ANONYMOUS, number__isnull=False
    )
    return _not_held(old, at)


def once_keys(at: datetime) -> QuerySet[DoneOnce]:
    """Keys of acts that nobody asks again."""
    return DoneOnce.objects.filter(at__lt=at - settings.KEEP_DONE)


def pushes(at: datetime) -> QuerySet[Push]:
    """Documents that the health space has, or that were not sent."""
    return Push.objects.filter(state__in=GONE, created_at__lt=at - settings.KEEP_DONE)


def letters(at: datetime) -> QuerySet[Letter]:
    """Secure mail that has left, or was not sent."""
    return Letter.objects.filter(state__in=GONE, created_at__lt=at - settings.KEEP_DONE)


def sessions(at: datetime) -> QuerySet[Session]:
    """Sessions that are over."""
    return Session.objects.filter(expire_date__lt=at)


def _not_held(rows: QuerySet[Prescription], at: datetime) -> QuerySet[Prescription]:
    done = Exists(Tombstone.objects.filter(number=OuterRef("number")))
    held = Prescription.objects.filter(registered_subjects(at), pk=OuterRef("pk"))
    return rows.exclude(done & Exists(held))


def _each(rule: Rule, at: datetime) -> int:
    keys = list(rule.due(at).values_list("pk", flat=True))
    for key in keys:
        erase_prescription(key, rule=rule.name, at=at)
    return len(keys)


def _in_batches(rule: Rule, at: datetime) -> int:
    total = 0
    while True:
        with transaction.atomic():
            keys = list(rule.due(at).values_list("pk", flat=True)[:BATCH])
            if not keys:
                return total
            Warrant.objects.create(kind=Warrant.Kind.ERASURE, reason=rule.name)
            model = rule.due(at).model
            model._base_manager.filter(pk__in=keys)._raw_delete("default")
            total += len(keys)


RULES = (
    Rule("draft", "KEEP_DRAFTS", drafts, _each),
    Rule("prescription", "KEEP_PRESCRIPTIONS, R. 4071-1", prescriptions, _each),
    Rule("anonymous", "validity, then KEEP_ANONYMOUS", anonymous, _each),
    Rule("once", "KEEP_DONE", once_keys, _in_batches),
    Rule("push", "KEEP_DONE", pushes, _in_batches),
    Rule("letter", "KEEP_DONE", letters, _in_batches),
    Rule("session", "end of the session", sessions, _in_batches),
)


def erase_expired(*, at: datetime) -> Iterator[tuple[Rule, int]]:
    """Applies each rule and tells how many objects it concerned."""
    for rule in RULES:
        yield rule, rule.erase(rule, at)
