"""The spaces that a patient may open: his own, and those of the people he stands for; and who stands for him.

What a representative reads here depends on links and ages alone: nothing of a prescription is asked.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record_subjects
from eprescription.identity import vault
from eprescription.identity.traits import display_name
from eprescription.models import Capacity, Deed, Representation
from eprescription.representing import (
    last_day,
    links_of,
    majority,
    name_of,
    representatives_of,
)

SOON = timedelta(days=30)  # how early the end of a link is told
TOLD_FOR = timedelta(days=90)  # how long it is told that a link has ended
NEWS_FOR = timedelta(days=30)  # how long a new representative is told to the others


@dataclass(frozen=True)
class Space:
    """One space to open. `until`: its last day, when that is near and the reader should know."""

    link: UUID
    name: str
    first_name: str
    capacity: Any
    here: bool
    until: date | None
    birthday: bool  # it is the 18th birthday that ends it


@dataclass(frozen=True)
class Gone:
    """A space that is open no more: by age since a day, or for the reason that is told."""

    name: str
    first_name: str
    by_age: bool
    since: date
    why: Any


@dataclass(frozen=True)
class Person:
    """Somebody who stands for the person of a space."""

    name: str
    whom: str  # empty: the reader himself
    capacity: Any
    since: date
    me: bool


@dataclass(frozen=True)
class Spaces:
    """The page. `name`: the reader's own; `of`: whose space he is in, empty in his own; `standing`: who stands there."""

    name: str
    of: str
    spaces: list[Space]
    gone: list[Gone] = field(default_factory=list)
    standing: list[Person] = field(default_factory=list)


def read(by: Actor, *, at: datetime) -> Spaces:
    """All spaces of this person, from whichever of them he looks; each person who is listed has it in his journal."""
    with transaction.atomic():
        links = links_of(by.user_id, at=at)
        gone = _gone(by, at)
        people = {link.subject_id for link in [*links, *gone]}
        record_subjects(Deed.LISTED, by=by, subject_ids=sorted(people))
        standing = representatives_of(by.subject_id, at=at) if by.subject_id else []
        return Spaces(
            name=name_of(by.user_id),
            of=by.represented,
            spaces=[_space(link, by, at) for link in links],
            gone=[_past(link) for link in gone],
            standing=[_person(link, by) for link in standing],
        )


def news(by: Actor, *, at: datetime) -> list[Person]:
    """Who began lately to stand for the person of this space, or for somebody whom the reader stands for.

    Told to each of the others, so that nobody becomes a representative unnoticed.
    """
    subjects = {by.subject_id} if by.subject_id else set()
    if not by.representing:
        subjects |= {link.subject_id for link in links_of(by.user_id, at=at)}
    found = [
        link
        for subject in sorted(subjects, key=str)
        for link in representatives_of(subject, at=at)
        if link.user_id != by.user_id and at - link.since < NEWS_FOR
    ]
    return [_person(link, by) for link in found]


def _gone(by: Actor, at: datetime) -> list[Representation]:
    """Links that ended lately: each of these people is told why, once he looks."""
    rows = Representation.objects.filter(user=by.user_id, since__lte=at).order_by("since", "pk")
    return [link for link in rows if (end := _end(link, at)) and at - end < TOLD_FOR]


def _end(link: Representation, at: datetime) -> datetime | None:
    """When a link ended; None while it holds."""
    if link.ended_at is not None:
        return link.ended_at
    end = link.until if link.capacity == Capacity.MANDATE else majority(link.subject_id)
    return end if end and end <= at else None


def _space(link: Representation, by: Actor, at: datetime) -> Space:
    traits, last = vault.read(link.subject_id), last_day(link)
    near = last is not None and last - timezone.localdate(at) < SOON
    return Space(
        link=link.pk,
        name=display_name(traits),
        first_name=traits.first_name.title(),
        capacity=link.get_capacity_display(),
        here=link.pk == by.representing,
        until=last if near else None,
        birthday=link.capacity != Capacity.MANDATE,
    )


def _past(link: Representation) -> Gone:
    traits = vault.read(link.subject_id)
    by_age = link.ended_at is None and link.capacity != Capacity.MANDATE
    end = link.ended_at or (majority(link.subject_id) if by_age else link.until)
    assert end is not None
    return Gone(
        name=display_name(traits),
        first_name=traits.first_name.title(),
        by_age=by_age,
        since=timezone.localtime(end).date(),
        why=link.get_end_display() if link.end else _("Le mandat a pris fin"),
    )


def _person(link: Representation, by: Actor) -> Person:
    own = link.subject_id == by.subject_id and not by.representing
    return Person(
        name=name_of(link.user_id) or _("Un représentant légal"),
        whom="" if own else vault.read(link.subject_id).first_name.title(),
        capacity=link.get_capacity_display(),
        since=timezone.localtime(link.since).date(),
        me=link.user_id == by.user_id,
    )
