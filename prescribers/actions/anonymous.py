"""An anonymous prescription is begun before anybody is named, and never becomes another one (product.md 3.7)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Anonymity, Deed, LineKind, Place, Prescription, Subject
from eprescription.once import once
from eprescription.permissions import Action, check_role, check_write
from eprescription.refusal import Refusal, Unlawful
from eprescription.rules import IVG, breaches
from prescribers import lines as contents
from prescribers.actions.drafts import add_written, discard
from prescribers.facts import ivg_facts

SAID = ("teleconsultation", "convention_place", "convention_date")


def begin_anonymous(
    *, answers: Mapping[str, Any], place_id: UUID | None, key: UUID, by: Actor, at: datetime
) -> Prescription:
    """Begins the prescription of a woman who asked for anonymity; the same `key` again gives the same one.

    `answers` are those of `actions.ivg.ANSWERS`, `place_id` the pharmacy that she designates. Raises Unlawful with
    what is missing or forbidden: face to face nothing is written for a pharmacy (CSP R. 2212-14-1). Who she is stands
    nowhere: her subject is new, and no other prescription is hers.
    """
    check_role(by, Action.WRITE)
    pharmacy = _checked(answers, place_id, timezone.localdate(at))
    asked = (dict(answers), place_id)
    with transaction.atomic():
        new = uuid4()
        done = once(act="begin", key=key, asked=asked, result=new, by=by, at=at)
        if done:
            return Prescription.objects.get(pk=done)
        prescription = Prescription.objects.create(
            id=new,
            author_id=by.activity_id,
            subject=Subject.objects.create(kind=Subject.Kind.ANONYMOUS),
            anonymity=Anonymity.ANONYMOUS,
            designated=pharmacy,
            pharmacy_named=pharmacy.name,
            created_at=at,
            written_at=at,
            **{name: answers[name] for name in SAID},
        )
        record(Deed.DRAFTED, by=by, prescription=prescription)
    return prescription


def go_on_anonymous(
    *,
    prescription: Prescription,
    content: Mapping[str, Any],
    answers: Mapping[str, Any],
    place_id: UUID | None,
    text: str = "",
    key: UUID,
    by: Actor,
    at: datetime,
) -> Prescription:
    """A medicine of abortion was chosen on a named draft, and she asks for anonymity: a new writing begins.

    Of the named draft its medicines go along, without a word of anybody's own; it is thrown away in a transaction
    before that one, so that no row of the two was written at the same instant. Raises Unlawful.
    """
    check_write(by, prescription)
    _checked(answers, place_id, timezone.localdate(at))
    kept = [contents.again(line, timezone.localdate(at)) for line in _medicines(prescription)]
    discard(prescription=prescription, by=by, at=at)
    with transaction.atomic():
        begun = begin_anonymous(answers=answers, place_id=place_id, key=key, by=by, at=at)
        _write(begun, kept, by, at)
        add_written(begun, content, text, by, at)
    return begun


def _checked(answers: Mapping[str, Any], place_id: UUID | None, on: Any) -> Place:
    """The designated pharmacy, when the law lets an anonymous prescription be written."""
    pharmacies = Place.objects.filter(kind=Place.Kind.PHARMACY)
    pharmacy = pharmacies.filter(pk=place_id).first() if place_id else None
    said = dict(answers) | {"pharmacy_named": pharmacy.name if pharmacy else ""}
    wrong = breaches(IVG, ivg_facts({"ivg": True}, said, on, named=False), on=on)
    if wrong:
        raise Unlawful(wrong)
    if pharmacy is None or answers["anonymity"] != Anonymity.ANONYMOUS:
        raise Refusal("not_anonymous", _("Cette patiente n'a pas demandé l'anonymat."))
    return pharmacy


def _medicines(prescription: Prescription) -> Iterable[Any]:
    return prescription.lines.filter(kind=LineKind.MEDICINE).order_by("position")


def _write(
    prescription: Prescription, kept: Iterable[Mapping[str, Any]], by: Actor, at: datetime
) -> None:
    for content in kept:
        add_written(prescription, content, "", by, at)
