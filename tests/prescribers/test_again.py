"""The same again: copied, read anew, and reckoned by the dates; never by what was dispensed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.catalogue.models import Medicine
from eprescription.models import (
    CaseState,
    Deed,
    DispensingCase,
    JournalEntry,
    Line,
    Prescription,
    PrescriptionState,
    Reach,
)
from eprescription.refusal import Refusal
from patients.actions import oppose
from prescribers import actions, habits
from prescribers.watch import ends_on
from tests import factories as f
from tests.sessions import acting

NOW = timezone.localtime
database = pytest.mark.django_db


@pytest.fixture
def subject(doctor: Actor) -> Any:
    return f.a_patient(doctor)[0]


def today() -> date:
    return timezone.localdate()


def signed(doctor: Actor, subject: Any, *medicines: str, days_ago: int = 0, **line: Any) -> Any:
    at = NOW() - timedelta(days=days_ago)
    return f.a_signed(doctor, subject, *medicines, at=at, **line)


def renew(prescription: Prescription, doctor: Actor) -> Prescription:
    return actions.renew(prescription=prescription, by=doctor, at=NOW())


# --- Refaire


@database
def test_given_a_signed_prescription_when_done_again_then_a_draft_has_the_same_lines(
    doctor: Actor, subject: Any
) -> None:
    earlier = signed(
        doctor, subject, "AMOXICILLINE VIATRIS 1 g", "AMLODIPINE", days_ago=40, ald=True
    )
    begun = renew(earlier, doctor)

    assert begun.state == PrescriptionState.DRAFT and begun.subject_id == subject
    assert begun.pk != earlier.pk and begun.number is None and begun.signed_at is None
    written = ("inn", "posology", "duration_days", "quantity", "renewals", "ald")
    assert list(begun.lines.values_list(*written)) == list(earlier.lines.values_list(*written))


@database
def test_the_renewals_begin_anew_whatever_the_days_gone_by(doctor: Actor, subject: Any) -> None:
    earlier = signed(doctor, subject, days_ago=45, duration_days=30, renewals=2)
    assert renew(earlier, doctor).lines.get().renewals == 2


@database
def test_what_the_base_says_today_is_read_and_the_law_applies_to_it(
    doctor: Actor, subject: Any
) -> None:
    earlier = signed(doctor, subject)
    Medicine.objects.filter(pk=earlier.lines.get().cis).update(max_days=5)
    assert renew(earlier, doctor).lines.get().max_days == 5
    assert earlier.lines.get().max_days is None


@database
def test_the_answers_of_that_day_are_asked_again(doctor: Actor, subject: Any) -> None:
    begun = renew(signed(doctor, subject, may_follow=False), doctor)
    assert (begun.may_follow, begun.paper, begun.weight_kg) == (None, None, None)


@database
def test_a_medicine_of_abortion_is_never_repeated(doctor: Actor, subject: Any) -> None:
    draft = f.a_draft(doctor, subject, "AMOXICILLINE VIATRIS 1 g", "AMLODIPINE")
    first = draft.lines.all()[0]
    Line.objects.filter(pk=first.pk).update(ivg=True)
    earlier = as_signed(draft)
    assert [line.inn for line in renew(earlier, doctor).lines.all()] == ["amlodipine"]
    names = [past.name for past in habits.history(doctor, subject)]
    assert names and not any("Amoxicilline" in name for name in names)
    assert not any("Amoxicilline" in line for line in habits.past(doctor, subject).last.lines)
    assert len(habits.last_lines(doctor, subject)) == 1


@database
def test_one_of_abortion_alone_is_refused_and_begins_nothing(doctor: Actor, subject: Any) -> None:
    draft = f.a_draft(doctor, subject)
    draft.lines.update(ivg=True)
    with pytest.raises(Refusal, match="nothing_to_repeat"):
        renew(as_signed(draft), doctor)
    assert Prescription.objects.count() == 1
    assert habits.last_time(doctor, subject) is None


def as_signed(draft: Prescription) -> Prescription:
    """Signed without asking the law, which has its own questions for these medicines."""
    moved = {"state": PrescriptionState.ISSUED, "number": "01TESTTESTTESTTEST", "paper": "paper"}
    row = Prescription.objects.filter(pk=draft.pk)
    row.update(
        **moved,
        signed_at=NOW(),
        expires_on=today() + timedelta(days=365),
        prescriber={"name": "Claire Lemoine"},
        may_follow=True,
    )
    return row.get()


@database
def test_a_draft_is_not_done_again(doctor: Actor, subject: Any) -> None:
    with pytest.raises(Refusal, match="not_signed"):
        renew(f.a_draft(doctor, subject), doctor)


@database
def test_a_colleagues_is_not_done_again_even_for_a_patient_in_care(
    doctor: Actor, subject: Any
) -> None:
    earlier = signed(doctor, subject)
    me = f.a_prescriber()
    actions.take_in_care(subject_id=subject, by=me, at=NOW())
    with pytest.raises(Refusal, match="not_author"):
        renew(earlier, me)
    answer = acting(me).post(reverse("prescribers:renew", args=[earlier.pk]))
    assert answer.status_code == 404
    assert not habits.history(me, subject) and habits.last_time(me, subject) is None
    assert Prescription.objects.count() == 1


@database
def test_one_of_my_other_practice_is_done_again_where_the_patient_is_in_care(
    doctor: Actor, subject: Any
) -> None:
    earlier = signed(doctor, subject)
    elsewhere = f.a_prescriber(f.User.objects.get(pk=doctor.user_id))
    with pytest.raises(Refusal, match="no_care"):
        renew(earlier, elsewhere)
    actions.take_in_care(subject_id=subject, by=elsewhere, at=NOW())
    assert renew(earlier, elsewhere).author_id == elsewhere.activity_id


@database
def test_the_button_leads_to_the_new_draft(doctor: Actor, subject: Any, client: Client) -> None:
    earlier = signed(doctor, subject, days_ago=10, duration_days=30, renewals=1)
    page = client.get(reverse("prescribers:prescription", args=[earlier.pk])).content.decode()
    assert "Refaire" in page
    assert "couvre encore jusqu" in page and "1 renouvellement à venir" in page

    answer = client.post(reverse("prescribers:renew", args=[earlier.pk]))

    begun = Prescription.objects.exclude(pk=earlier.pk).get()
    assert answer["Location"] == reverse("prescribers:write", args=[begun.pk])
    assert JournalEntry.objects.filter(deed=Deed.DRAFTED, prescription=begun).exists()


# --- Within a draft


@database
def test_as_the_last_time_adds_its_lines_to_the_draft(doctor: Actor, subject: Any) -> None:
    signed(doctor, subject, "AMLODIPINE", days_ago=60)
    signed(doctor, subject, "AMOXICILLINE VIATRIS 1 g", days_ago=30)
    draft = actions.draft(subject_id=subject, by=doctor, at=NOW())
    actions.repeat_last(prescription=draft, by=doctor, at=NOW())
    assert [line.inn for line in draft.lines.all()] == ["amoxicilline"]


@database
def test_one_line_of_the_history_is_added_and_nobody_elses(doctor: Actor, subject: Any) -> None:
    both = signed(doctor, subject, "AMOXICILLINE VIATRIS 1 g", "AMLODIPINE")
    mine = both.lines.get(inn="amlodipine")
    other_patient = signed(doctor, f.a_patient(doctor)[0]).lines.get()
    draft = actions.draft(subject_id=subject, by=doctor, at=NOW())
    for line in (mine, other_patient):
        actions.repeat_line(prescription=draft, line_id=line.pk, by=doctor, at=NOW())
    assert [line.inn for line in draft.lines.all()] == ["amlodipine"]


@database
def test_only_the_author_repeats_into_his_draft(doctor: Actor, subject: Any) -> None:
    line = signed(doctor, subject).lines.get()
    draft = actions.draft(subject_id=subject, by=doctor, at=NOW())
    me = f.a_prescriber()
    with pytest.raises(Refusal, match="not_author"):
        actions.repeat_last(prescription=draft, by=me, at=NOW())
    with pytest.raises(Refusal, match="not_author"):
        actions.repeat_line(prescription=draft, line_id=line.pk, by=me, at=NOW())


# --- What still covers


def a_prescription(signed_on: date, expires_on: date | None = None) -> Prescription:
    at = timezone.make_aware(datetime(signed_on.year, signed_on.month, signed_on.day, 9))
    return Prescription(
        state=PrescriptionState.ISSUED,
        signed_at=at,
        expires_on=expires_on or signed_on + timedelta(days=365),
    )


def with_line(prescription: Prescription, **values: Any) -> Line:
    line = Line(prescription=prescription, position=1, cis="60000000", inn="Amlodipine", **values)
    prescription._prefetched_objects_cache = {"lines": [line]}  # type: ignore[attr-defined]
    return line


@given(
    days=st.one_of(st.none(), st.integers(1, 366)),
    renewals=st.integers(0, 11),
    gone=st.integers(-3, 500),
)
def test_for_all_dates_a_line_covers_until_its_last_day_and_its_renewals_run_out_with_it(
    days: int | None, renewals: int, gone: int
) -> None:
    signed_on = date(2026, 1, 1)
    prescription = a_prescription(signed_on)
    line = with_line(prescription, duration_days=days, renewals=renewals)
    on = signed_on + timedelta(days=gone)
    last = min(ends_on(prescription, line), prescription.expires_on or on)

    covers = habits.still_covers(prescription, on)

    assert (line.pk in covers) == (on <= last)
    if line.pk in covers:
        until, left = covers[line.pk]
        assert until == last
        assert 0 <= left <= renewals
        # What is left with the period under way reaches the last day, and no further.
        period = days or 30
        begun = max(gone, 0) // period + 1
        assert begun + left == renewals + 1
        tomorrow = habits.still_covers(prescription, on + timedelta(days=1))
        assert line.pk not in tomorrow or tomorrow[line.pk][1] <= left


@pytest.mark.parametrize(
    ("gone", "left"), [(0, 2), (29, 2), (30, 1), (59, 1), (60, 0), (89, 0), (90, None)]
)
def test_thirty_days_renewed_twice(gone: int, left: int | None) -> None:
    signed_on = date(2026, 1, 1)
    prescription = a_prescription(signed_on)
    line = with_line(prescription, duration_days=30, renewals=2)
    covers = habits.still_covers(prescription, signed_on + timedelta(days=gone))
    expected = {} if left is None else {line.pk: (date(2026, 3, 31), left)}
    assert covers == expected


def test_nothing_covers_after_the_end_of_validity() -> None:
    signed_on = date(2026, 1, 1)
    prescription = a_prescription(signed_on, expires_on=date(2026, 2, 1))
    line = with_line(prescription, duration_days=60)
    assert habits.still_covers(prescription, date(2026, 2, 1))[line.pk][0] == date(2026, 2, 1)
    assert habits.still_covers(prescription, date(2026, 2, 2)) == {}


@pytest.mark.parametrize("state", ["cancelled", "expired", "draft"])
def test_what_is_not_in_force_covers_nothing(state: str) -> None:
    prescription = a_prescription(date(2026, 1, 1))
    prescription.state = state
    with_line(prescription, duration_days=60)
    assert habits.still_covers(prescription, date(2026, 1, 2)) == {}


# --- The history


@database
def test_the_history_has_one_row_a_medicine_the_latest_first(doctor: Actor, subject: Any) -> None:
    signed(doctor, subject, "AMLODIPINE", days_ago=90, posology="1 le matin", duration_days=30)
    signed(doctor, subject, "AMOXICILLINE VIATRIS 1 g", days_ago=60, duration_days=6)
    latest = signed(doctor, subject, "AMLODIPINE", days_ago=5, posology="1 le soir", renewals=1)

    rows = habits.history(doctor, subject)

    assert [row.name.split()[0] for row in rows] == ["Amlodipine", "Amoxicilline"]
    assert rows[0].posology == "1 le soir"
    assert rows[0].line_id == latest.lines.get().pk
    assert rows[0].on == today() - timedelta(days=5)
    assert rows[0].covers_until == today() + timedelta(days=8)
    assert rows[0].renewals_left == 1
    assert rows[1].covers_until is None


@database
def test_an_older_one_that_lasts_longer_still_covers(doctor: Actor, subject: Any) -> None:
    signed(doctor, subject, "AMLODIPINE", days_ago=10, duration_days=30, renewals=2)
    signed(doctor, subject, "AMLODIPINE", days_ago=5, duration_days=7)
    (row,) = habits.history(doctor, subject)
    assert row.on == today() - timedelta(days=5)
    assert row.covers_until == today() + timedelta(days=79)


@database
def test_drafts_and_cancelled_ones_are_no_history(doctor: Actor, subject: Any) -> None:
    cancelled = signed(doctor, subject)
    actions.cancel(prescription=cancelled, by=doctor, at=NOW())
    f.a_draft(doctor, subject, "AMLODIPINE")
    assert habits.history(doctor, subject) == []
    assert habits.last_time(doctor, subject) is None
    assert habits.last_lines(doctor, subject) == []


@database
def test_lines_that_are_no_medicines_stand_in_the_last_time_and_not_in_the_history(
    doctor: Actor, subject: Any
) -> None:
    draft = f.a_draft(doctor, subject)
    line = draft.lines.get()
    Line.objects.filter(pk=line.pk).update(
        kind="nursing", cis="", inn="", strength="", name="Pansement", ivg=False
    )
    as_signed(draft)
    found = habits.past(doctor, subject)
    assert found.medicines == []
    assert found.last and found.last.lines[0].startswith("Pansement")


@database
def test_an_anonymous_prescription_leaves_no_past(doctor: Actor) -> None:
    earlier = f.a_signed_anonymous(doctor)
    assert habits.past(doctor, earlier.subject_id).medicines == []
    with pytest.raises(Refusal, match="nothing_to_repeat"):
        renew(earlier, doctor)


@database
def test_reading_the_past_leaves_one_trace_and_nothing_read_leaves_none(
    doctor: Actor, subject: Any
) -> None:
    looks = JournalEntry.objects.filter(deed=Deed.LISTED, code="history")
    habits.past(doctor, subject)
    assert not looks.exists()
    signed(doctor, subject), signed(doctor, subject)
    habits.past(doctor, subject)
    assert looks.get().subject_id == subject


@database
def test_the_past_asks_as_many_questions_for_one_as_for_ten(doctor: Actor, subject: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            habits.past(doctor, subject)
        return sum("SAVEPOINT" not in query["sql"] for query in queries)

    signed(doctor, subject)
    assert asked() == 3
    for name in ("AMLODIPINE", "PARACETAMOL BIOGARAN", "IBUPROFENE") * 3:
        signed(doctor, subject, name)
    assert asked() == 3


def left_alone(prescription: Prescription) -> None:
    """Nobody presented it."""


def claimed(prescription: Prescription) -> None:
    f.open_at(f.a_pharmacist(), prescription)


def dispensed(prescription: Prescription) -> None:
    f.dispense_all(f.a_pharmacist(), prescription)


@database
@pytest.mark.parametrize("opposed", [False, True], ids=["not opposed", "opposed"])
@pytest.mark.parametrize(("renewals", "ends"), [(0, CaseState.DISPENSED), (1, CaseState.PARTLY)])
def test_nothing_depends_on_what_was_dispensed(
    doctor: Actor, opposed: bool, renewals: int, ends: CaseState
) -> None:
    """The same prescription three times: not presented, claimed by a pharmacy, dispensed."""
    seen, states = [], []
    for happens in (left_alone, claimed, dispensed):
        subject, patient = f.a_patient(doctor)
        earlier = signed(doctor, subject, days_ago=3, renewals=renewals)
        if opposed:
            oppose(reach=Reach.ALL, by=patient, at=NOW())
        happens(earlier)
        states.append(DispensingCase.objects.get(prescription=earlier).state)
        seen.append(all_that_is_told(Prescription.objects.get(pk=earlier.pk), doctor))

    assert states == [CaseState.WAITING, CaseState.CLAIMED, ends]
    assert seen[0] == seen[1] == seen[2]


def all_that_is_told(earlier: Prescription, doctor: Actor) -> list[Any]:
    """Of the past of a patient with one prescription, but for the ids."""
    past = habits.past(doctor, earlier.subject_id)
    (row,) = past.medicines
    covers = habits.still_covers(earlier, today())
    lines = renew(earlier, doctor).lines.values_list("quantity", "renewals", "duration_days")
    return [
        *(row.name, row.posology, row.on, row.covers_until, row.renewals_left),
        *(past.last and past.last.lines, list(covers.values()), list(lines)),
    ]


@database
def test_the_patients_page_has_the_history_and_the_last_time(
    doctor: Actor, subject: Any, client: Client
) -> None:
    url = reverse("prescribers:patient", args=[subject])
    assert "Comme la dernière fois" not in client.get(url).content.decode()
    earlier = signed(doctor, subject, "AMLODIPINE", duration_days=30)
    page = client.get(url).content.decode()
    assert "Déjà prescrit par vous" in page and "couvre encore jusqu" in page
    assert reverse("prescribers:renew", args=[earlier.pk]) in page
