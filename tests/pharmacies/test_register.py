"""The register: numbered without gaps, never changed, found by patient, product and date, printed; each pharmacy's own."""

import csv
import html
import io
import re
from datetime import date, timedelta
from itertools import chain
from typing import Any

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Deed, JournalEntry, RegisterEntry
from pharmacies.decisions import Decision, Handing
from tests import factories
from tests.processes import side_by_side

REGISTER = reverse("pharmacies:register")
AMOXICILLIN = "AMOXICILLINE VIATRIS 1 g"


def page_of(response: Any) -> str:
    return response.content.decode()


def looked_for(desk: Client, **typed: str) -> str:
    return page_of(desk.post(REGISTER, typed))


def numbers(page: str) -> list[int]:
    return [int(x.split("<")[0]) for x in page.split('/">')[1:] if x.split("<")[0].isdecimal()]


def text_of(response: Any) -> str:
    pdf = pypdfium2.PdfDocument(io.BytesIO(response.content))
    return " ".join("\n".join(x.get_textpage().get_text_range() for x in pdf).split())


@pytest.fixture
def two_patients(doctor: Actor, pharmacist: Actor) -> None:
    """Listed amoxicillin for Jeanne Martel, then for Paul Serra; unlisted paracetamol beside it."""
    jeanne, _account = factories.a_patient(doctor, account=False)
    who = factories.traits("SERRA", date(1980, 5, 6), first_names="PAUL", sex="M")
    paul, _account = factories.a_patient(doctor, who, account=False)
    for patient in (jeanne, paul):
        signed = factories.a_signed(doctor, patient, AMOXICILLIN, "DOLIPRANE 1000")
        factories.dispense_all(pharmacist, signed)


@pytest.mark.usefixtures("two_patients")
def test_only_listed_medicines_take_a_number(desk: Client) -> None:
    assert numbers(page_of(desk.get(REGISTER))) == [2, 1]
    assert RegisterEntry.objects.count() == 2


@pytest.mark.usefixtures("two_patients")
def test_it_is_found_by_patient_by_product_and_by_day(desk: Client) -> None:
    assert numbers(looked_for(desk, birth_name="Serra", birth_date="06/05/1980")) == [2]
    assert numbers(looked_for(desk, birth_name="Serra", birth_date="06/05/1981")) == []
    assert numbers(looked_for(desk, product="amoxicilline 1 g")) == [2, 1]
    assert numbers(looked_for(desk, product="oméprazole")) == []
    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    assert numbers(looked_for(desk, since=f"{today:%d/%m/%Y}")) == [2, 1]
    assert numbers(looked_for(desk, until=f"{before:%d/%m/%Y}")) == []
    assert numbers(looked_for(desk, narcotics="on")) == []


@pytest.mark.usefixtures("two_patients")
@pytest.mark.parametrize(("words", "period"), [("Aujourd'hui", "today"), ("Ce mois", "month")])
def test_one_button_searches_today_or_this_month_and_says_which_days_those_are(
    desk: Client, monkeypatch: pytest.MonkeyPatch, words: str, period: str
) -> None:
    today = timezone.localdate()
    button = re.search(
        rf'name="period" value="{period}">\s*<span>(.+)</span>', page_of(desk.get(REGISTER))
    )
    assert button and html.unescape(button[1]) == words
    asked = {"period": period}
    found = page_of(desk.post(REGISTER, asked))
    assert numbers(found) == [2, 1]
    begins = today if period == "today" else today.replace(day=1)
    for day in (begins, today):
        assert f'value="{day:%d/%m/%Y}"' in found
    next_month = (today.replace(day=1) + timedelta(days=40)).replace(day=1)
    monkeypatch.setattr("pharmacies.register_form.timezone.localdate", lambda: next_month)
    assert numbers(page_of(desk.post(REGISTER, asked))) == []


@pytest.mark.usefixtures("two_patients")
def test_a_search_leaves_its_trace_and_no_name_in_the_address(desk: Client) -> None:
    before = JournalEntry.objects.filter(deed=Deed.READ_EXECUTION).count()
    looked_for(desk, birth_name="Serra", birth_date="06/05/1980")
    assert JournalEntry.objects.filter(deed=Deed.READ_EXECUTION).count() == before + 1
    ignored = page_of(desk.get(REGISTER, {"birth_name": "Serra", "birth_date": "06/05/1980"}))
    assert numbers(ignored) == [2, 1]


@pytest.mark.usefixtures("two_patients")
def test_another_pharmacy_finds_nothing(at_work: Any) -> None:
    elsewhere = at_work(factories.a_pharmacist(place=factories.a_place()))
    assert numbers(page_of(elsewhere.get(REGISTER))) == []
    assert numbers(looked_for(elsewhere, product="amoxicilline")) == []


def test_half_an_identity_and_a_period_that_ends_before_it_began_are_told_at_the_field(
    desk: Client,
) -> None:
    answer = desk.post(REGISTER, {"birth_name": "Serra"})
    assert answer.status_code == 422
    assert "Donnez aussi la date de naissance." in page_of(answer)
    assert 'value="Serra"' in page_of(answer)
    wrong = looked_for(desk, since="02/02/2026", until="01/02/2026")
    assert "La période finit avant de commencer." in wrong


@pytest.mark.parametrize(
    "before",
    [
        "",
        "x|y",
        "2026-01-01|1",
        "9999-99-99T00:00:00+00:00|1",
        "|",
        "2026-01-01T00:00:00+00:00|" + "9" * 30,
    ],
)
def test_no_place_to_go_on_from_makes_a_fault(desk: Client, before: str) -> None:
    assert desk.post(REGISTER, {"before": before}).status_code == 200


def test_older_rows_follow_without_a_gap_or_a_double(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pharmacies.queries import registered

    for _time in range(5):
        factories.dispense_all(pharmacist, factories.a_signed(doctor, patient))
    actor_page = registered.registered(pharmacist, registered.Asked(), limit=2)
    seen = [entry.number for entry in actor_page.entries]
    while actor_page.after:
        asked = registered.Asked(before=actor_page.after)
        actor_page = registered.registered(pharmacist, asked, limit=2)
        seen += [entry.number for entry in actor_page.entries]
    assert seen == [5, 4, 3, 2, 1]


def test_a_print_says_the_pharmacy_the_rows_and_who_fetched_a_narcotic(
    desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    morphine = factories.a_signed(
        doctor, patient, "SKENAN L.P. 10", duration_days=7, posology="1 gélule matin et soir"
    )
    factories.open_at(pharmacist, morphine)
    factories.dispense(
        pharmacist,
        morphine,
        factories.decisions_for(morphine),
        handing=Handing("Lucie Serra", "3 rue du Pont, Toulouse", identity_checked=True),
    )
    said = text_of(desk.post(reverse("pharmacies:register_print"), {"narcotics": "on"}))
    for expected in (
        "Pharmacie de la Gare",
        "SKENAN",
        "14 gélules",
        "Lucie Serra",
        "3 rue du Pont",
    ):
        assert expected in said
    row = RegisterEntry.objects.get()
    assert b"Serra" not in bytes(row.delivered.dispensing.bearer)


@pytest.mark.usefixtures("two_patients")
def test_the_database_itself_refuses_to_change_or_empty_it() -> None:
    for statement in (
        "UPDATE eprescription_registerentry SET number = 9",
        "DELETE FROM eprescription_registerentry",
        "TRUNCATE eprescription_registerentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert RegisterEntry.objects.count() == 2


@pytest.mark.usefixtures("transactional_db", "catalogue")
def test_twenty_counters_at_once_leave_no_gap_even_when_some_are_refused() -> None:
    doctor = factories.a_prescriber()
    patient, _account = factories.a_patient(doctor, account=False)
    place = factories.a_place()
    people = []
    for rank in range(20):
        pharmacist = factories.a_pharmacist(place=place)
        prescription = factories.a_signed(doctor, patient)
        factories.open_at(pharmacist, prescription)
        line = prescription.lines.get()
        too_much = Decision(line_id=line.pk, quantity=2 + (rank % 3 == 0), cis=line.cis)
        people.append(
            [lambda p=pharmacist, r=prescription, d=too_much: factories.dispense(p, r, [d]).pk]
        )
    outcomes = list(chain.from_iterable(side_by_side(people)))
    given = len([outcome for outcome in outcomes if len(outcome) == 36])  # the id of a delivery
    assert given == 13, outcomes
    kept = RegisterEntry.objects.order_by("number").values_list("number", flat=True)
    assert list(kept) == list(range(1, given + 1))


# --- As a file


def exported(desk: Client, **typed: str) -> Any:
    return desk.post(reverse("pharmacies:register_export"), typed)


def rows_in(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.usefixtures("two_patients")
def test_the_rows_of_a_period_are_kept_as_a_file_with_their_trace(desk: Client) -> None:
    day = f"{timezone.localdate():%d/%m/%Y}"

    answer = exported(desk, since=day, until=day)

    assert answer["Content-Disposition"] == 'attachment; filename="registre.csv"'
    assert [(row["N°"], row["Patient"].split()[0]) for row in rows_in(answer)] == [
        ("2", "Paul"),
        ("1", "Jeanne"),
    ]
    traces = JournalEntry.objects.filter(deed=Deed.READ_EXECUTION).order_by("-pk")[:3]
    assert [bool(x.prescription_id) for x in traces] == [False, True, True]
    assert traces[0].code == "export 2"


@pytest.mark.usefixtures("two_patients")
def test_a_file_needs_a_beginning_and_an_end(desk: Client) -> None:
    answer = exported(desk, since=f"{timezone.localdate():%d/%m/%Y}")

    assert answer.status_code == 422
    assert "Donnez la période du fichier." in html.unescape(page_of(answer))


@pytest.mark.usefixtures("two_patients")
def test_too_many_rows_are_refused_and_not_cut(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pharmacies.register_file.MOST_EXPORTED", 1)
    day = f"{timezone.localdate():%d/%m/%Y}"
    before = JournalEntry.objects.count()

    answer = exported(desk, since=day, until=day)

    assert answer.status_code == 422
    assert "resserrez la période" in html.unescape(page_of(answer))
    assert JournalEntry.objects.count() == before


@pytest.mark.usefixtures("two_patients")
def test_the_file_of_another_pharmacy_is_empty(at_work: Any) -> None:
    day = f"{timezone.localdate():%d/%m/%Y}"

    assert rows_in(exported(at_work(factories.a_pharmacist()), since=day, until=day)) == []
