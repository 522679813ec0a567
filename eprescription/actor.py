"""Who is acting: a person in one role at one place, built once a request from the session."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.utils.translation import gettext as _

from eprescription.identity import vault
from eprescription.identity.traits import display_name
from eprescription.models import Activity, Role, User
from eprescription.representing import link_of


@dataclass(frozen=True)
class Actor:
    """The one answer to "who asks": every check takes it, and nothing else says who somebody is."""

    user_id: uuid.UUID
    activity_id: uuid.UUID
    role: str
    place_id: uuid.UUID | None
    group_id: int | None
    subject_id: (
        uuid.UUID | None
    )  # whose space it is: the patient's own, or that of somebody he stands for
    active: bool
    person: str = ""
    place: str = ""
    profession: str = ""
    has_several: bool = False
    density: str = "comfortable"
    practices: frozenset[uuid.UUID] = frozenset()  # all activities of a prescriber
    representing: uuid.UUID | None = None  # the link under which a representative acts
    represented: str = ""  # whom he stands for, by name: for his own pages alone

    @property
    def is_prescriber(self) -> bool:
        return self.active and self.role == Role.PRESCRIBER

    @property
    def is_pharmacist(self) -> bool:
        return self.active and self.role == Role.PHARMACIST

    @property
    def is_patient(self) -> bool:
        return self.active and self.role == Role.PATIENT

    @property
    def is_operator(self) -> bool:
        return self.active and self.role == Role.OPERATOR

    @property
    def space(self) -> str:
        """The mark that the forms of a space carry: empty in one's own."""
        return str(self.representing or "")


def actor_of(activity: Activity) -> Actor:
    """The actor of an activity read by `load`, with its place and the subject of its user."""
    user, place = activity.user, activity.place
    return Actor(
        user_id=user.pk,
        activity_id=activity.pk,
        role=activity.role,
        place_id=place.pk if place else None,
        group_id=place.group_id if place else None,
        subject_id=activity.own_subject if activity.role == Role.PATIENT else None,  # type: ignore[attr-defined]
        practices=frozenset(activity.practices),  # type: ignore[attr-defined]
        active=activity.is_active and user.is_active,
        person=activity.person or _nobody(activity.role),
        place=place.name if place else "",
        profession=activity.profession,
        density=user.density or ("comfortable" if activity.role == Role.PATIENT else "compact"),
    )


def _nobody(role: str) -> str:
    """What stands where a professional's name would: patients and the operator have none here."""
    return _("Mon espace") if role == Role.PATIENT else str(Role(role).label)


def load(activity_id: uuid.UUID | str, user: User) -> Actor | None:
    """The actor for an activity that belongs to `user` and still is in force; one query."""
    as_prescriber = Activity.objects.filter(user=OuterRef("user"), role=Role.PRESCRIBER)
    mine = user.activities.select_related("place").annotate(
        own_subject=F("user__subject__pk"), practices=ArraySubquery(as_prescriber.values("pk"))
    )
    activity = mine.filter(pk=activity_id, is_active=True).first()
    if activity is None or not user.is_active:
        return None
    activity.user = user
    return actor_of(activity)


def standing_for(actor: Actor, link_id: uuid.UUID | str, *, at: datetime) -> Actor | None:
    """The same person in the space of somebody he stands for; None once the link holds no more."""
    link = link_of(actor.user_id, uuid.UUID(str(link_id)), at=at) if actor.is_patient else None
    if link is None:
        return None
    name = display_name(vault.read(link.subject_id))
    return replace(actor, subject_id=link.subject_id, representing=link.pk, represented=name)
