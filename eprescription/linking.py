"""The links by which somebody stands for another: written with their proof, ended at once.

Two ways in: a professional who had the documents in hand, or the registry. Each asks its own permission first; what they
share stands here. Nobody declares a link himself.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Capacity, Deed, LinkEnd, LinkProof, Representation, Subject
from eprescription.refusal import Refusal
from eprescription.representing import is_minor


class NotLinked(Refusal):
    """The link cannot be; said at the field."""

    status = 422


@dataclass(frozen=True)
class NewLink:
    """Who is to stand for whom. `until`: the end of a mandate, None for a minor, whose birthday ends it."""

    subject_id: UUID
    user_id: UUID
    capacity: Capacity
    since: datetime
    until: datetime | None = None


def check_possible(new: NewLink, *, at: datetime) -> None:
    """Raises NotLinked for what the law does not know (C. civ. 371-1, 388-1-1, 425)."""
    if Subject.objects.filter(pk=new.subject_id, user=new.user_id).exists():
        raise NotLinked("same_person", _("Personne ne se représente lui-même."))
    minor = is_minor(new.subject_id, at=at)
    if new.capacity != Capacity.MANDATE and not minor:
        raise NotLinked("of_age", _("Cette personne est majeure : seul un mandat la représente."))
    if new.capacity == Capacity.MANDATE and minor:
        raise NotLinked("under_age", _("Cette personne est mineure : choisissez parent ou tuteur."))
    if new.capacity == Capacity.MANDATE and (new.until is None or new.until <= new.since):
        raise NotLinked("no_end", _("Donnez la fin du mandat, telle que le jugement la dit."))


def link(new: NewLink, *, evidence: str = "", by: Actor | None, at: datetime) -> Representation:
    """Writes the link, seen by a professional (`by`) or sent by the registry (None). Twice is once.

    A link of the same two people that stands with another capacity or end is ended for this one.
    """
    check_possible(new, at=at)
    with transaction.atomic():
        Subject.objects.select_for_update().get(pk=new.subject_id)
        pair = {"subject_id": new.subject_id, "user_id": new.user_id}
        standing = Representation.objects.filter(**pair, ended_at=None).first()
        until = new.until if new.capacity == Capacity.MANDATE else None
        if standing and (standing.capacity, standing.until) == (new.capacity, until):
            return standing
        if standing:
            unlink(standing, why=LinkEnd.REVOKED if by else LinkEnd.REGISTRY, by=by, at=at)
        made = Representation.objects.create(
            **pair,
            capacity=new.capacity,
            proof=LinkProof.PROFESSIONAL if by else LinkProof.REGISTRY,
            verified_by_id=by.activity_id if by else None,
            since=new.since,
            until=until,
        )
        code = " ".join(filter(None, [new.capacity, evidence]))
        record(Deed.LINKED, by=by, subject_id=new.subject_id, code=code)
    return made


def unlink(link: Representation, *, why: LinkEnd, by: Actor | None, at: datetime) -> bool:
    """Ends a link at once: the next request of a session that still knows it finds nothing. Twice is once."""
    with transaction.atomic():
        standing = Representation.objects.filter(pk=link.pk, ended_at=None)
        activity = by.activity_id if by else None
        ended = standing.update(ended_at=at, end=why, ended_by_id=activity)
        if ended:
            record(Deed.UNLINKED, by=by, subject_id=link.subject_id, code=why)
    return bool(ended)
