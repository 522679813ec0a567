"""The queue of the day: what waits for somebody at this counter, in counts that mean something."""

import uuid
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.lifecycle import move
from eprescription.models import (
    Deed,
    DispensedLine,
    Dispensing,
    JournalEntry,
    Message,
    Prescription,
    Question,
    QuestionState,
)
from pharmacies import actions, queries
from pharmacies.decisions import Decision
from pharmacies.queries import due
from pharmacies.queue import Queue
from prescribers import actions as prescriber_acts
from tests import factories

NOW = timezone.localtime()  # its days are those of Paris


def ago(**delta: int) -> datetime:
    return NOW - timedelta(**delta)


def give(
    pharmacist: Actor, prescription: Prescription, at: datetime, **decision: Any
) -> Dispensing:
    """One delivery of the only line; quantity 2, less with a quantity owed."""
    line = prescription.lines.get()
    factories.open_at(pharmacist, prescription, at)
    values: dict[str, Any] = {"quantity": 2, "cis": line.cis} | decision
    chosen = [Decision(line_id=line.pk, **values)]
    done: Dispensing = factories.dispense(pharmacist, prescription, chosen, at=at)
    return done


@pytest.fixture
def prescription(doctor: Actor, patient: Any) -> Prescription:
    """A month of treatment, twice: 28 days by 2 boxes of 14 tablets, one a day."""
    return factories.a_signed(
        doctor,
        patient,
        at=ago(days=60),
        posology="1 comprimé par jour",
        duration_days=28,
        quantity=2,
        renewals=3,
    )


def waiting(shown: queries.Desk, queue: str) -> list[Any]:
    return [entry.id for entry in shown.blocks[queue].rows]


# --- Owed


def test_what_is_owed_here_is_shown_since_when(
    pharmacist: Actor, prescription: Prescription
) -> None:
    give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    [[line]] = [x.lines for x in due.owed(pharmacist, at=NOW)]
    assert (line.owed, line.day) == (1, timezone.localdate(ago(days=2)))


def test_once_given_it_is_owed_no_more(pharmacist: Actor, prescription: Prescription) -> None:
    give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    give(pharmacist, prescription, ago(days=1), quantity=1)
    assert due.owed(pharmacist, at=NOW) == []


def test_given_elsewhere_it_is_owed_no_more_either(
    pharmacist: Actor, prescription: Prescription
) -> None:
    give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    give(factories.a_pharmacist(), prescription, ago(days=1), quantity=1)
    assert due.owed(pharmacist, at=NOW) == []


def test_another_pharmacy_owes_nothing_of_it(pharmacist: Actor, prescription: Prescription) -> None:
    give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    assert due.owed(factories.a_pharmacist(), at=NOW) == []


def test_a_cancelled_prescription_owes_nothing(
    doctor: Actor, pharmacist: Actor, prescription: Prescription
) -> None:
    give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=NOW)
    assert due.owed(pharmacist, at=NOW) == []


@pytest.mark.parametrize(("quantity", "refusal"), [(2, ""), (0, "has_some")])
def test_a_correction_takes_its_promise_back(
    pharmacist: Actor, prescription: Prescription, quantity: int, refusal: str
) -> None:
    first = give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    line = prescription.lines.get()
    actions.correct(
        dispensing=first,
        decisions=[Decision(line_id=line.pk, quantity=quantity, cis=line.cis, refusal=refusal)],
        reason="Ce n'est pas ce qui a été remis",
        key=uuid.uuid4(),
        by=pharmacist,
        at=ago(days=1),
    )
    assert due.owed(pharmacist, at=NOW) == []


@pytest.mark.parametrize(("days", "shown"), [(30, 1), (32, 0)])
def test_a_promise_is_waited_for_a_month(
    pharmacist: Actor, prescription: Prescription, days: int, shown: int
) -> None:
    give(pharmacist, prescription, ago(days=days), quantity=1, owed=1, refusal="shortage")
    assert len(due.owed(pharmacist, at=NOW)) == shown


# --- To renew soon


@pytest.mark.parametrize(
    ("left", "shown"), [(8, False), (7, True), (0, True), (-7, True), (-8, False)]
)
def test_a_treatment_that_ends_within_a_week_is_to_renew(
    pharmacist: Actor, prescription: Prescription, left: int, shown: bool
) -> None:
    give(pharmacist, prescription, ago(days=50))
    covered = Dispensing.objects.get().lines.get().days
    assert covered
    at = ago(days=50) + timedelta(days=covered - left)
    assert bool(due.to_renew(pharmacist, at=at)) is shown


def renewable_at(prescription: Prescription) -> datetime:
    """The last day of the treatment given at day -50."""
    covered = Dispensing.objects.get().lines.get().days
    assert covered
    return ago(days=50) + timedelta(days=covered)


def test_it_is_said_until_when_the_treatment_lasts(
    pharmacist: Actor, prescription: Prescription
) -> None:
    give(pharmacist, prescription, ago(days=50))
    end = renewable_at(prescription)
    [[line]] = [x.lines for x in due.to_renew(pharmacist, at=end)]
    assert line.day == timezone.localdate(end)


def test_what_is_owed_is_no_renewal_as_well(pharmacist: Actor, prescription: Prescription) -> None:
    give(pharmacist, prescription, ago(days=50), quantity=1, owed=1, refusal="shortage")
    assert due.to_renew(pharmacist, at=renewable_at(prescription)) == []


def test_renewed_elsewhere_it_is_to_renew_no_more(
    pharmacist: Actor, prescription: Prescription
) -> None:
    give(pharmacist, prescription, ago(days=50))
    end = renewable_at(prescription)
    give(factories.a_pharmacist(), prescription, end)
    assert due.to_renew(pharmacist, at=end + timedelta(minutes=1)) == []


def test_with_nothing_left_there_is_nothing_to_renew(
    doctor: Actor, patient: Any, pharmacist: Actor
) -> None:
    once = factories.a_signed(
        doctor,
        patient,
        at=ago(days=60),
        posology="1 comprimé par jour",
        duration_days=28,
        quantity=2,
    )
    give(pharmacist, once, ago(days=50))
    assert due.to_renew(pharmacist, at=renewable_at(once)) == []


def test_a_prescriber_has_no_queue(doctor: Actor) -> None:
    assert due.owed(doctor, at=NOW) == due.to_renew(doctor, at=NOW) == []


# --- All of it on the desk


def desk_page(desk: Client) -> str:
    return unescape(desk.get(reverse("pharmacies:desk")).content.decode())


def test_the_desk_shows_what_waits_with_counts(
    desk: Client, pharmacist: Actor, doctor: Actor, patient: Any, prescription: Prescription
) -> None:
    # Given something owed, something that ends soon, and something made ready
    give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    renewable = factories.a_signed(
        doctor, patient, at=ago(days=60), posology="1 comprimé par jour", renewals=3
    )
    give(pharmacist, renewable, ago(days=50))
    covered = Dispensing.objects.get(case__prescription=renewable).lines.get().days
    assert covered
    ready = factories.a_signed(doctor, patient)
    factories.open_at(pharmacist, ready)
    actions.prepare(
        prescription=ready,
        typed={},
        secret=factories.secret_of(ready),
        key=uuid.uuid4(),
        by=pharmacist,
        at=NOW,
    )
    # When the desk is read on the day when the treatment ends
    end = ago(days=50) + timedelta(days=covered)
    shown = queries.desk(pharmacist, at=end)
    # Then each stands in its block
    assert waiting(shown, "to_renew") == [renewable.pk]
    today = queries.desk(pharmacist, at=NOW)
    assert waiting(today, "owed") == [prescription.pk]
    assert today.blocks["owed"].rows[0].medicines[0].endswith("1 boîte")
    assert waiting(today, "to_validate") == [ready.pk]
    assert today.blocks["to_validate"].rows[0].note.startswith("par Mme Inès Roy")
    page = desk_page(desk)
    assert page.count("Jeanne MARTEL") >= 3
    assert "Rien n'est dû" not in page


def test_questions_stand_on_the_desk_until_their_answer_is_read(
    pharmacist: Actor, doctor: Actor, prescription: Prescription
) -> None:
    factories.open_at(pharmacist, prescription)
    asked = Question.objects.create(
        prescription=prescription,
        line=prescription.lines.get(),
        pharmacy_id=pharmacist.place_id,
        by_id=pharmacist.activity_id,
        at=ago(days=1),
        problem="4",
        intervention="7",
        urgent=True,
    )
    shown = queries.desk(pharmacist, at=NOW)
    assert waiting(shown, "asked") == [prescription.pk]
    assert shown.blocks["asked"].rows[0].note.startswith("Urgent · depuis")
    move(
        asked,
        QuestionState.TO_CALL,
        by=doctor,
        at=NOW,
        answered_at=NOW,
        answered_by_id=doctor.activity_id,
    )
    shown = queries.desk(pharmacist, at=NOW)
    assert (waiting(shown, "answered"), waiting(shown, "asked")) == ([prescription.pk], [])
    assert "demande un appel" in shown.blocks["answered"].rows[0].note
    Question.objects.update(seen_at=NOW)
    assert waiting(queries.desk(pharmacist, at=NOW), "answered") == []


def test_the_desk_counts_the_mail_of_this_pharmacy_alone(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    for mark, place in enumerate(
        (pharmacist.place_id, pharmacist.place_id, factories.a_place().pk)
    ):
        Message.objects.create(
            place_id=place,
            way=Message.Way.PORTAL,
            message_id=bytes([mark]) * 32,
            received_at=NOW,
            prescription=prescription,
        )
    assert queries.desk(pharmacist, at=NOW).mail == 2
    assert "2 messages à ouvrir" in desk_page(desk)


def test_an_empty_queue_says_so(desk: Client) -> None:
    page = desk_page(desk)
    for words in (
        "Aucune réponse à lire.",
        "Rien de nouveau dans la messagerie",
        "Rien n'attend d'être validé.",
        "Rien n'est dû à personne.",
        "Aucun traitement délivré ici ne finit dans les sept jours.",
        "Aucune délivrance pour l'instant.",
    ):
        assert words in page


def test_two_lines_of_one_prescription_are_one_entry(
    pharmacist: Actor, doctor: Actor, patient: Any
) -> None:
    both = factories.a_signed(doctor, patient, "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    factories.open_at(pharmacist, both)
    chosen = [
        Decision(line_id=x.pk, quantity=1, cis=x.cis, owed=1, refusal="shortage")
        for x in both.lines.all()
    ]
    factories.dispense(pharmacist, both, chosen)
    owed = queries.desk(pharmacist, at=timezone.now()).blocks["owed"]
    assert owed.count == 1
    assert len(owed.rows[0].medicines) == 2


def test_the_desk_writes_its_trace_once_for_each_prescription(
    desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    give(pharmacist, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    factories.open_at(pharmacist, prescription)
    desk.get(reverse("pharmacies:desk"))
    listed = JournalEntry.objects.filter(deed=Deed.LISTED, activity_id=pharmacist.activity_id)
    assert listed.get().prescription_id == prescription.pk


def test_a_full_desk_asks_as_many_questions_as_a_short_one(
    doctor: Actor,
    patient: Any,
    pharmacist: Actor,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    def fill() -> None:
        owing = factories.a_signed(doctor, patient, at=ago(days=60), renewals=3)
        give(pharmacist, owing, ago(days=2), quantity=1, owed=1, refusal="shortage")
        factories.open_at(pharmacist, factories.a_signed(doctor, patient))

    fill()
    with django_assert_max_num_queries(15) as first:
        queries.desk(pharmacist, at=NOW)
    for _time in range(3):
        fill()
    with django_assert_num_queries(len(first)):
        queries.desk(pharmacist, at=NOW)


# --- More than the desk shows


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that shows two of each queue."""
    monkeypatch.setattr("pharmacies.queries.waiting.FIRST", 2)


def take(doctor: Actor, pharmacist: Actor, patient: Any, times: int) -> list[Prescription]:
    """Prescriptions in hand here, the latest first."""
    taken = [factories.a_signed(doctor, patient) for _time in range(times)]
    for minutes, prescription in enumerate(taken, start=1):
        factories.open_at(pharmacist, prescription, ago(minutes=minutes))
    return taken


def test_the_desk_shows_how_a_queue_begins_and_the_way_to_the_others(
    short: None, desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    taken = take(doctor, pharmacist, patient, 5)
    block = queries.desk(pharmacist, at=NOW).blocks["in_hand"]
    assert [entry.id for entry in block.rows] == [p.pk for p in taken[:2]]
    assert (block.count, block.more) == (5, 3)
    page = desk_page(desk)
    assert "Voir les 3 autres" in page
    assert reverse("pharmacies:waiting_prises-en-charge") in page


@pytest.mark.parametrize("times", [1, 2])
def test_a_queue_that_is_shown_in_whole_leads_nowhere(
    short: None, desk: Client, doctor: Actor, pharmacist: Actor, patient: Any, times: int
) -> None:
    take(doctor, pharmacist, patient, times)
    assert "Voir l" not in desk_page(desk)


def test_the_page_of_a_queue_shows_all_of_it_and_is_traced(
    short: None, desk: Client, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    taken = take(doctor, pharmacist, patient, 5)
    page = desk.get(reverse("pharmacies:waiting_prises-en-charge")).content.decode()
    for prescription in taken:
        assert reverse("pharmacies:prescription", args=[prescription.pk]) in page
    listed = JournalEntry.objects.filter(deed=Deed.LISTED, activity_id=pharmacist.activity_id)
    assert set(listed.values_list("prescription", flat=True)) == {p.pk for p in taken}


@pytest.mark.parametrize("queue", Queue)
def test_each_queue_has_a_page_even_when_nothing_waits(desk: Client, queue: Queue) -> None:
    page = unescape(desk.get(reverse(queue.url_name)).content.decode())
    assert str(queue.label) in page
    assert queue.empty in page


def test_the_page_of_a_queue_is_of_this_pharmacy_alone(
    desk: Client, doctor: Actor, patient: Any, prescription: Prescription
) -> None:
    elsewhere = factories.a_pharmacist()
    give(elsewhere, prescription, ago(days=2), quantity=1, owed=1, refusal="shortage")
    take(doctor, elsewhere, patient, 1)
    for queue in Queue:
        assert "MARTEL" not in desk.get(reverse(queue.url_name)).content.decode()


def test_when_more_is_due_than_was_looked_through_the_desk_says_so(
    desk: Client,
    doctor: Actor,
    pharmacist: Actor,
    patient: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pharmacies.queries.waiting.LOOKED", 2)
    for _time in range(3):
        owing = factories.a_signed(doctor, patient, at=ago(days=60), renewals=3)
        give(pharmacist, owing, ago(days=2), quantity=1, owed=1, refusal="shortage")
    page = desk_page(desk)
    assert '<span class="count">2+</span>' in page
    assert "Voir toute la liste" in page


def test_treatments_that_end_come_before_those_that_ended(
    doctor: Actor, patient: Any, pharmacist: Actor
) -> None:
    # Given treatments given on different days, of which one is over since yesterday
    ends = []
    for days in (51, 50, 49):
        renewable = factories.a_signed(
            doctor, patient, at=ago(days=60), posology="1 comprimé par jour", renewals=3
        )
        give(pharmacist, renewable, ago(days=days))
        ends.append(renewable.pk)
    covered = DispensedLine.objects.first().days  # type: ignore[union-attr]
    assert covered
    # When the desk is read on the day when the second one ends
    shown = queries.desk(pharmacist, at=ago(days=50) + timedelta(days=covered))
    # Then what ends soon comes first
    assert waiting(shown, "to_renew") == [ends[1], ends[2], ends[0]]


def test_the_desk_names_who_is_at_work(desk: Client) -> None:
    assert "Mme Inès Roy" in desk_page(desk).split('aria-labelledby="team"')[1]
