"""A professional account is stopped long before it has emptied the base, and nobody who works is."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprescription import ceilings, limits
from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.ceilings import FILES, READINGS, SEARCHES, TooMuch, check
from eprescription.models import Activity, Deed, JournalEntry
from eprescription.operators import desk as operating
from prescribers import queries
from tests import factories
from tests.processes import side_by_side
from tests.sessions import acting

NOW = timezone.localtime
NOBODY = {"birth_name": "PERSONNE", "birth_date": "01/01/1950"}


@pytest.fixture
def doctor(db: Any) -> Actor:
    return factories.a_prescriber()


def done(by: Actor, deed: Deed, times: int, *, ago: timedelta = timedelta(0), **more: Any) -> None:
    """What somebody did before, as the journal tells it."""
    at = NOW() - ago
    rows = [
        JournalEntry(
            deed=deed, activity_id=by.activity_id, role=by.role, place_id=by.place_id, at=at, **more
        )
        for _time in range(times)
    ]
    JournalEntry.objects.bulk_create(rows)


def search(doctor: Actor, **typed: str) -> Any:
    return acting(doctor).post(reverse("prescribers:patients"), typed or NOBODY)


# --- Searches


@pytest.mark.django_db
def test_beyond_the_ceiling_a_search_finds_nobody_and_says_when_to_come_again(
    doctor: Actor,
) -> None:
    factories.a_patient(doctor, account=False)
    done(doctor, Deed.SEARCHED, limits.SEARCHES_PER_HOUR // limits.WEIGHT_OF_A_MISS)

    answer = search(doctor, birth_name="MARTEL", birth_date="04/03/1951")

    page = answer.content.decode()
    assert answer.status_code == 429
    assert "Trop de recherches de patients. Réessayez à partir du" in page
    assert "MARTEL" not in page
    assert 3500 < int(answer["Retry-After"]) <= 3601
    assert JournalEntry.objects.latest("pk").code == "ceiling_search"


@pytest.mark.django_db
def test_each_different_person_counts_once_and_each_miss_as_three(
    doctor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCHES_PER_HOUR", 5)
    factories.a_patient(doctor, account=False)  # the first person
    for _time in range(8):
        assert search(doctor, birth_name="MARTEL", birth_date="04/03/1951").status_code == 200

    assert [search(doctor).status_code for _time in range(3)] == [200, 200, 429]


@pytest.mark.django_db
def test_registering_an_ins_is_a_search_too(doctor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCHES_PER_HOUR", 1)
    factories.a_patient(doctor, account=False)

    with pytest.raises(TooMuch):
        factories.a_patient(doctor, factories.traits("AUTRE"), account=False)


# --- Readings


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("times", "ago", "status"),
    [
        (limits.READINGS_PER_HOUR - 1, timedelta(0), 200),
        (limits.READINGS_PER_HOUR, timedelta(0), 429),
        (limits.READINGS_PER_HOUR, timedelta(minutes=61), 200),
        (limits.READINGS_PER_DAY - 1, timedelta(hours=2), 200),
        (limits.READINGS_PER_DAY, timedelta(hours=2), 429),
        (limits.READINGS_PER_DAY, timedelta(hours=25), 200),
    ],
)
def test_a_prescription_is_read_up_to_the_ceilings_of_an_hour_and_of_a_day(
    doctor: Actor, times: int, ago: timedelta, status: int
) -> None:
    signed = factories.a_signed(doctor, factories.a_patient(doctor, account=False)[0])
    done(doctor, Deed.READ, times, ago=ago)

    page = reverse("prescribers:prescription", args=[signed.pk])

    assert acting(doctor).get(page).status_code == status


@pytest.mark.django_db
def test_the_counter_stops_reading_and_says_why() -> None:
    doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
    signed = factories.a_signed(doctor, factories.a_patient(doctor, account=False)[0])
    factories.open_at(pharmacist, signed)
    done(pharmacist, Deed.READ, limits.READINGS_PER_HOUR)

    answer = acting(pharmacist).get(reverse("pharmacies:prescription", args=[signed.pk]))

    assert answer.status_code == 429
    assert "Trop d&#x27;ordonnances lues." in answer.content.decode()
    assert "AMOXICILLINE" not in answer.content.decode()


@pytest.mark.django_db
def test_several_accounts_of_one_place_are_stopped_together(
    doctor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Activity.objects.get(pk=doctor.activity_id).place
    for _person in range(limits.PEOPLE_OF_A_PLACE):
        colleague = factories.a_prescriber(place=place)
        done(colleague, Deed.SEARCHED, limits.SEARCHES_PER_HOUR // limits.WEIGHT_OF_A_MISS)

    assert search(doctor).status_code == 429
    assert search(factories.a_prescriber()).status_code == 200


@pytest.mark.django_db
def test_a_place_is_counted_at_each_tenth_reading_of_one_person(
    doctor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Activity.objects.get(pk=doctor.activity_id).place
    monkeypatch.setattr(limits, "READINGS_PER_HOUR", 40)
    done(factories.a_prescriber(place=place), Deed.READ, 40 * limits.PEOPLE_OF_A_PLACE)
    one = [JournalEntry(deed=Deed.READ)]
    passed = 0
    with pytest.raises(TooMuch), transaction.atomic():
        while passed < 40:
            check(doctor, one, at=NOW())
            record(Deed.READ, by=doctor)
            passed += 1

    assert passed == READINGS.place_every - 1


@pytest.mark.django_db
def test_what_is_nobodys_mass_reading_has_no_ceiling(doctor: Actor) -> None:
    _subject, patient = factories.a_patient(doctor)
    assert patient is not None
    done(patient, Deed.READ, limits.READINGS_PER_DAY)
    done(doctor, Deed.LISTED, limits.READINGS_PER_DAY)

    for row in (JournalEntry(deed=Deed.READ), JournalEntry(deed=Deed.SEARCHED)):
        check(patient, [row], at=NOW())
        check(None, [row], at=NOW())
    check(doctor, [JournalEntry(deed=Deed.LISTED)], at=NOW())


@pytest.mark.django_db
def test_only_so_many_registers_leave_as_files() -> None:
    pharmacist = factories.a_pharmacist()
    done(pharmacist, Deed.READ_EXECUTION, limits.FILES_PER_DAY)  # readings on a page are no file
    day = f"{timezone.localdate():%d/%m/%Y}"
    post = partial(
        acting(pharmacist).post, reverse("pharmacies:register_export"), {"since": day, "until": day}
    )

    assert [post().status_code for _time in range(limits.FILES_PER_HOUR + 1)] == [
        *[200] * limits.FILES_PER_HOUR,
        429,
    ]


# --- When to come again


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    minutes=st.lists(st.integers(0, 59), min_size=5, max_size=12),
    miss=st.booleans(),
)
def test_at_the_moment_that_was_told_the_next_one_passes_and_not_before(
    doctor: Actor, monkeypatch: pytest.MonkeyPatch, minutes: list[int], miss: bool
) -> None:
    monkeypatch.setattr(limits, "SEARCHES_PER_HOUR", 5)
    monkeypatch.setattr(limits, "READINGS_PER_HOUR", 5)
    by = factories.a_prescriber()
    deed = Deed.SEARCHED if miss else Deed.READ
    for ago in minutes:
        done(by, deed, 1, ago=timedelta(minutes=ago))
    rows, again = [JournalEntry(deed=deed)], refused_until(by, deed)

    with transaction.atomic():
        check(by, rows, at=again)
        with pytest.raises(TooMuch):
            check(by, rows, at=again - timedelta(seconds=1))


def refused_until(by: Actor, deed: Deed) -> datetime:
    with pytest.raises(TooMuch) as refusal, transaction.atomic():
        check(by, [JournalEntry(deed=deed)], at=NOW())
    return refusal.value.again_at


# --- It never fails open


@pytest.mark.django_db
def test_what_cannot_be_counted_is_not_shown(
    doctor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.a_patient(doctor, account=False)

    def broken(*args: Any) -> int:
        raise DatabaseError

    monkeypatch.setattr(ceilings, "_refuse_beyond", broken)
    client = acting(doctor)
    client.raise_request_exception = False
    answer = client.post(
        reverse("prescribers:patients"), {"birth_name": "MARTEL", "birth_date": "04/03/1951"}
    )

    assert answer.status_code == 500
    assert b"MARTEL" not in answer.content


PEOPLE, TRIES = 8, 125


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_parallel_searches_no_more_pass_than_the_limit() -> None:
    doctor = factories.a_prescriber()
    guess = {"birth_name": "PERSONNE", "birth_date": timezone.localdate()}
    tries = [partial(queries.find_patients, doctor, guess)] * TRIES

    outcomes = [x for one in side_by_side([tries] * PEOPLE) for x in one]

    assert outcomes.count("done") == limits.SEARCHES_PER_HOUR // limits.WEIGHT_OF_A_MISS
    assert outcomes.count("ceiling_search") == PEOPLE * TRIES - outcomes.count("done")


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_parallel_readings_those_beyond_are_fewer_than_the_readers() -> None:
    doctor = factories.a_prescriber()

    def read() -> None:
        with transaction.atomic():
            record(Deed.READ, by=doctor)

    outcomes = [x for one in side_by_side([[read] * TRIES] * PEOPLE) for x in one]

    passed = outcomes.count("done")
    assert limits.READINGS_PER_HOUR <= passed < limits.READINGS_PER_HOUR + PEOPLE
    assert outcomes.count("ceiling_reading") == PEOPLE * TRIES - passed


# --- What it costs, and who is told


@pytest.mark.django_db
def test_a_reading_is_counted_by_one_query(doctor: Actor) -> None:
    done(doctor, Deed.READ, limits.READINGS_PER_HOUR - 2)
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        record(Deed.READ, by=doctor)

    counting = [q["sql"] for q in seen if "COUNT(" in q["sql"]]
    assert len(counting) == 1


@pytest.mark.django_db
def test_the_operator_sees_who_touched_a_ceiling_and_no_patient(doctor: Actor) -> None:
    factories.a_patient(doctor, account=False)
    done(doctor, Deed.SEARCHED, limits.SEARCHES_PER_HOUR)
    for _time in range(3):
        search(doctor, birth_name="MARTEL", birth_date="04/03/1951")
    operator = factories.an_operator()

    found = operating.desk(operator, at=NOW()).stopped

    assert [(x.who, x.times, x.what) for x in found] == [
        ("Dr Claire Lemoine", 3, "Trop de recherches de patients.")
    ]
    page = acting(operator).get(reverse("operators:home")).content.decode()
    assert "Claire Lemoine" in page
    assert "MARTEL" not in page


def test_the_ceilings_know_different_deeds() -> None:
    for one in (SEARCHES, READINGS, FILES):
        others = [x for x in (SEARCHES, READINGS, FILES) if x is not one]
        assert not any(set(one.deeds) & set(x.deeds) for x in others)
