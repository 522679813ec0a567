"""What is over goes, at its day and not before; registers stay; the journal still holds; nothing else is opened."""

import uuid
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from eprescription.audit.journal import record
from eprescription.audit.sealing import seal_batch
from eprescription.audit.verifying import verify
from eprescription.identity import vault
from eprescription.models import (
    Deed,
    DispensedLine,
    Dispensing,
    DoneOnce,
    JournalEntry,
    Line,
    Opening,
    Prescription,
    Push,
    RegisterEntry,
    Tombstone,
    Transition,
    Warrant,
)
from eprescription.permissions import can_see, visible_to
from eprescription.retention.erasing import erase_prescription
from eprescription.retention.expiring import RULES, erase_expired
from pharmacies.queries.registered import Asked, registered
from tests import factories

pytestmark = pytest.mark.django_db

YEARS = timedelta(days=365)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def expire(at: datetime) -> dict[str, int]:
    while seal_batch():
        pass
    return {rule.name: count for rule, count in erase_expired(at=at)}


class World:
    """A prescription that was signed, opened, dispensed and read."""

    def __init__(self, *medicines: str) -> None:
        self.doctor, self.pharmacist = factories.a_prescriber(), factories.a_pharmacist()
        self.subject_id, self.patient = factories.a_patient(self.doctor)
        self.prescription = factories.a_signed(self.doctor, self.subject_id, *medicines)
        factories.dispense_all(self.pharmacist, self.prescription)
        record(Deed.READ, by=self.patient, prescription=self.prescription, code="collect")


def registered_world() -> World:
    world = World()
    if not RegisterEntry.objects.exists():
        pytest.fail("the medicine of the factories is in no register")
    return world


def without_register() -> None:
    """The delivery was of nothing that a register must tell."""
    with transaction.atomic():
        Warrant.objects.create(kind="erasure", reason="test")
        RegisterEntry.objects.all()._raw_delete("default")


class TestDrafts:
    def test_a_draft_goes_thirty_days_after_its_last_change(self, now: datetime) -> None:
        doctor = factories.a_prescriber()
        draft = factories.a_draft(doctor, factories.a_patient(doctor)[0])

        assert expire(now + timedelta(days=29))["draft"] == 0
        assert expire(now + timedelta(days=31))["draft"] == 1
        assert not Prescription.objects.filter(pk=draft.pk).exists()
        assert not Line.objects.filter(prescription_id=draft.pk).exists()


class TestPrescriptions:
    def test_it_stays_for_five_years(self, now: datetime) -> None:
        world = World()
        expire(now + 4 * YEARS)

        assert Prescription.objects.filter(pk=world.prescription.pk).exists()
        assert Opening.objects.filter(prescription=world.prescription).exists()

    def test_then_all_of_it_goes_but_its_number_and_state(self, now: datetime) -> None:
        world = World()
        without_register()
        number = world.prescription.number
        expire(now + 5 * YEARS + timedelta(days=2))

        assert not Prescription.objects.filter(pk=world.prescription.pk).exists()
        assert not Line.versions.exists() and not Dispensing.objects.exists()
        assert not Opening.objects.exists() and not Push.objects.exists()
        assert not Transition.objects.filter(object_id=world.prescription.pk).exists()
        kept = Tombstone.objects.get()
        assert (kept.number, kept.state, kept.rule) == (number, "issued", "prescription")

    def test_the_journal_tells_nobody_any_more_and_still_holds(self, now: datetime) -> None:
        world = World()
        pk = world.prescription.pk
        expire(now + 5 * YEARS + timedelta(days=2))
        seal_batch()

        assert not JournalEntry.objects.filter(prescription_id=pk).exists()
        emptied = JournalEntry.objects.filter(purged_by__isnull=False)
        assert emptied.count() >= 5
        assert not emptied.exclude(activity=None, subject=None, place=None, code="").exists()
        report = verify()
        assert report.damages == [] and report.erased == emptied.count()

    def test_other_prescriptions_are_not_touched(self, now: datetime) -> None:
        world, other = World(), World()
        Prescription.objects.filter(pk=other.prescription.pk).update(version=9)
        before = [
            Dispensing.objects.filter(case__prescription=other.prescription).count(),
            JournalEntry.objects.filter(prescription_id=other.prescription.pk).count(),
        ]
        erase_prescription(world.prescription.pk, rule="test", at=now + 11 * YEARS)

        assert before == [
            Dispensing.objects.filter(case__prescription=other.prescription).count(),
            JournalEntry.objects.filter(prescription_id=other.prescription.pk).count(),
        ]
        assert vault.read(other.subject_id) and vault.read(world.subject_id)


class TestRegisters:
    """The register of a pharmacy tells what it told, for ten years (CSP R. 5132-10)."""

    def test_its_row_reads_the_same_after_five_years(self, now: datetime) -> None:
        world = registered_world()
        before = registered(world.pharmacist, Asked()).entries
        assert expire(now + 6 * YEARS)["prescription"] == 1

        assert registered(world.pharmacist, Asked()).entries == before != []
        assert not Opening.objects.exists() and not DoneOnce.objects.exists()
        assert Tombstone.objects.count() == 1

    def test_but_its_patient_and_its_author_read_it_no_more(self, now: datetime) -> None:
        """Given that only a register still tells of it, then it is over for all others, on every page and by the API."""
        world = registered_world()
        assert visible_to(world.patient).exists() and visible_to(world.doctor).exists()
        expire(now + 6 * YEARS)

        held = Prescription.objects.get()
        assert held.erased_at == now + 6 * YEARS
        for reader in (world.patient, world.doctor):
            assert not visible_to(reader).exists() and not can_see(reader, held)
        assert can_see(world.pharmacist, held)
        expire(now + 7 * YEARS)
        with pytest.raises(DatabaseError), transaction.atomic():
            Prescription.objects.update(erased_at=None)

    def test_it_is_not_gone_through_again_each_day(self, now: datetime) -> None:
        registered_world()
        expire(now + 6 * YEARS)

        assert expire(now + 7 * YEARS)["prescription"] == 0

    def test_it_goes_with_its_ten_years(self, now: datetime) -> None:
        registered_world()
        expire(now + 6 * YEARS)
        assert expire(now + 11 * YEARS)["prescription"] == 1

        assert not RegisterEntry.objects.exists() and not DispensedLine.objects.exists()
        assert not Prescription.objects.exists()


class TestTheRest:
    def test_keys_and_what_has_left_go_after_thirty_days(self, now: datetime) -> None:
        world = World()
        keys = DoneOnce.objects.count()
        Push.objects.filter(prescription=world.prescription).update(state="delivered")

        assert expire(now + timedelta(days=29))["once"] == 0
        done = expire(now + timedelta(days=31))
        assert done["once"] == keys > 0
        assert done["push"] == 1 and not Push.objects.exists()

    def test_what_could_not_be_sent_stays(self, now: datetime) -> None:
        world = World()
        Push.objects.filter(prescription=world.prescription).update(state="dead")

        assert expire(now + timedelta(days=365))["push"] == 0

    def test_a_dry_run_counts_and_erases_nothing(self) -> None:
        world = World()
        old = timezone.localtime() - timedelta(days=40)
        DoneOnce.objects.create(
            place_id=world.pharmacist.place_id,
            key=uuid.uuid4(),
            act="x",
            asked=b"",
            result=uuid.uuid4(),
            at=old,
        )
        out = StringIO()
        call_command("erase_expired", "--dry-run", stdout=out)

        assert "once: 1 due" in out.getvalue()
        assert DoneOnce.objects.filter(act="x").exists() and not Warrant.objects.exists()

        call_command("erase_expired", stdout=out)
        assert "once: 1 erased" in out.getvalue()
        assert not DoneOnce.objects.filter(act="x").exists()
        assert Warrant.objects.get().reason == "once"

    def test_each_rule_has_its_name_and_its_reason(self) -> None:
        assert len({rule.name for rule in RULES}) == len(RULES)
        assert all(rule.why and rule.due.__doc__ for rule in RULES)


class TestTheDoorOfTheErasure:
    """Frozen and insert-only rows open to a deletion in the transaction of its warrant, and to nothing else."""

    @pytest.mark.parametrize(
        "model", [Prescription, Line, Dispensing, DispensedLine, Opening, DoneOnce, Transition]
    )
    def test_nothing_is_deleted_without_a_warrant(self, model: Any) -> None:
        World()
        with pytest.raises(DatabaseError, match=r"Cannot|frozen"):
            model._base_manager.all()._raw_delete("default")

    @pytest.mark.parametrize(
        ("model", "change"),
        [
            (Prescription, {"weight_kg": 3}),
            (Line, {"quantity": 9}),
            (Dispensing, {"identity_checked": True}),
            (Dispensing, {"bearer": b"somebody else"}),
            (DispensedLine, {"quantity": 9}),
            (JournalEntry, {"deed": "read"}),
            (JournalEntry, {"salt": None}),
            (JournalEntry, {"code": "other"}),
        ],
    )
    @pytest.mark.parametrize("kind", ["erasure", "rotation"])
    def test_a_warrant_changes_no_content(
        self, model: Any, change: dict[str, Any], kind: str
    ) -> None:
        World()
        Warrant.objects.create(kind=kind, reason="test")
        with pytest.raises(DatabaseError, match=r"Cannot|frozen"):
            model._base_manager.update(**change)

    def test_the_journal_is_deleted_by_no_warrant(self) -> None:
        World()
        Warrant.objects.create(kind="erasure", reason="test")
        with pytest.raises(DatabaseError, match="Cannot"):
            JournalEntry.objects.all()._raw_delete("default")

    def test_a_row_emptied_without_its_trace_is_found(self) -> None:
        """Who writes himself a warrant empties a row, and the journal tells it."""
        World()
        seal_batch()
        row, other = JournalEntry.objects.order_by("pk")[:2]
        Warrant.objects.create(kind="erasure", reason="test")
        JournalEntry.objects.filter(pk=row.pk).update(
            purged_by=other,
            activity=None,
            place=None,
            subject=None,
            prescription=None,
            code="",
            salt=None,
        )

        assert [d.row for d in verify().damages] == [row.pk]


def test_a_tombstone_is_kept() -> None:
    Tombstone.objects.create(number="x", state="issued", erased_at=timezone.now(), rule="test")
    with pytest.raises(DatabaseError, match="Cannot"):
        Tombstone.objects.all()._raw_delete("default")
