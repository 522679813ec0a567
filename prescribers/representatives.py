"""Who stands for a patient, as his prescriber reads it, and the search for somebody's own account."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record, record_subjects
from eprescription.identity import vault
from eprescription.models import Activity, Deed, Representation, Role, Subject
from eprescription.presenters import PatientView, patient_view
from eprescription.representing import is_minor, last_day, name_of, representatives_of


@dataclass(frozen=True)
class LinkView:
    """One person who stands for the patient now. `until`: the last day."""

    id: UUID
    name: str
    capacity: Any
    proof: Any
    verified_by: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Links:
    """The page: who stands for the patient, and whether only a mandate could."""

    links: list[LinkView]
    minor: bool


def links(by: Actor, subject_id: UUID, *, at: datetime) -> Links:
    """Those who stand for a patient in care now, with the trace of the reading."""
    with transaction.atomic():
        record(Deed.LISTED, by=by, subject_id=subject_id, code="representatives")
        found = [_view(link) for link in representatives_of(subject_id, at=at)]
        return Links(found, is_minor(subject_id, at=at))


def account_like(by: Actor, values: dict[str, Any]) -> PatientView | None:
    """The one patient with an account who has this identity; None for none and for several alike.

    Each search is traced, with whom it found. Who has no account is not told apart from who does not exist.
    """
    with transaction.atomic():
        if values.get("ins"):
            found = vault.find_by_ins(values["ins"])
            known = [found] if found else []
        else:
            known = vault.find(birth_name=values["birth_name"], birth_date=values["birth_date"])
        ids = [pk for pk in known if user_of(pk)]
        record_subjects(Deed.SEARCHED, by=by, subject_ids=ids or [None])
        return patient_view(vault.read(ids[0]), ids[0]) if len(ids) == 1 else None


def user_of(subject_id: UUID) -> UUID | None:
    """The living account of a patient, with which he signs in as one."""
    rows = Subject.objects.filter(pk=subject_id, user__is_active=True)
    own = rows.values_list("user", flat=True).first()
    acts = Activity.objects.filter(user=own, role=Role.PATIENT, is_active=True)
    return own if own and acts.exists() else None


def _view(link: Representation) -> LinkView:
    witness = link.verified_by
    return LinkView(
        id=link.pk,
        name=name_of(link.user_id) or _("Un représentant légal"),
        capacity=link.get_capacity_display(),
        proof=link.get_proof_display(),
        verified_by=witness.person if witness else "",
        since=timezone.localtime(link.since).date(),
        until=last_day(link),
    )
