"""Recording who stands for a patient, documents in hand, and ending it."""

from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from eprescription import linking
from eprescription.actor import Actor
from eprescription.linking import NewLink, NotLinked
from eprescription.models import Capacity, Evidence, LinkEnd, Representation
from eprescription.permissions import Action, check_care, check_role

PROOFS: dict[Capacity, tuple[Evidence, ...]] = {
    Capacity.PARENT: (Evidence.FAMILY_BOOK, Evidence.BIRTH_RECORD, Evidence.JUDGMENT),
    Capacity.GUARDIAN: (Evidence.JUDGMENT,),
    Capacity.MANDATE: (Evidence.JUDGMENT, Evidence.FUTURE_MANDATE),
}


def link(
    *,
    subject_id: UUID,
    user_id: UUID,
    capacity: Capacity,
    evidence: Evidence,
    until: datetime | None,
    by: Actor,
    at: datetime,
) -> Representation:
    """Links a representative to a patient in care, for what was seen with his own eyes. Twice is once.

    Raises NotLinked: nobody verifies himself, and each capacity has its documents.
    """
    check_role(by, Action.LINK)
    check_care(by, subject_id)
    if user_id == by.user_id:
        raise NotLinked("himself", _("Un autre professionnel doit vérifier vos propres pièces."))
    if evidence not in PROOFS[capacity]:
        raise NotLinked("not_a_proof", _("Cette pièce ne prouve pas cette qualité."))
    new = NewLink(subject_id, user_id, capacity, since=at, until=until)
    return linking.link(new, evidence=evidence, by=by, at=at)


def unlink(*, link_id: UUID, subject_id: UUID, why: LinkEnd, by: Actor, at: datetime) -> None:
    """Ends a link of a patient in care, at once. Twice is once; 404 for a stranger's."""
    check_role(by, Action.LINK)
    check_care(by, subject_id)
    found = Representation.objects.filter(pk=link_id, subject=subject_id).first()
    if found is None:
        raise Http404
    linking.unlink(found, why=why, by=by, at=at)
