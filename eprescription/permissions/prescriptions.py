"""Who may see a prescription, and who may change it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import opens_at
from eprescription.models import (
    Anonymity,
    Care,
    Prescription,
    PrescriptionState,
    Role,
    SecretCare,
    Subject,
)
from eprescription.permissions.presented import (
    dispensed_by,
    has_dispensed,
    presented_to,
    was_presented,
)
from eprescription.refusal import Refusal


def visible_to(actor: Actor | None) -> QuerySet[Prescription]:
    """The prescriptions this actor may read; details come from the same queryset and answer 404.

    What was erased but for a register (CSP R. 5132-10) is read by the pharmacy that keeps the register alone.
    """
    if actor is None or not actor.active:
        return Prescription.objects.none()
    if actor.role == Role.PRESCRIBER:
        return Prescription.objects.filter(author_id__in=actor.practices, erased_at=None)
    signed = Prescription.objects.exclude(state=PrescriptionState.DRAFT)
    if actor.role == Role.PATIENT and actor.subject_id:
        own = signed.filter(
            subject_id=actor.subject_id, subject__kind=Subject.Kind.NAMED, erased_at=None
        )
        return own.filter(secret=SecretCare.NONE) if actor.representing else own
    if actor.role == Role.PHARMACIST and actor.place_id:
        here = ~Q(anonymity=Anonymity.ANONYMOUS) | Q(designated=actor.place_id)
        return signed.filter(presented_to(actor) | dispensed_by(actor)).filter(here)
    return Prescription.objects.none()


def can_see(actor: Actor | None, prescription: Prescription) -> bool:
    """Whether this actor may read this prescription: the same law as `visible_to`, for one object."""
    if actor is None or not actor.active:
        return False
    if prescription.erased_at and actor.role != Role.PHARMACIST:
        return False
    if actor.role == Role.PRESCRIBER:
        return prescription.author_id in actor.practices
    if prescription.state == PrescriptionState.DRAFT:
        return False
    if actor.role == Role.PATIENT:
        named = prescription.subject.kind == Subject.Kind.NAMED
        kept = bool(actor.representing and prescription.secret)
        return named and not kept and prescription.subject_id == actor.subject_id
    if actor.role == Role.PHARMACIST and actor.place_id:
        presented = was_presented(actor, prescription) or has_dispensed(actor, prescription)
        return presented and opens_at(prescription, actor.place_id)
    return False


def check_write(actor: Actor, prescription: Prescription) -> None:
    """Only the author writes, signs or cancels, and only in his own activity."""
    if not actor.is_prescriber or prescription.author_id != actor.activity_id:
        raise Refusal("not_author", _("Seul l'auteur peut modifier cette ordonnance."))


def check_repeat(actor: Actor, prescription: Prescription) -> None:
    """A prescriber takes up again what he wrote himself, in whichever of his activities."""
    if not actor.is_prescriber or not can_see(actor, prescription):
        raise Refusal("not_author", _("Seul l'auteur peut reprendre cette ordonnance."))


def check_care(actor: Actor, subject_id: Any) -> None:
    """A prescriber writes for a patient whom he registered or found by his traits."""
    known = Care.objects.filter(prescriber_id=actor.activity_id, subject_id=subject_id)
    if not actor.is_prescriber or not known.exists():
        raise Refusal("no_care", _("Retrouvez d'abord le patient par son identité."))


def patients_of(actor: Actor) -> QuerySet[Care]:
    """The patients a prescriber knows."""
    if not actor.is_prescriber:
        return Care.objects.none()
    return Care.objects.filter(prescriber_id=actor.activity_id)
