"""A person who asks for it is forgotten: no name anywhere, numbers and states kept, the journal whole."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from eprescription.audit.sealing import seal_batch
from eprescription.audit.verifying import verify
from eprescription.identity import vault
from eprescription.identity.models import CivilIdentity
from eprescription.models import (
    Allergy,
    Care,
    JournalEntry,
    NationalLink,
    Opposition,
    Prescription,
    RegisterEntry,
    Subject,
    Tombstone,
    User,
    Warrant,
)
from eprescription.permissions import visible_to
from eprescription.retention.belonging import APART, belonging_to
from eprescription.retention.on_request import erase_patient
from patients.models import ReceivedDocument
from pharmacies.queries.registered import Asked, registered
from tests.eprescription.retention.test_expiring import World, without_register

pytestmark = pytest.mark.django_db


def a_world() -> World:
    world = World()
    at = timezone.now()
    assert world.patient is not None
    Opposition.objects.create(
        subject_id=world.subject_id,
        reach="all",
        channel="space",
        since=at,
        by_id=world.patient.activity_id,
    )
    Allergy.objects.create(
        subject_id=world.subject_id,
        kind="other",
        label="pollen",
        declared_at=at,
        declared_by_id=world.patient.activity_id,
    )
    ReceivedDocument.objects.create(
        key=world.subject_id,
        subject_id=world.subject_id,
        dated=at,
        received_at=at,
        size=1,
        sealed=b"x",
    )
    return world


def erase(world: World) -> str:
    out = StringIO()
    call_command("erase_patient", str(world.subject_id), "--yes", stdout=out)
    return out.getvalue()


def test_nothing_of_the_person_remains() -> None:
    world, other = a_world(), World()
    without_register()
    who = vault.read(world.subject_id)
    erase(world)

    with pytest.raises(vault.UnknownIdentity):
        vault.read(world.subject_id)
    assert vault.find_by_ins(who.ins) is None
    for model in (Prescription, Opposition, Allergy, Care, ReceivedDocument):
        assert not model.objects.filter(subject_id=world.subject_id).exists(), model
    assert [(t.number, t.state) for t in Tombstone.objects.all()] == [
        (world.prescription.number, "issued")
    ]
    assert vault.read(other.subject_id)
    assert Prescription.objects.filter(subject_id=other.subject_id).exists()


def test_no_table_names_him_any_more() -> None:
    world = a_world()
    without_register()
    erase(world)
    apart = {"eprescription_subject"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'uuid'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}" = ANY(%s::uuid[])',
                [[world.subject_id, world.prescription.pk]],
            )
            assert table in apart or cursor.fetchone() == (0,), f"{table}.{column}"


def test_the_journal_is_emptied_of_him_and_whole() -> None:
    world = a_world()
    erase(world)
    seal_batch()

    assert not JournalEntry.objects.filter(subject_id=world.subject_id).exists()
    report = verify()
    assert report.damages == [] and report.erased > 5
    assert Warrant.objects.filter(kind="erasure", reason="request").count() == 1


def test_his_account_opens_nothing_any_more() -> None:
    world = a_world()
    assert world.patient is not None
    user_id = world.patient.user_id
    erase(world)
    user = User.objects.get(pk=user_id)

    assert not user.is_active and not user.has_usable_password()
    assert not Subject.objects.get(pk=world.subject_id).user_id


def test_a_register_still_names_its_patient_and_nobody_else_finds_him() -> None:
    world = a_world()
    assert RegisterEntry.objects.exists()
    who, before = vault.read(world.subject_id), registered(world.pharmacist, Asked()).entries
    told = erase(world)

    assert "1 prescriptions stay behind a register" in told
    assert registered(world.pharmacist, Asked()).entries == before
    assert not visible_to(world.doctor).exists()
    assert vault.find_by_ins(who.ins) is None
    assert vault.find(birth_name=who.birth_name, birth_date=who.birth_date) == []
    assert CivilIdentity.objects.filter(subject_id=world.subject_id).count() == 1


def test_it_is_not_done_by_accident() -> None:
    world = World()
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase_patient", str(world.subject_id))
    with pytest.raises(CommandError, match="Nobody has this id"):
        call_command("erase_patient", str(world.prescription.pk), "--yes")


def test_every_table_that_names_a_person_is_found() -> None:
    """What points at a subject or at a prescription goes with it, or stands apart by name."""
    world = a_world()
    found = {model._meta.label for model in belonging_to(Subject, [world.subject_id])}
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.is_relation
        and field.related_model in (Subject, Prescription)
        and model.objects.filter(
            **{f"{field.name}__in": [world.subject_id, world.prescription.pk]}
        ).exists()
    }
    assert pointing - APART <= found


def test_what_a_national_provider_knew_her_by_is_forgotten_too() -> None:
    world = World()
    assert world.patient is not None
    at, user = timezone.now(), world.patient.user_id
    NationalLink.objects.create(issuer="fc", subject="abc", user_id=user, since=at, last_at=at)
    erase_patient(world.subject_id, at=at)
    assert not NationalLink.objects.exists()
