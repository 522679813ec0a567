"""The reading of the execution, and who decides of it (CSP R. 4072-1 et s.)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import is_anonymous
from eprescription.models import (
    Anonymity,
    JournalEntry,
    Opposition,
    Prescription,
    PrescriptionState,
    PrescriptionUserGrant,
    Role,
    SecretCare,
    Subject,
)
from eprescription.permissions.grants import permission_of
from eprescription.permissions.prescriptions import can_see, visible_to
from eprescription.refusal import Refusal
from eprescription.representing import deciders


def check_read_execution(actor: Actor, prescription: Prescription) -> None:
    """Pharmacists and the patient read it always; the author unless the patient opposed it.

    She who asked for anonymity has no space to oppose from: what she answered at the signature stands. Nobody is
    granted anything on her prescription.
    """
    if not can_see(actor, prescription):
        raise Refusal("not_visible", _("Cette ordonnance ne vous est pas ouverte."))
    if actor.role == Role.PRESCRIBER and prescription.pk not in execution_readable(
        actor, [prescription]
    ):
        raise Refusal("opposed", _("Suivi non consulté : le patient s'y est opposé."))


def execution_readable(actor: Actor, prescriptions: list[Prescription]) -> set[Any]:
    """The ids among `prescriptions` (already visible) whose execution this actor may read; one query."""
    ids = [p.pk for p in prescriptions]
    if actor.role != Role.PRESCRIBER:
        return set(ids)
    answered = {p.pk for p in prescriptions if is_anonymous(p) and p.may_follow}
    grants = PrescriptionUserGrant.objects.filter(
        permission=permission_of("read_execution"), user_id=actor.user_id, content_object__in=ids
    )
    return answered | set(grants.values_list("content_object_id", flat=True))


def followed_by(actor: Actor) -> QuerySet[Prescription]:
    """The prescriber's own whose execution he may read now: the law of `execution_readable`, inside a query.

    What he may not read is not even looked at, so that the time of an answer tells nothing of it.
    """
    if not actor.is_prescriber:
        return Prescription.objects.none()
    granted = PrescriptionUserGrant.objects.filter(
        permission=permission_of("read_execution"),
        user_id=actor.user_id,
        content_object=OuterRef("pk"),
    )
    answered = Q(anonymity=Anonymity.ANONYMOUS, may_follow=True)
    return visible_to(actor).filter(Exists(granted) | answered)


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
    permission = permission_of("read_execution")
    PrescriptionUserGrant.objects.bulk_create(
        [
            PrescriptionUserGrant(permission=permission, user_id=user, content_object_id=pk)
            for pk, user, opposed in settled
            if not opposed
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def check_self(actor: Actor, subject_id: Any) -> None:
    """It is the actor's own space, or that of somebody he stands for."""
    if not actor.is_patient or actor.subject_id is None or actor.subject_id != subject_id:
        raise Refusal("not_self", _("Seul le patient décide de cela."))


def check_oppose(
    actor: Actor, subject_id: Any, *, secret: bool = False, at: datetime
) -> frozenset[UUID]:
    """Who decides for this patient says yes or no to the reading; gives all whose word counts (R. 4072-1 et s.).

    `secret`: it is about care that stays unknown to those who stand for a minor; there he decides alone.
    """
    check_self(actor, subject_id)
    whose = deciders(subject_id, secret=secret, at=at)
    if actor.user_id not in whose:
        raise Refusal(
            "not_decider",
            _(
                "Ce choix revient aux représentants légaux, qui décident ensemble. "
                "Vous pouvez en parler à votre médecin : il enregistre ce que vous lui dites."
            ),
        )
    return whose


def oppositions_of(actor: Actor) -> QuerySet[Opposition]:
    """The oppositions of the patient whose space it is, past ones too; nothing of care kept from a representative."""
    if not actor.is_patient or actor.subject_id is None:
        return Opposition.objects.none()
    rows = Opposition.objects.filter(subject_id=actor.subject_id)
    told = Q(prescription=None) | Q(prescription__secret=SecretCare.NONE)
    return rows.filter(told) if actor.representing else rows


def journal_of(actor: Actor) -> QuerySet[JournalEntry]:
    """Who read or did what about the patient whose space it is (GDPR art. 15; CJEU C-579/21).

    A representative reads what concerns the prescriptions he may read, and what those who stand for this person did
    in the space: a search by a doctor, or a doubt of the minor's own, could tell of care that is kept from him.
    """
    if not actor.is_patient or actor.subject_id is None:
        return JournalEntry.objects.none()
    rows = JournalEntry.objects.filter(subject_id=actor.subject_id)
    if not actor.representing:
        return rows
    own = Subject.objects.filter(pk=actor.subject_id).values_list("user", flat=True).first()
    theirs = Q(prescription=None, role=Role.PATIENT) & ~Q(activity__user=own)
    return rows.filter(Q(prescription__in=visible_to(actor)) | theirs)


def _standing(outer: Any) -> QuerySet[Opposition]:
    target = (
        Q(reach="all")
        | Q(reach="prescriber", prescriber=outer("author__user_id"))
        | Q(reach="prescription", prescription=outer("pk"))
    )
    return Opposition.objects.filter(target, subject=outer("subject_id"), until=None)
