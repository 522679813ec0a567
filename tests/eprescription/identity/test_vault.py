"""The vault keeps civil identities: sealed, versioned, found only by who knows what to ask."""

import threading
import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from eprescription.identity import vault
from eprescription.identity.crypto import Tampered
from eprescription.identity.models import CivilIdentity, InsOwner
from eprescription.identity.numbers import INS_TEST_OID
from eprescription.identity.traits import IdentityStatus, Traits
from eprescription.models import Subject

pytestmark = pytest.mark.django_db

JEANNE = Traits(
    birth_name="Le Gall",
    first_names="Jeanne Marie",
    birth_date=date(1984, 3, 7),
    sex="F",
    birth_place="29019",
)
QUALIFIED = replace(JEANNE, ins="295109912611193", ins_oid=INS_TEST_OID, status="QUAL")
OTHER_INS = "279035121518989"


def a_subject(kind="named"):
    return Subject.objects.create(kind=kind).pk


def a_patient(traits=JEANNE):
    return vault.register(traits=traits, new_subject=a_subject)


def test_gives_back_the_identity_that_was_kept():
    patient = a_patient(QUALIFIED)

    assert vault.read(patient) == QUALIFIED


def test_a_correction_adds_a_version_and_keeps_the_former_one():
    patient = a_patient()
    corrected = replace(JEANNE, birth_name="Le Goff")

    assert vault.keep(subject_id=patient, traits=corrected) == 2
    assert vault.read(patient) == corrected
    assert vault.read(patient, 1) == JEANNE
    assert vault.current_versions([patient]) == {patient: 2}


def test_keeping_what_is_known_adds_nothing():
    patient = a_patient()

    assert vault.keep(subject_id=patient, traits=JEANNE) == 1
    assert CivilIdentity.objects.filter(subject_id=patient).count() == 1


def test_an_unknown_person_or_version_is_said_to_be_unknown():
    with pytest.raises(vault.UnknownIdentity):
        vault.read(uuid.uuid4())
    with pytest.raises(vault.UnknownIdentity):
        vault.read(a_patient(), 2)


def test_reads_a_page_of_identities_in_one_query():
    first, second = a_patient(), a_patient(QUALIFIED)
    vault.keep(subject_id=first, traits=replace(JEANNE, birth_name="Le Goff"))
    unknown = (uuid.uuid4(), 1)

    with CaptureQueriesContext(connection) as queries:
        found = vault.read_many([(first, 1), (second, 1), unknown])

    assert found == {(first, 1): JEANNE, (second, 1): QUALIFIED}
    assert len(queries) == 1


def test_nothing_readable_is_stored():
    a_patient(QUALIFIED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text, encode(sealed, 'escape') FROM identity_civilidentity t")
        stored = repr(cursor.fetchall()) + repr(list(InsOwner.objects.values()))

    # Long enough that sealed bytes never spell them by chance.
    born = QUALIFIED.birth_date.isoformat()
    for secret in (
        QUALIFIED.birth_name,
        QUALIFIED.first_names,
        born,
        QUALIFIED.ins,
        '"birth_place"',
    ):
        assert secret not in stored


class TestTamperingWithTheDatabase:
    """Somebody with the whole database, but not the keys, changes it behind the portal's back."""

    @pytest.fixture(autouse=True)
    def guards_asleep(self):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield

    def test_an_identity_given_to_another_person_does_not_open(self):
        victim, other = a_patient(), a_subject()
        CivilIdentity.objects.filter(subject_id=victim).update(subject_id=other)

        with pytest.raises(Tampered):
            vault.read(other)

    def test_sealed_traits_copied_over_those_of_another_do_not_open(self):
        victim, other = a_patient(), a_patient(QUALIFIED)
        sealed = CivilIdentity.objects.get(subject_id=victim).sealed
        CivilIdentity.objects.filter(subject_id=other).update(sealed=sealed)

        with pytest.raises(Tampered):
            vault.read(other)

    def test_an_old_version_passed_off_as_the_current_one_does_not_open(self):
        patient = a_patient()
        CivilIdentity.objects.filter(subject_id=patient).update(version=9)

        with pytest.raises(Tampered):
            vault.read(patient)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_was_kept_is_never_changed_nor_deleted(change):
    a_patient()
    rows = CivilIdentity.objects.all()

    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        rows.update(status="VALI") if change == "update" else rows.delete()


def test_nobody_can_name_an_anonymous_subject():
    with pytest.raises(DatabaseError, match="anonymous"):
        vault.keep(subject_id=a_subject("anonymous"), traits=JEANNE)


def test_a_row_with_an_ins_must_say_that_it_was_fetched():
    with pytest.raises(DatabaseError, match="identity_ins_means_fetched"):
        CivilIdentity.objects.create(
            subject_id=a_subject(),
            version=1,
            sealed=b"",
            birth_index=b"",
            ins_index=b"x",
            status="PROV",
        )


class TestFinding:
    def test_finds_the_patient_by_the_ins_however_it_is_typed(self):
        patient = a_patient(QUALIFIED)

        assert vault.find_by_ins("2 95 10 99 126 111 93") == patient
        assert vault.find_by_ins(OTHER_INS) is None

    @pytest.mark.parametrize("typed", ["LE GALL", "le-gall", "Legall", "Lé Gall"])
    def test_finds_by_birth_name_and_birth_date(self, typed):
        patient = a_patient()

        assert vault.find(birth_name=typed, birth_date=JEANNE.birth_date) == [patient]

    @pytest.mark.parametrize(
        "asked",
        [
            {"birth_name": "LE GAL"},
            {"birth_name": "MARTIN"},
            {"birth_date": date(1984, 7, 3)},
            {"first_name": "Jean"},
            {"first_name": "Marie"},
            {"first_name": "Jeanne Lise"},
        ],
    )
    def test_finds_nobody_when_one_trait_differs(self, asked):
        a_patient(replace(JEANNE, used_name="Martin"))
        known = {"birth_name": "Le Gall", "birth_date": JEANNE.birth_date}

        assert vault.find(**known | asked) == []

    @pytest.mark.parametrize("first_name", ["jeanne", "Jeanne Marie", "jeanne-marie", ""])
    def test_tells_namesakes_apart_by_the_first_name(self, first_name):
        jeanne = a_patient()
        anne = a_patient(replace(JEANNE, first_names="Anne"))
        found = vault.find(
            birth_name="Le Gall", birth_date=JEANNE.birth_date, first_name=first_name
        )

        assert set(found) == ({jeanne} if first_name else {jeanne, anne})

    def test_finds_by_the_current_name_and_not_by_a_former_one(self):
        patient = a_patient()
        vault.keep(subject_id=patient, traits=replace(JEANNE, birth_name="Le Goff"))

        assert vault.find(birth_name="Le Gall", birth_date=JEANNE.birth_date) == []
        assert vault.find(birth_name="Le Goff", birth_date=JEANNE.birth_date) == [patient]


class TestOneInsOnePerson:
    def test_registering_an_ins_again_returns_the_known_person(self):
        patient = a_patient(QUALIFIED)
        before = Subject.objects.count()

        assert a_patient(replace(QUALIFIED, used_name="Martin")) == patient
        assert Subject.objects.count() == before
        assert vault.read(patient) == QUALIFIED

    def test_without_ins_namesakes_stay_two_people(self):
        assert a_patient() != a_patient()

    def test_an_ins_is_not_given_to_a_second_person(self):
        patient, other = a_patient(QUALIFIED), a_patient()

        with pytest.raises(vault.InsTaken) as taken:
            vault.keep(subject_id=other, traits=QUALIFIED)

        assert taken.value.subject_id == patient
        assert vault.read(other) == JEANNE
        assert vault.find_by_ins(QUALIFIED.ins) == patient

    def test_versions_of_one_person_repeat_the_ins(self):
        patient = a_patient(QUALIFIED)

        assert vault.keep(subject_id=patient, traits=replace(QUALIFIED, used_name="Roy")) == 2
        assert vault.find_by_ins(QUALIFIED.ins) == patient

    def test_an_ins_given_by_mistake_goes_free_with_the_correction(self):
        mistaken = a_patient(QUALIFIED)
        vault.keep(subject_id=mistaken, traits=replace(QUALIFIED, ins=OTHER_INS))
        assert vault.find_by_ins(QUALIFIED.ins) is None

        owner = a_patient(replace(QUALIFIED, first_names="Lise"))

        assert owner != mistaken
        assert vault.find_by_ins(OTHER_INS) == mistaken

    def test_an_identity_that_loses_its_trust_loses_its_ins(self):
        patient = a_patient(QUALIFIED)
        vault.keep(subject_id=patient, traits=JEANNE)

        assert vault.find_by_ins(QUALIFIED.ins) is None


@pytest.mark.parametrize("status", list(IdentityStatus))
def test_only_a_qualified_identity_carries_its_ins_outside(status):
    ins = {"ins": QUALIFIED.ins, "ins_oid": INS_TEST_OID} if status.fetched else {}
    patient = a_patient(replace(JEANNE, status=status, **ins))

    assert vault.qualified(patient) is (status == "QUAL")


def test_somebody_without_identity_is_not_qualified():
    assert not vault.qualified(a_subject())


def _together(count, act):
    """Run `act` in threads that start at the same moment; return what they returned."""
    start, results = threading.Barrier(count), []

    def run():
        try:
            start.wait()
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_two_desks_that_register_a_patient_get_one_person(self):
        patients = _together(6, lambda: a_patient(QUALIFIED))

        assert len(patients) == 6
        assert len(set(patients)) == 1
        assert Subject.objects.count() == CivilIdentity.objects.count() == 1

    def test_corrections_get_versions_of_their_own(self):
        patient, names = a_patient(), iter(["A", "B", "C", "D", "E", "F"])

        versions = _together(
            6,
            lambda: vault.keep(subject_id=patient, traits=replace(JEANNE, birth_name=next(names))),
        )

        assert sorted(versions) == [2, 3, 4, 5, 6, 7]

    def test_a_registration_that_fails_leaves_nobody_behind(self):
        with pytest.raises(DatabaseError), transaction.atomic():
            vault.register(traits=QUALIFIED, new_subject=lambda: a_subject("anonymous"))

        assert Subject.objects.count() == InsOwner.objects.count() == 0
