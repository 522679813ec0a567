"""The keys of the portal change while people work: nothing is lost, nothing fails, and it can be killed at any moment."""

import multiprocessing
import os
import secrets
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from eprescription import rotating
from eprescription.identity import rotation, vault
from eprescription.identity.crypto import Tampered
from eprescription.identity.models import CivilIdentity, InsOwner
from eprescription.identity.sealed import CIVIL_IDENTITY, COLUMNS, EMAIL
from eprescription.identity.sign_in import PortalSecondFactors
from eprescription.models import (
    Deed,
    Dispensing,
    JournalEntry,
    Mailbox,
    Message,
    Preferences,
    Subject,
    Warrant,
)
from eprescription.secure_mail.sealing import sealed, unsealed
from patients import receiving
from patients.models import ReceivedDocument
from pharmacies.bearers import bearer_of
from pharmacies.decisions import Handing
from tests import factories

PEOPLE = 400 if os.environ.get("PORTAL_LONG") else 60


def a_key() -> str:
    return secrets.token_urlsafe(48)


@pytest.fixture
def new_keys(settings: Any) -> Callable[[], None]:
    """From now on the portal seals and indexes under other keys; the present ones still open."""

    def change() -> None:
        settings.FIELD_KEY_FORMER = [settings.FIELD_KEY]
        settings.INDEX_KEY_FORMER = [settings.INDEX_KEY]
        settings.FIELD_KEY, settings.INDEX_KEY = a_key(), a_key()

    return change


@pytest.fixture
def forget_former(settings: Any) -> Callable[[], None]:
    def forget() -> None:
        settings.FIELD_KEY_FORMER, settings.INDEX_KEY_FORMER = [], []

    return forget


def a_subject() -> uuid.UUID:
    return Subject.objects.create().pk


def a_person(n: int) -> uuid.UUID:
    who = factories.traits(birth_name=f"MARTEL{chr(65 + n % 26)}")
    return vault.register(traits=who, new_subject=a_subject)


class World:
    """One row of everything that rests sealed, and what it says."""

    def __init__(self) -> None:
        doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
        self.subject_id, _patient = factories.a_patient(doctor)
        self.traits = vault.read(self.subject_id)
        self.prescription = factories.a_signed(doctor, self.subject_id)
        self.code = factories.code_of(self.prescription)
        factories.open_at(pharmacist, self.prescription)
        bearer = Handing(bearer="Lise Roux", bearer_address="3 rue du Lac", identity_checked=True)
        factories.dispense(
            pharmacist,
            self.prescription,
            factories.decisions_for(self.prescription),
            handing=bearer,
        )
        self.place = factories.a_place()
        self.box = Mailbox(place=self.place, address="a@b.mssante.fr", host="imap", folder="INBOX")
        self.box.password = sealed(b"mot de passe", row=self.box, column="password")
        self.box.save()
        self.message = Message(place=self.place, way="mail", message_id=b"x", received_at=_now())
        self.message.sender = sealed(b"x@y.fr", row=self.message, column="sender")
        self.message.source = sealed(b"Subject: x", row=self.message, column="source")
        self.message.save()
        key = uuid.uuid4()
        self.document = ReceivedDocument(key=key, subject_id=self.subject_id, dated=_now(), size=4)
        self.document.received_at = _now()
        self.document.sealed = receiving.DOCUMENT.seal(b"%PDF", row=self.document)
        self.document.save()
        self.wish = Preferences(subject_id=self.subject_id, changed_at=_now())
        self.wish.by_id = doctor.activity_id
        self.wish.email = EMAIL.seal(b"a@exemple.fr", row=self.wish)
        self.wish.save()
        secret = PortalSecondFactors().encrypt("TOTP SECRET")
        user = doctor_user(doctor)
        self.factor = Authenticator.objects.create(user=user, type="totp", data={"secret": secret})

    def said(self) -> dict[str, Any]:
        """What a reader gets of it today."""
        factor = Authenticator.objects.get(pk=self.factor.pk)
        return {
            "identity": vault.read(self.subject_id),
            "found": vault.find_by_ins(self.traits.ins),
            "named": vault.find(
                birth_name=self.traits.birth_name, birth_date=self.traits.birth_date
            ),
            "code": factories.code_of(self.prescription),
            "bearer": bearer_of(Dispensing.objects.get(case__prescription=self.prescription)),
            "password": unsealed(Mailbox.objects.get(pk=self.box.pk), "password"),
            "sender": unsealed(Message.objects.get(pk=self.message.pk), "sender"),
            "source": unsealed(Message.objects.get(pk=self.message.pk), "source"),
            "document": receiving.content_of(ReceivedDocument.objects.get(pk=self.document.pk)),
            "address": EMAIL.open(Preferences.objects.get(pk=self.wish.pk)),
            "factor": PortalSecondFactors().decrypt(factor.data["secret"]),
        }


def doctor_user(doctor: Any) -> Any:
    from eprescription.models import User

    return User.objects.get(pk=doctor.user_id)


def _now() -> Any:
    return timezone.now()


@pytest.mark.django_db
class TestAChangeOfKeys:
    def test_everything_is_read_the_same_before_during_and_after(
        self, new_keys: Callable[[], None], forget_former: Callable[[], None]
    ) -> None:
        world = World()
        before = world.said()
        new_keys()
        assert world.said() == before
        assert len(rotating.left()) == len(COLUMNS) + 2

        list(rotating.rotate(batch=1))

        assert rotating.left() == {}
        forget_former()
        assert world.said() == before

    def test_without_rotation_a_forgotten_key_closes_everything(
        self, new_keys: Callable[[], None], forget_former: Callable[[], None]
    ) -> None:
        """The test before this one could fail: nothing opens by a key that is gone."""
        world = World()
        new_keys()
        forget_former()

        with pytest.raises(Tampered):
            vault.read(world.subject_id)
        assert vault.find_by_ins(world.traits.ins) is None

    def test_each_batch_leaves_its_warrant_and_each_table_its_trace(
        self, new_keys: Callable[[], None]
    ) -> None:
        World()
        new_keys()
        list(rotating.rotate())

        told = set(JournalEntry.objects.filter(deed=Deed.ROTATED).values_list("code", flat=True))
        assert told == {place.name[:40] for place in rotation.PLACES}
        assert Warrant.objects.filter(kind="rotation").count() >= len(rotation.PLACES)

    def test_a_damaged_row_is_named_and_stops_nobody_else(
        self, new_keys: Callable[[], None]
    ) -> None:
        world = World()
        broken = CivilIdentity.objects.get(subject_id=world.subject_id)
        other = a_person(2)
        with asleep():
            CivilIdentity.objects.filter(pk=broken.pk).update(sealed=bytes(broken.sealed)[::-1])
        new_keys()
        out, errors = StringIO(), StringIO()

        with pytest.raises(CommandError, match="Keep FIELD_KEY_FORMER"):
            call_command("rotate_keys", stdout=out, stderr=errors)

        assert f"row {broken.pk} opens under no key" in errors.getvalue()
        assert list(rotation.CivilIdentities().stale()) == [broken]
        assert vault.read(other)

    def test_the_command_says_how_far_it_is_and_when_the_former_key_may_go(
        self, new_keys: Callable[[], None]
    ) -> None:
        World()
        new_keys()
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("rotate_keys", "--check", stdout=out)
        call_command("rotate_keys", stdout=out)

        assert "identity_civilidentity: 1 rows are still under a former key" in out.getvalue()
        assert "identity_civilidentity: 100 % of 1" in out.getvalue()
        assert "may be removed" in out.getvalue()

    def test_what_was_written_before_keys_had_names_is_brought_along(self, settings: Any) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        world = World()
        row = CivilIdentity.objects.get(subject_id=world.subject_id)
        plain, nonce = CIVIL_IDENTITY.open(row), bytes(12)
        aad = b"\x01" + CIVIL_IDENTITY._place(row).encode()
        old = (
            b"\x01" + nonce + AESGCM(CIVIL_IDENTITY.keys.present.secret).encrypt(nonce, plain, aad)
        )
        with asleep():
            CivilIdentity.objects.filter(pk=row.pk).update(sealed=old)
        assert vault.read(world.subject_id) == world.traits

        list(rotating.rotate())

        assert rotating.left() == {} and vault.read(world.subject_id) == world.traits


@pytest.mark.django_db
class TestTheDoorOfTheRotation:
    """Insert-only tables open to another seal of the same thing, in the transaction of a warrant, and to nothing else."""

    def seal_again(self) -> None:
        row = CivilIdentity.objects.get()
        row.sealed = CIVIL_IDENTITY.seal(CIVIL_IDENTITY.open(row), row=row)
        CivilIdentity.objects.filter(pk=row.pk).update(sealed=row.sealed)

    def test_not_without_a_warrant(self) -> None:
        a_person(1)
        with pytest.raises(DatabaseError, match="Cannot update"):
            self.seal_again()

    def test_not_with_a_warrant_for_something_else(self) -> None:
        a_person(1)
        Warrant.objects.create(kind="erasure", reason="test")
        with pytest.raises(DatabaseError, match="Cannot update"):
            self.seal_again()

    def test_with_a_warrant(self) -> None:
        a_person(1)
        Warrant.objects.create(kind="rotation", reason="test")
        self.seal_again()

    @pytest.mark.parametrize(
        "change",
        [
            {"status": "RECUP"},
            {"version": 7},
            {"ins_index": None, "status": "VALI"},
            {"sealed": b""},
            {"sealed": b"\x02" + bytes(400)},
            {"created_at": timezone.now()},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_never_to_another_content(self, change: dict[str, Any]) -> None:
        a_person(1)
        Warrant.objects.create(kind="rotation", reason="test")
        with pytest.raises(DatabaseError, match="Cannot update"):
            CivilIdentity.objects.update(**change)

    def test_never_to_a_deletion(self) -> None:
        a_person(1)
        Warrant.objects.create(kind="rotation", reason="test")
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            CivilIdentity.objects.all()._raw_delete("default")

    def test_a_warrant_is_kept(self) -> None:
        Warrant.objects.create(kind="rotation", reason="test")
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            Warrant.objects.update(reason="other")

    def test_a_warrant_cannot_be_written_for_another_moment(self) -> None:
        Warrant.objects.create(kind="rotation", reason="test", at=_now(), transaction=1)
        kept = Warrant.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT txid_current(), now()")
            assert (kept.transaction, kept.at) == cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_a_warrant_ends_with_its_transaction() -> None:
    a_person(1)
    Warrant.objects.create(kind="rotation", reason="test")

    with pytest.raises(DatabaseError, match="Cannot update"):
        TestTheDoorOfTheRotation().seal_again()


@pytest.mark.django_db(transaction=True)
class TestUnderLoad:
    def test_readers_and_writers_go_on_without_an_error(
        self, new_keys: Callable[[], None], forget_former: Callable[[], None]
    ) -> None:
        """Given people who read, register and correct without a pause, when the keys change, then nobody is refused and
        no row is left that does not open."""
        known = {a_person(n): n for n in range(PEOPLE)}
        ids, over = list(known), threading.Event()
        failed: list[BaseException] = []
        done = [0, 0, 0]

        def read() -> None:
            for n in _without_end(over):
                subject_id = ids[n % len(ids)]
                traits = vault.read(subject_id)
                assert vault.find_by_ins(traits.ins) == subject_id
                done[0] += 1

        def register() -> None:
            for n in _without_end(over):
                assert vault.read(a_person(n))
                done[1] += 1

        def correct() -> None:
            for n in _without_end(over):
                subject_id = ids[n % len(ids)]
                traits = vault.read(subject_id)
                changed = factories.traits(birth_name="MARTEL", used_name=f"ROUX{chr(65 + n % 26)}")
                vault.keep(
                    subject_id=subject_id,
                    traits=_with_ins(changed, traits),
                )
                done[2] += 1

        new_keys()
        threads = [_thread(act, failed) for act in (read, read, register, correct)]
        began = time.monotonic()
        rows = sum(p.done for p in _last(rotating.rotate(batch=10)))
        seconds = time.monotonic() - began
        over.set()
        for thread in threads:
            thread.join()

        assert failed == []
        assert all(done), done
        assert rotating.left() == {}
        forget_former()
        for row in CivilIdentity.objects.all():
            assert vault.open_row(row)
        assert InsOwner.objects.count() == Subject.objects.count()
        print(f"{rows} rows in {seconds:.2f} s beside {done} reads, registrations, corrections")

    def test_one_ins_stays_one_person_during_the_change(self, new_keys: Callable[[], None]) -> None:
        who = factories.traits()
        patient = vault.register(traits=who, new_subject=a_subject)
        new_keys()

        assert vault.register(traits=who, new_subject=a_subject) == patient
        other = a_person(3)
        with pytest.raises(vault.InsTaken):
            vault.keep(subject_id=other, traits=who)

    def test_killed_again_and_again_it_comes_to_its_end(
        self, new_keys: Callable[[], None], forget_former: Callable[[], None]
    ) -> None:
        """Given a rotation that is cut off with SIGKILL after some batches, when it is begun again, then it goes on."""
        for n in range(PEOPLE):
            a_person(n)
        new_keys()
        kills, before = 0, sum(rotating.left().values())
        for _time in range(4):
            left_now = _killed_after(3)
            assert left_now < before
            before, kills = left_now, kills + 1
        list(rotating.rotate())

        assert kills == 4 and rotating.left() == {}
        forget_former()
        assert all(vault.open_row(row) for row in CivilIdentity.objects.all())

    def test_two_rotations_do_not_run_at_once(self, new_keys: Callable[[], None]) -> None:
        a_person(1)
        a_person(2)
        new_keys()
        first = rotating.rotate(batch=1)
        next(first)
        seen: list[BaseException] = []
        thread = _thread(lambda: [*rotating.rotate()] and None, seen)
        thread.join()
        first.close()

        assert [type(error) for error in seen] == [rotating.AlreadyRotating]


def _killed_after(batches: int) -> int:
    """A rotation in a process of its own, killed in the middle; how many rows are left."""
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    connections.close_all()

    def work() -> None:
        for count, _progress in enumerate(rotating.rotate(batch=5), start=1):
            if count == batches:
                told.put(True)
                time.sleep(60)

    process = context.Process(target=work)
    process.start()
    told.get(timeout=60)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return sum(rotating.left().values())


def _with_ins(traits: Any, kept: Any) -> Any:
    from dataclasses import replace

    return replace(
        traits,
        ins=kept.ins,
        ins_oid=kept.ins_oid,
        birth_name=kept.birth_name,
        birth_date=kept.birth_date,
    )


def _last(steps: Iterator[rotating.Progress]) -> list[rotating.Progress]:
    return list({step.place: step for step in steps}.values())


def _without_end(over: threading.Event) -> Iterator[int]:
    n = 0
    while not over.is_set():
        yield n
        n += 1


@contextmanager
def asleep() -> Iterator[None]:
    """Somebody with the whole database, its triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _thread(act: Callable[[], Any], failed: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
