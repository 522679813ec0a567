"""Access by presentation: the code was shown at a pharmacy, or it dispensed from the prescription."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import opens_at
from eprescription.models import (
    Claim,
    Dispensing,
    Prescription,
    PrescriptionGroupGrant,
    Profession,
)
from eprescription.permissions.grants import permission_of
from eprescription.refusal import Refusal


def was_presented(actor: Actor, prescription: Prescription) -> bool:
    """Whether the code of this prescription was presented at the actor's pharmacy."""
    if actor.group_id is None:
        return False
    grants = PrescriptionGroupGrant.objects.filter(permission=permission_of("open_presented"))
    return grants.filter(group_id=actor.group_id, content_object=prescription).exists()


def grant_presented(actor: Actor, prescription: Prescription) -> None:
    """The code was presented: the pharmacy, not the person alone, may open the prescription."""
    assert actor.group_id is not None
    grant = PrescriptionGroupGrant(
        permission=permission_of("open_presented"),
        group_id=actor.group_id,
        content_object=prescription,
    )
    PrescriptionGroupGrant.objects.bulk_create([grant], ignore_conflicts=True)


def revoke_presented(prescription: Prescription, group_id: int | None = None) -> None:
    """Presentation ends with the claim: what was not dispensed here is read here no more."""
    grants = PrescriptionGroupGrant.objects.filter(content_object=prescription)
    (grants.filter(group_id=group_id) if group_id else grants).delete()


def dispensed_at(actor: Actor) -> QuerySet[Dispensing]:
    """What the actor's pharmacy dispensed, and so may read again: that half of `visible_to`, quick to count."""
    if not actor.is_pharmacist or actor.place_id is None:
        return Dispensing.objects.none()
    return Dispensing.objects.filter(pharmacy_id=actor.place_id)


def may_be_opened(actor: Actor, prescription: Prescription) -> bool:
    """Whether this pharmacy may open what was presented: an anonymous one is the designated pharmacy's alone."""
    return actor.is_pharmacist and opens_at(prescription, actor.place_id)


def presented_to(actor: Actor) -> Exists:
    assert actor.group_id is not None
    return Exists(
        PrescriptionGroupGrant.objects.filter(
            permission=permission_of("open_presented"),
            group_id=actor.group_id,
            content_object=OuterRef("pk"),
        )
    )


def dispensed_by(actor: Actor) -> Exists:
    return Exists(
        Dispensing.objects.filter(case__prescription=OuterRef("pk"), pharmacy=actor.place_id)
    )


def has_dispensed(actor: Actor, prescription: Prescription) -> bool:
    here = Dispensing.objects.filter(pharmacy=actor.place_id)
    return here.filter(case__prescription=prescription).exists()


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
