"""The policy: may this person touch this object? The only user of guardian; no rule means no.

Facts are columns (author, subject, dispensing pharmacy). Guardian holds what an event granted and another may take
back: reading of the execution, and access by presentation of the code. Superusers and inactive people get nothing.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.models import (
    Care,
    Claim,
    Dispensing,
    Opposition,
    Prescription,
    PrescriptionGroupGrant,
    PrescriptionState,
    PrescriptionUserGrant,
    Profession,
    Role,
    Subject,
)
from eprescription.refusal import Refusal


class Action(StrEnum):
    """What a door is for; alphabetical."""

    CANCEL = "cancel"
    COLLECT = "collect"
    DISPENSE = "dispense"
    HOME = "home"
    IDENTIFY = "identify"
    OPEN = "open"
    OPPOSE = "oppose"
    PRINT = "print"
    READ = "read"
    SEND = "send"
    SIGN = "sign"
    WRITE = "write"


ROLES: dict[Action, tuple[str, ...]] = {
    Action.CANCEL: (Role.PRESCRIBER,),
    Action.COLLECT: (Role.PATIENT,),
    Action.DISPENSE: (Role.PHARMACIST,),
    Action.HOME: (Role.PRESCRIBER, Role.PHARMACIST, Role.PATIENT),
    Action.IDENTIFY: (Role.PRESCRIBER,),
    Action.OPEN: (Role.PHARMACIST,),
    Action.OPPOSE: (Role.PATIENT,),
    Action.PRINT: (Role.PRESCRIBER,),
    Action.READ: (Role.PRESCRIBER, Role.PHARMACIST, Role.PATIENT),
    Action.SEND: (Role.PRESCRIBER, Role.PATIENT),
    Action.SIGN: (Role.PRESCRIBER,),
    Action.WRITE: (Role.PRESCRIBER,),
}


def check_role(actor: Actor | None, action: Action) -> None:
    """Raises unless the role of `actor` may do `action` at all."""
    if actor is None or not actor.active or actor.role not in ROLES.get(action, ()):
        raise Refusal("role", _("Votre rôle ne permet pas cet acte."))


def can(check: Callable[..., None], *args: Any) -> bool:
    """Whether `check` lets pass: the button and the server's refusal cannot disagree."""
    try:
        check(*args)
    except Refusal:
        return False
    return True


# --- Prescriptions


def visible_to(actor: Actor | None) -> QuerySet[Prescription]:
    """The prescriptions this actor may read; details come from the same queryset and answer 404."""
    if actor is None or not actor.active:
        return Prescription.objects.none()
    if actor.role == Role.PRESCRIBER:
        return Prescription.objects.filter(author_id__in=actor.practices)
    signed = Prescription.objects.exclude(state=PrescriptionState.DRAFT)
    if actor.role == Role.PATIENT and actor.subject_id:
        return signed.filter(subject_id=actor.subject_id, subject__kind=Subject.Kind.NAMED)
    if actor.role == Role.PHARMACIST and actor.place_id:
        return signed.filter(_presented_to(actor) | _dispensed_by(actor))
    return Prescription.objects.none()


def can_see(actor: Actor | None, prescription: Prescription) -> bool:
    """Whether this actor may read this prescription: the same law as `visible_to`, for one object."""
    if actor is None or not actor.active:
        return False
    if actor.role == Role.PRESCRIBER:
        return prescription.author_id in actor.practices
    if prescription.state == PrescriptionState.DRAFT:
        return False
    if actor.role == Role.PATIENT:
        named = prescription.subject.kind == Subject.Kind.NAMED
        return named and prescription.subject_id == actor.subject_id
    if actor.role == Role.PHARMACIST and actor.place_id:
        return was_presented(actor, prescription) or _has_dispensed(actor, prescription)
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


def dispensed_at(actor: Actor) -> QuerySet[Dispensing]:
    """What the actor's pharmacy dispensed, and so may read again: that half of `visible_to`, quick to count."""
    if not actor.is_pharmacist or actor.place_id is None:
        return Dispensing.objects.none()
    return Dispensing.objects.filter(pharmacy_id=actor.place_id)


# --- Access by presentation


def was_presented(actor: Actor, prescription: Prescription) -> bool:
    """Whether the code of this prescription was presented at the actor's pharmacy."""
    if actor.group_id is None:
        return False
    grants = PrescriptionGroupGrant.objects.filter(permission=_permission("open_presented"))
    return grants.filter(group_id=actor.group_id, content_object=prescription).exists()


def check_dispense(actor: Actor, prescription: Prescription, claim: Claim | None) -> None:
    """Only the pharmacy that holds the living claim dispenses or releases."""
    held = claim is not None and claim.ended_at is None and claim.pharmacy_id == actor.place_id
    if not actor.is_pharmacist or not held:
        raise Refusal("no_claim", _("Votre pharmacie n'a pas pris cette ordonnance en charge."))


def check_validate(actor: Actor) -> None:
    """A préparateur makes ready; a pharmacist answers for what is dispensed (CSP L. 4241-1, R. 4235-13)."""
    if not actor.is_pharmacist or actor.profession != Profession.PHARMACIST:
        raise Refusal("not_a_pharmacist", _("Un pharmacien doit valider cette délivrance."))


def check_correct(actor: Actor, dispensing: Dispensing) -> None:
    """Who dispensed corrects it himself."""
    if not actor.is_pharmacist or dispensing.by_id != actor.activity_id:
        raise Refusal("not_its_author", _("Seul l'auteur d'une délivrance la corrige."))


def grant_presented(actor: Actor, prescription: Prescription) -> None:
    """The code was presented: the pharmacy, not the person alone, may open the prescription."""
    assert actor.group_id is not None
    grant = PrescriptionGroupGrant(
        permission=_permission("open_presented"),
        group_id=actor.group_id,
        content_object=prescription,
    )
    PrescriptionGroupGrant.objects.bulk_create([grant], ignore_conflicts=True)


def revoke_presented(prescription: Prescription, group_id: int | None = None) -> None:
    """Presentation ends with the claim: what was not dispensed here is read here no more."""
    grants = PrescriptionGroupGrant.objects.filter(content_object=prescription)
    (grants.filter(group_id=group_id) if group_id else grants).delete()


# --- Reading of the execution (CSP R. 4072-1 et s.)


def check_read_execution(actor: Actor, prescription: Prescription) -> None:
    """Pharmacists and the patient read it always; the author unless the patient opposed it."""
    if not can_see(actor, prescription):
        raise Refusal("not_visible", _("Cette ordonnance ne vous est pas ouverte."))
    if actor.role != Role.PRESCRIBER:
        return
    grants = PrescriptionUserGrant.objects.filter(permission=_permission("read_execution"))
    if not grants.filter(user_id=actor.user_id, content_object=prescription).exists():
        raise Refusal("opposed", _("Suivi non consulté : le patient s'y est opposé."))


def execution_readable(actor: Actor, prescriptions: list[Prescription]) -> set[Any]:
    """The ids among `prescriptions` (already visible) whose execution this actor may read; one query."""
    ids = [p.pk for p in prescriptions]
    if actor.role != Role.PRESCRIBER:
        return set(ids)
    grants = PrescriptionUserGrant.objects.filter(
        permission=_permission("read_execution"), user_id=actor.user_id, content_object__in=ids
    )
    return set(grants.values_list("content_object_id", flat=True))


def settle_reading(prescriptions: QuerySet[Prescription]) -> None:
    """Grants the authors the reading of the execution where no opposition stands, revokes it elsewhere.

    The caller holds the lock of the subject, so that a signature and an opposition never miss each other.
    """
    signed = prescriptions.exclude(state=PrescriptionState.DRAFT)
    rows = signed.annotate(opposed=Exists(_standing(OuterRef))).values_list(
        "pk", "author__user_id", "opposed"
    )
    settled = list(rows)
    PrescriptionUserGrant.objects.filter(
        content_object__in=[pk for pk, _user, opposed in settled if opposed]
    ).delete()
    permission = _permission("read_execution")
    PrescriptionUserGrant.objects.bulk_create(
        [
            PrescriptionUserGrant(permission=permission, user_id=user, content_object_id=pk)
            for pk, user, opposed in settled
            if not opposed
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def check_oppose(actor: Actor, subject_id: Any) -> None:
    """The patient decides for himself."""
    if not actor.is_patient or actor.subject_id is None or actor.subject_id != subject_id:
        raise Refusal("not_self", _("Seul le patient décide de cela."))


# --- Patients


def patients_of(actor: Actor) -> QuerySet[Care]:
    """The patients a prescriber knows."""
    if not actor.is_prescriber:
        return Care.objects.none()
    return Care.objects.filter(prescriber_id=actor.activity_id)


def _standing(outer: Any) -> QuerySet[Opposition]:
    target = (
        Q(reach="all")
        | Q(reach="prescriber", prescriber=outer("author__user_id"))
        | Q(reach="prescription", prescription=outer("pk"))
    )
    return Opposition.objects.filter(target, subject=outer("subject_id"), until=None)


def _presented_to(actor: Actor) -> Exists:
    assert actor.group_id is not None
    return Exists(
        PrescriptionGroupGrant.objects.filter(
            permission=_permission("open_presented"),
            group_id=actor.group_id,
            content_object=OuterRef("pk"),
        )
    )


def _dispensed_by(actor: Actor) -> Exists:
    return Exists(
        Dispensing.objects.filter(case__prescription=OuterRef("pk"), pharmacy=actor.place_id)
    )


def _has_dispensed(actor: Actor, prescription: Prescription) -> bool:
    here = Dispensing.objects.filter(pharmacy=actor.place_id)
    return here.filter(case__prescription=prescription).exists()


@lru_cache(maxsize=8)
def _permission(codename: str) -> Permission:
    """One of the two codenames; they are made by migrations and live as long as the database."""
    return Permission.objects.get(
        codename=codename,
        content_type__app_label="eprescription",
        content_type__model="prescription",
    )


def forget_permissions(**kwargs: Any) -> None:
    """Migrations have run: the rows may be others."""
    _permission.cache_clear()
