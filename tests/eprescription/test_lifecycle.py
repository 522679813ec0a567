"""The machines: every state in every table, every move not in the dict refused, a faster person wins."""

from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from eprescription import statuses
from eprescription.lifecycle import MACHINES, Machine, diagram, may_move, move
from eprescription.management.commands.statemachine import diagrams
from eprescription.models import (
    CaseState,
    DispensingCase,
    DowntimeSheet,
    JournalEntry,
    Letter,
    Line,
    MailNotice,
    Message,
    Prescription,
    PrescriptionState,
    Push,
    PushState,
    Question,
    QuestionState,
    SheetState,
    Transition,
)
from eprescription.refusal import Overtaken
from tests import factories as f

STATES = {
    Prescription: PrescriptionState,
    DispensingCase: CaseState,
    Question: QuestionState,
    DowntimeSheet: SheetState,
    Push: PushState,
    Letter: PushState,
    MailNotice: PushState,
    Message: Message.State,
}


@pytest.mark.parametrize("model", MACHINES)
def test_every_state_stands_in_every_table(model: type) -> None:
    machine, states = MACHINES[model], set(STATES[model])
    assert set(machine.next) == states
    assert set(machine.owner) == states
    assert {to for targets in machine.next.values() for to in targets} <= states


def test_every_state_has_its_word_shape_and_help() -> None:
    assert set(statuses.WRITTEN) == set(PrescriptionState)
    assert set(statuses.EXECUTED) == set(CaseState)
    assert set(statuses.PUSHED) == set(PushState)
    for written, executed in product(PrescriptionState, CaseState):
        if written != PrescriptionState.DRAFT:
            status = statuses.journey(written, executed)
            assert status.label and status.icon and status.help


@pytest.mark.parametrize("model", MACHINES)
def test_a_move_outside_the_machine_is_refused(model: Any) -> None:
    machine: Machine = MACHINES[model]
    for before, after in product(machine.next, machine.next):
        if after not in machine.next[before]:
            thing = model(state=before)
            assert not may_move(thing, after)
            with pytest.raises(Overtaken):
                move(thing, after, by=None, at=timezone.now())


@pytest.mark.parametrize("model", MACHINES)
def test_the_drawing_has_every_state_and_every_move(model: type) -> None:
    machine = MACHINES[model]
    drawn = diagram(machine)
    for state, targets in machine.next.items():
        assert state in drawn
        for to in targets:
            assert f"{state.value} --> {to.value}" in drawn  # type: ignore[attr-defined]


def test_the_readme_shows_the_machines_as_they_are(pytestconfig: pytest.Config) -> None:
    readme = (pytestconfig.rootpath / "README.md").read_text(encoding="utf-8")
    assert diagrams() in readme, "run: manage.py statemachine"


@pytest.mark.django_db
class TestMoves:
    def test_two_people_who_read_the_same_state_cannot_both_move_it(self) -> None:
        doctor = f.a_prescriber()
        subject, _patient = f.a_patient(doctor)
        first = f.a_signed(doctor, subject)
        second = Prescription.objects.get(pk=first.pk)
        at = timezone.now()
        move(first, PrescriptionState.CANCELLED, by=doctor, at=at, cancelled_at=at)
        with pytest.raises(Overtaken):
            move(second, PrescriptionState.CANCELLED, by=doctor, at=at, cancelled_at=at)

    def test_each_move_leaves_a_row_of_history(self) -> None:
        doctor = f.a_prescriber()
        prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
        row = Transition.objects.get(object_id=prescription.pk)
        assert (row.before, row.after) == ("draft", "issued")
        assert row.by_id == doctor.activity_id


GUARD = "pgtrigger|frozen|insert-only|cannot truncate"
REFUSED = [
    ("UPDATE eprescription_transition SET after = 'x'", "history"),
    ("DELETE FROM eprescription_transition", "history"),
    ("UPDATE eprescription_journalentry SET code = 'x'", "journal"),
    ("DELETE FROM eprescription_journalentry", "journal"),
    ("TRUNCATE eprescription_journalentry", "journal"),
    ("UPDATE eprescription_line SET posology = 'x'", "lines"),
    ("DELETE FROM eprescription_line", "lines"),
    ("UPDATE eprescription_prescription SET number = '0'", "number"),
    ("UPDATE eprescription_prescription SET may_follow = NOT may_follow", "answers"),
    ("UPDATE eprescription_dispensedline SET quantity = 9", "dispensed lines"),
    ("DELETE FROM eprescription_dispensing", "dispensings"),
    ("UPDATE eprescription_subject SET kind = 'anonymous'", "kind"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("sql", "what"), REFUSED, ids=[s[:48] for s, _w in REFUSED])
def test_the_database_itself_refuses_to_rewrite_what_happened(sql: str, what: str) -> None:
    """Given a prescription that was signed and dispensed, when somebody rewrites it in SQL, then nothing moves."""
    doctor = f.a_prescriber()
    prescription = f.a_signed(doctor, f.a_patient(doctor)[0])
    f.dispense_all(f.a_pharmacist(), prescription)
    assert Line.objects.exists() and JournalEntry.objects.exists()
    with (
        pytest.raises(DatabaseError, match=GUARD),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)
