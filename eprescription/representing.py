"""Who decides for a patient: himself, or those who stand for him for as long as the law lets them.

The law is asked at each request and each task, never a date copied on a row: on the 18th birthday, at 00:00 in Paris,
a link to a minor holds no more, whatever session or queue still knows it (C. civ. 388, 414).
"""

from calendar import isleap
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from eprescription.identity import vault
from eprescription.identity.traits import ADULT_AGE, display_name
from eprescription.identity.vault import UnknownIdentity
from eprescription.models import Capacity, Representation, Subject


def is_minor(subject_id: UUID, *, at: datetime) -> bool:
    """Whether this person is under age at this moment; nobody knows the age of who has no identity here."""
    try:
        traits = vault.read(subject_id)
    except UnknownIdentity:
        return False
    return not traits.adult_on(timezone.localdate(at))


def holds(link: Representation, *, at: datetime) -> bool:
    """Whether somebody stands for another at this moment."""
    if link.ended_at is not None or link.since > at:
        return False
    if link.capacity == Capacity.MANDATE:
        return link.until is not None and at < link.until
    return is_minor(link.subject_id, at=at)


def majority(subject_id: UUID) -> datetime | None:
    """The moment from which this person decides alone: 00:00 in Paris on the 18th birthday; None when it is not known."""
    try:
        born = vault.read(subject_id).birth_date
    except UnknownIdentity:
        return None
    year = born.year + ADULT_AGE
    leap = (born.month, born.day) == (2, 29) and not isleap(year)
    day = date(year, 3, 1) if leap else born.replace(year=year)
    return timezone.make_aware(datetime.combine(day, time.min))


def came_of_age(user_id: UUID, pk: UUID, *, at: datetime) -> bool:
    """Whether it is age, and nothing else, that ended a link of this person to a minor."""
    links = Representation.objects.filter(user=user_id, pk=pk, ended_at=None)
    link = links.exclude(capacity=Capacity.MANDATE).first()
    return link is not None and link.since <= at and not is_minor(link.subject_id, at=at)


def last_day(link: Representation) -> date | None:
    """The last day on which a link can hold: the eve of the birthday, or of the end of a mandate."""
    end = link.until if link.capacity == Capacity.MANDATE else majority(link.subject_id)
    return timezone.localtime(end - timedelta(seconds=1)).date() if end else None


def name_of(user_id: UUID) -> str:
    """The civil name behind a patient's account; empty when it has none."""
    subject = Subject.objects.filter(user=user_id).first()
    try:
        return display_name(vault.read(subject.pk)) if subject else ""
    except UnknownIdentity:
        return ""


def links_of(user_id: UUID, *, at: datetime) -> list[Representation]:
    """Those whom this person stands for now, in the order of the rows."""
    return _holding(Representation.objects.filter(user=user_id), at)


def link_of(user_id: UUID, pk: UUID, *, at: datetime) -> Representation | None:
    """One of them; None when it is not his, or holds no more."""
    found = Representation.objects.filter(user=user_id, pk=pk).first()
    return found if found and holds(found, at=at) else None


def representatives_of(subject_id: UUID, *, at: datetime) -> list[Representation]:
    """Those who stand for this person now."""
    return _holding(Representation.objects.filter(subject=subject_id), at)


def deciders(subject_id: UUID, *, secret: bool = False, at: datetime) -> frozenset[UUID]:
    """The accounts whose word counts for this person (CSP R. 4072-1 et s., R. 1111-20-7 by analogy).

    Those who stand for a minor or a protected adult; else the person. A minor decides alone on care that stays secret
    from them (L. 1111-5, L. 1111-5-1, L. 2212-7), and on nothing else: without representatives nobody decides here,
    and the prescriber still records what he is told.
    """
    own = _account(subject_id)
    if secret:
        return own
    links = representatives_of(subject_id, at=at)
    if links:
        return frozenset(link.user_id for link in links)
    return frozenset() if is_minor(subject_id, at=at) else own


def _account(subject_id: UUID) -> frozenset[UUID]:
    user = Subject.objects.values_list("user", flat=True).filter(
        pk=subject_id, user__is_active=True
    )
    return frozenset(pk for pk in user if pk)


def _holding(links: Iterable[Representation], at: datetime) -> list[Representation]:
    standing = links.filter(Q(until=None) | Q(until__gt=at), ended_at=None, since__lte=at)  # type: ignore[attr-defined]
    return [link for link in standing.order_by("since", "pk") if holds(link, at=at)]
