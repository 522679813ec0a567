"""Who stands for whom, until when, and whose word counts."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from eprescription.actor import Actor, standing_for
from eprescription.models import Capacity, LinkEnd, Representation
from eprescription.permissions import can_see, visible_to
from eprescription.representing import deciders, holds, is_minor, links_of, representatives_of
from tests import factories

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


def born(day: date, doctor: Actor) -> Any:
    subject, _actor = factories.a_patient(doctor, factories.traits("PETIT", day), account=False)
    return subject


def of_age_in(years: int) -> date:
    today = timezone.localdate()
    return date(today.year - 18 + years, 6, 15)


@pytest.mark.parametrize(
    ("birth", "last"),
    [
        (date(2008, 5, 20), datetime(2026, 5, 20, tzinfo=PARIS)),
        (date(2008, 2, 29), datetime(2026, 3, 1, tzinfo=PARIS)),  # no such day in 2026
        (date(2008, 3, 29), datetime(2026, 3, 29, tzinfo=PARIS)),  # clocks go forward that night
        (date(2008, 10, 25), datetime(2026, 10, 25, tzinfo=PARIS)),  # clocks go back that night
    ],
)
def test_a_parent_stands_for_a_child_until_midnight_of_the_eighteenth_birthday_in_paris(
    doctor: Actor, birth: date, last: datetime
) -> None:
    subject = born(birth, doctor)
    link = factories.a_link(
        factories.a_user().pk, subject, since=datetime(2020, 1, 1, tzinfo=PARIS)
    )
    assert holds(link, at=last - timedelta(seconds=1))
    assert not holds(link, at=last)
    assert not holds(link, at=last + timedelta(seconds=1))
    assert is_minor(subject, at=last - timedelta(seconds=1)) and not is_minor(subject, at=last)


def test_a_mandate_stands_for_an_adult_until_its_end(doctor: Actor) -> None:
    subject = born(date(1951, 3, 4), doctor)
    end = timezone.localtime() + timedelta(days=10)
    link = factories.a_link(factories.a_user().pk, subject, capacity=Capacity.MANDATE, until=end)
    assert holds(link, at=end - timedelta(seconds=1))
    assert not holds(link, at=end)


def test_nobody_stands_for_an_adult_as_a_parent(doctor: Actor) -> None:
    link = factories.a_link(factories.a_user().pk, born(date(1990, 1, 1), doctor))
    assert not holds(link, at=timezone.now())


def test_an_ended_link_holds_no_more(doctor: Actor) -> None:
    link = factories.a_link(factories.a_user().pk, born(of_age_in(5), doctor))
    assert links_of(link.user_id, at=timezone.now()) == [link]
    link.ended_at, link.end = timezone.now(), LinkEnd.REVOKED
    link.save()
    assert links_of(link.user_id, at=timezone.now()) == []
    assert standing_for(factories._actor(_patient(link)), link.pk, at=timezone.now()) is None


def _patient(link: Representation) -> Any:
    return link.user.activities.create(role="patient")


def test_a_link_of_somebody_else_opens_nothing(doctor: Actor) -> None:
    link = factories.a_link(factories.a_user().pk, born(of_age_in(5), doctor))
    stranger = factories.a_patient_actor(born(date(1980, 1, 1), doctor))
    assert standing_for(stranger, link.pk, at=timezone.now()) is None


def test_a_representative_reads_all_but_what_the_minor_keeps_secret(doctor: Actor) -> None:
    subject = born(of_age_in(3), doctor)
    told = factories.a_signed(doctor, subject)
    kept = factories.a_signed(doctor, subject, secret="L5134-1")
    parent = factories.a_representative(factories.a_link(factories.a_user().pk, subject))
    child = factories.a_patient_actor(subject)
    assert set(visible_to(parent)) == {told}
    assert set(visible_to(child)) == {told, kept}
    assert not can_see(parent, kept) and can_see(parent, told) and can_see(child, kept)


def test_those_who_stand_for_a_minor_decide_together_and_he_alone_on_his_secret(
    doctor: Actor,
) -> None:
    subject, now = born(of_age_in(3), doctor), timezone.now()
    child = factories.a_patient_actor(subject)
    assert deciders(subject, at=now) == frozenset()
    one = factories.a_link(factories.a_user().pk, subject)
    other = factories.a_link(factories.a_user().pk, subject)
    assert representatives_of(subject, at=now) == [one, other]
    assert deciders(subject, at=now) == {one.user_id, other.user_id}
    assert deciders(subject, secret=True, at=now) == {child.user_id}
    of_age = now + timedelta(days=366 * 4)
    assert deciders(subject, at=of_age) == {child.user_id}


def test_the_database_keeps_one_link_a_pair_and_its_witness(doctor: Actor) -> None:
    subject, user = born(of_age_in(3), doctor), factories.a_user()
    factories.a_link(user.pk, subject)
    for wrong in (
        {},
        {"proof": "seen"},
        {"capacity": Capacity.MANDATE},
        {"until": timezone.localtime() + timedelta(days=1)},
        {"ended_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.a_link(user.pk if not wrong else factories.a_user().pk, subject, **wrong)
