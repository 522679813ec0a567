"""Whatever is done to the journal behind the portal's back is found, with its kind and its place."""

import os
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from eprescription.audit import anchors
from eprescription.audit.journal import record
from eprescription.audit.sealing import seal_batch
from eprescription.audit.verifying import Kind, verify
from eprescription.models import Deed, JournalEntry, JournalHead, JournalPending, JournalSeal
from tests import factories
from tests.eprescription.audit.tampering import ANCHORED, HEAD, WAYS, sql

pytestmark = pytest.mark.django_db

ROWS = 40
# 500 in each run; PORTAL_LONG=1 for 10,000.
EACH = 2000 if os.environ.get("PORTAL_LONG") else 100


@pytest.fixture
def rows() -> list[int]:
    """A journal of forty rows of several people, sealed in batches of seven."""
    doctor = factories.a_prescriber()
    subject_id, patient = factories.a_patient(doctor)
    deeds = [Deed.READ, Deed.LISTED, Deed.SIGNED, Deed.EXPIRED]
    while JournalEntry.objects.count() < ROWS:
        count = JournalEntry.objects.count()
        by = (doctor, patient, None)[count % 3]
        record(deeds[count % 4], by=by, subject_id=subject_id if count % 5 else None)
    while seal_batch(7):
        pass
    return list(JournalSeal.objects.order_by("number").values_list("entry_id", flat=True))


@pytest.fixture
def anchor(rows: list[int], tmp_path: Path) -> Path:
    path = tmp_path / "anchors"
    anchors.append(path, at=timezone.now())
    return path


def test_an_untouched_journal_is_whole(rows: list[int], anchor: Path) -> None:
    report = verify(anchors.read(anchor))

    assert (report.links, report.waiting, report.damages) == (ROWS, 0, [])


@pytest.mark.parametrize("kind", list(Kind))
def test_every_tampering_is_found_and_placed(kind: Kind, rows: list[int], anchor: Path) -> None:
    known = list(anchors.read(anchor))
    missed = []
    for seed in range(EACH):
        draw = Random(f"{kind} {seed}")
        way = draw.choice(WAYS[kind])
        sid = transaction.savepoint()
        sql("SET LOCAL session_replication_role = replica")
        expected = way(draw, rows)
        damages = verify(known if way in ANCHORED else ()).damages
        if not expected.seen_in(damages):
            missed.append((way.__name__, seed, expected, damages))
        transaction.savepoint_rollback(sid)

    assert not missed, missed[:3]


class TestAnchors:
    """Who can rewrite all rows cannot rewrite a file that is somewhere else."""

    def test_a_chain_made_again_from_the_beginning_is_not_that_of_the_anchor(
        self, rows: list[int], anchor: Path
    ) -> None:
        sql("SET LOCAL session_replication_role = replica")
        JournalSeal.objects.all().delete()
        JournalHead.objects.all().delete()
        JournalEntry.objects.filter(pk=rows[4]).update(deed=Deed.LISTED)
        JournalPending.objects.bulk_create([JournalPending(entry_id=pk) for pk in rows])
        while seal_batch():
            pass

        assert verify().damages == []
        (damage,) = verify(anchors.read(anchor)).damages
        assert (damage.kind, damage.link, damage.line) == (Kind.CHANGED, ROWS, 1)

    def test_an_anchor_that_somebody_else_wrote_is_refused(
        self, rows: list[int], anchor: Path, settings: Any
    ) -> None:
        settings.ANCHOR_KEY = "another key that signs anchors, of another portal"
        anchors.append(anchor, at=timezone.now())
        anchor.write_text(anchor.read_text() + "not even a line of ours\n")
        settings.ANCHOR_KEY = "the key that signed nothing in this file, at all"

        lines = [d.line for d in verify(anchors.read(anchor)).damages]
        assert lines == [1, 2, 3]

    def test_an_older_anchor_still_holds_when_the_chain_grows(
        self, rows: list[int], anchor: Path
    ) -> None:
        record(Deed.READ, by=None)
        seal_batch()
        anchors.append(anchor, at=timezone.now())

        assert [a.count for a in anchors.read(anchor)] == [ROWS, ROWS + 1]
        assert verify(anchors.read(anchor)).damages == []


class TestTheCommands:
    def test_a_whole_journal_is_said_to_be_whole(self, rows: list[int], tmp_path: Path) -> None:
        out, path = StringIO(), tmp_path / "anchors"
        call_command("anchor_journal", str(path), stdout=out)
        call_command("verify_journal", "--anchor", str(path), stdout=out)

        assert f"{ROWS} links" in out.getvalue() and "The journal is whole." in out.getvalue()

    def test_a_damaged_one_fails_the_command_and_says_where(self, rows: list[int]) -> None:
        sql("SET LOCAL session_replication_role = replica")
        JournalEntry.objects.filter(pk=rows[9]).update(code="other")
        out = StringIO()

        with pytest.raises(CommandError, match="damaged: 1 findings"):
            call_command("verify_journal", stdout=out)
        assert f"changed: link 10, row {rows[9]}: its content" in out.getvalue()

    def test_anchors_that_cannot_be_read_are_said_to_be_so(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("verify_journal", "--anchor", str(tmp_path / "nowhere"))

    def test_a_head_that_does_not_match_is_told(self, rows: list[int]) -> None:
        sql(f"UPDATE {HEAD} SET count = count - 1")

        (damage,) = verify().damages
        assert (damage.kind, damage.what) == (Kind.CHANGED, "the head is not the last link")


def test_rows_that_wait_for_their_seal_are_no_damage(rows: list[int]) -> None:
    record(Deed.READ, by=None)

    report = verify()
    assert (report.waiting, report.damages) == (1, [])


def test_a_row_taken_from_the_waiting_ones_is_found(rows: list[int]) -> None:
    record(Deed.READ, by=None)
    JournalPending.objects.all().delete()

    (damage,) = verify().damages
    assert (damage.kind, damage.row) == (Kind.INSERTED, JournalEntry.objects.latest("pk").pk)


def test_the_connection_is_left_as_it_was() -> None:
    verify()

    assert connection.in_atomic_block
