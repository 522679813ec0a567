"""What the portal can do without: measured, told to those whom it concerns, counted by month."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eprescription import components
from eprescription.components import measure, note
from eprescription.models import ComponentState, Outage, Role
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
Name = ComponentState.Name
NOON = timezone.make_aware(datetime(2026, 11, 16, 12))


@pytest.fixture
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "_news", (0.0, frozenset()))
    monkeypatch.setattr(components, "NEWS_SECONDS", -1)


def test_each_change_opens_or_ends_an_outage_and_nothing_else_does() -> None:
    for minute, ok in enumerate([True, False, False, True, True]):
        note(Name.MAIL, ok, at=NOON + timedelta(minutes=minute))
    outage = Outage.objects.get()
    assert (outage.began_at, outage.ended_at) == (
        NOON + timedelta(minutes=1),
        NOON + timedelta(minutes=3),
    )
    assert ComponentState.objects.get().since == NOON + timedelta(minutes=3)


def test_a_part_that_is_away_from_the_first_day_is_told() -> None:
    note(Name.MAIL, False, at=NOON)
    assert Outage.objects.get().ended_at is None


def test_when_nobody_could_measure_the_queue_was_away() -> None:
    note(Name.BROKER, True, at=NOON)
    assert components._away(NOON + timedelta(minutes=4)) == {Name.BROKER}
    note(Name.BROKER, True, at=NOON + timedelta(minutes=30))
    outage = Outage.objects.get()
    assert outage.ended_at and outage.ended_at - outage.began_at == timedelta(minutes=30)


def test_the_month_counts_what_was_measured() -> None:
    note(Name.MAIL, True, at=NOON)
    note(Name.MAIL, False, at=NOON + timedelta(hours=1))
    note(Name.MAIL, True, at=NOON + timedelta(hours=2))
    (row,) = components.board(at=NOON + timedelta(hours=4))
    now, *before = row.months
    assert (round(now.share), now.outages, now.minutes, now.measured) == (75, 1, 60, True)
    assert not any(month.measured for month in before) and len(row.months) == components.MONTHS


def test_an_outage_over_the_end_of_a_month_counts_in_both() -> None:
    end = timezone.make_aware(datetime(2026, 11, 1))
    note(Name.MAIL, True, at=end - timedelta(days=2))
    note(Name.MAIL, False, at=end - timedelta(days=1))
    note(Name.MAIL, True, at=end + timedelta(days=1))
    (row,) = components.board(at=end + timedelta(days=2))
    assert [round(month.share) for month in row.months[:2]] == [50, 50]


def test_measuring_asks_what_this_installation_has(settings: Any, valkey: Any) -> None:
    settings.HEALTH_SPACE_URL = "http://127.0.0.1:1/fhir"
    settings.SMTP_URL = "smtp+plain://127.0.0.1:1"
    assert measure(at=NOON) == {Name.BROKER: True, Name.HEALTH_SPACE: False, Name.MAIL: False}
    settings.SMTP_URL = ""
    assert Name.MAIL not in measure(at=NOON)
    assert not ComponentState.objects.filter(name=Name.MAIL).exists()


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        (Name.IDENTITY, {None, Role.PRESCRIBER, Role.PHARMACIST}),
        (Name.HEALTH_SPACE, {Role.PRESCRIBER, Role.PATIENT}),
        (Name.MAIL, {Role.PRESCRIBER, Role.PHARMACIST, Role.PATIENT}),
        (Name.BROKER, {Role.PRESCRIBER, Role.PHARMACIST, Role.PATIENT}),
    ],
)
def test_those_are_told_whom_it_concerns(name: str, roles: set[Any], told_at_once: None) -> None:
    note(name, False, at=timezone.now())
    everybody = {None, *Role}
    assert {r for r in everybody if components.news_for(r, at=timezone.now())} == roles


def test_the_banner_says_what_is_late_and_goes_by_itself(told_at_once: None) -> None:
    doctor = acting(factories.a_prescriber())
    note(Name.HEALTH_SPACE, False, at=timezone.now())
    assert "partiront d&#x27;eux-mêmes" in doctor.get("/prescripteur/").content.decode()
    note(Name.HEALTH_SPACE, True, at=timezone.now())
    assert "partiront d&#x27;eux-mêmes" not in doctor.get("/prescripteur/").content.decode()


def test_the_public_page_shows_each_part_and_nobody() -> None:
    note(Name.HEALTH_SPACE, False, at=timezone.now())
    page = Client().get("/etat/").content.decode()
    assert "Ne répond pas" in page and "Espace santé" in page
