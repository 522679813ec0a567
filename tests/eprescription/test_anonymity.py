"""An anonymous subject: what the database refuses, whatever the code above does (product.md 3.7, security.md 2.3)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.template import Context, Template
from django.utils import timezone

from eprescription import posology
from eprescription.actor import Actor
from eprescription.anonymity import NoWords, check_mark, check_reason, check_wordless
from eprescription.audit.sealing import seal_batch
from eprescription.identity import vault
from eprescription.models import (
    Allergy,
    Anonymity,
    Care,
    DispensingCase,
    JournalEntry,
    Letter,
    Line,
    Message,
    Opposition,
    Preferences,
    Prescription,
    Push,
    Question,
    Subject,
    Tombstone,
)
from eprescription.models.grants import PrescriptionGroupGrant, PrescriptionUserGrant
from eprescription.nobody import NOBODY, NoIdentity
from eprescription.permissions.grants import permission_of
from eprescription.retention.expiring import erase_expired
from tests import factories as f

pytestmark = pytest.mark.django_db
NOW = timezone.localtime


@pytest.fixture
def doctor(db: Any) -> Actor:
    return f.a_prescriber()


@pytest.fixture
def pharmacist(db: Any) -> Actor:
    return f.a_pharmacist()


@pytest.fixture
def signed(doctor: Actor, pharmacist: Actor) -> Prescription:
    from eprescription.models import Place

    return f.a_signed_anonymous(doctor, Place.objects.get(pk=pharmacist.place_id))


def refused(match: str, write: Any) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        write()


# --- No row about her


def rows_about(subject_id: Any, doctor: Actor) -> dict[str, Any]:
    """One row of each kind that may be about a named person."""
    by, at = doctor.activity_id, NOW()
    return {
        "care": lambda: Care.objects.create(
            subject_id=subject_id, prescriber_id=by, since=at, last_at=at
        ),
        "allergy": lambda: Allergy.objects.create(
            subject_id=subject_id, kind="other", label="Pollen", declared_by_id=by, declared_at=at
        ),
        "opposition": lambda: Opposition.objects.create(
            subject_id=subject_id, reach="all", channel="space", since=at, by_id=by
        ),
        "preferences": lambda: Preferences.objects.create(
            subject_id=subject_id, changed_at=at, by_id=by
        ),
        "representation": lambda: f.a_link(doctor.user_id, subject_id),
        "identity": lambda: vault.keep(subject_id=subject_id, traits=f.traits()),
    }


ABOUT = ("care", "allergy", "opposition", "preferences", "representation", "identity")


@pytest.mark.parametrize("kind", ABOUT)
def test_nothing_is_kept_about_an_anonymous_subject(
    doctor: Actor, signed: Prescription, kind: str
) -> None:
    refused("anonymous", rows_about(signed.subject_id, doctor)[kind])


@pytest.mark.parametrize("kind", ABOUT)
def test_the_same_row_is_kept_about_a_named_one(doctor: Actor, kind: str) -> None:
    """The rows above are good ones: it is her anonymity that the database refuses."""
    rows_about(Subject.objects.create().pk, doctor)[kind]()


def test_she_has_no_account(signed: Prescription) -> None:
    user = f.a_user()
    refused(
        "anonymous_means_no_account",
        lambda: Subject.objects.filter(pk=signed.subject_id).update(user=user),
    )


def test_the_signature_leaves_no_row_that_could_be_followed(
    doctor: Actor, signed: Prescription
) -> None:
    """No push, no letter, no grant, no carer; her journal names no subject."""
    assert not Push.objects.exists() and not Letter.objects.exists()
    assert not PrescriptionUserGrant.objects.exists() and not Care.objects.exists()
    told = JournalEntry.objects.filter(prescription=signed)
    assert told.count() >= 3 and set(told.values_list("subject", flat=True)) == {None}
    assert signed.identity_version is None


# --- Nothing leaves, and one pharmacy opens


def documents_of(prescription: Prescription, place: Any, doctor: Actor) -> dict[str, Any]:
    at = NOW()
    told = {"prescription": prescription, "created_at": at, "next_at": at}
    case = DispensingCase.objects.get(prescription=prescription)
    by = doctor.activity_id
    opened = permission_of("open_presented")
    return {
        "push": lambda: Push.objects.create(occasion="signed", **told),
        "letter to a patient": lambda: Letter.objects.create(kind="patient", occasion="x", **told),
        "letter to a pharmacy": lambda: Letter.objects.create(
            kind="pharmacy", place=place, occasion="x", **told
        ),
        "grant to a person": lambda: PrescriptionUserGrant.objects.create(
            permission=permission_of("read_execution"),
            user_id=doctor.user_id,
            content_object=prescription,
        ),
        "grant to another pharmacy": lambda: PrescriptionGroupGrant.objects.create(
            permission=opened, group=place.group, content_object=prescription
        ),
        "message to another pharmacy": lambda: Message.objects.create(
            place=place, way="portal", message_id=b"x", received_at=at, prescription=prescription
        ),
        "claim of another pharmacy": lambda: case.claims.create(pharmacy=place, by_id=by, at=at),
        "dispensing of another pharmacy": lambda: case.dispensings.create(
            pharmacy=place, by_id=by, at=at
        ),
        "code of a relative": lambda: prescription.codes.create(
            kind="collect", serial=9, digest=b"x", made_at=at
        ),
    }


LEAVES = (
    *("push", "letter to a patient", "letter to a pharmacy", "grant to a person"),
    *("grant to another pharmacy", "message to another pharmacy", "claim of another pharmacy"),
    *("dispensing of another pharmacy", "code of a relative"),
)


@pytest.mark.parametrize("kind", LEAVES)
def test_nothing_of_it_leaves_and_no_other_pharmacy_is_let_in(
    doctor: Actor, signed: Prescription, kind: str
) -> None:
    refused("anonymous|designated", documents_of(signed, f.a_place(), doctor)[kind])


@pytest.mark.parametrize("kind", LEAVES)
def test_of_a_named_one_the_same_is_kept(doctor: Actor, kind: str) -> None:
    named = f.a_signed(doctor, f.a_patient(doctor)[0])
    Push.objects.all().delete()
    PrescriptionUserGrant.objects.all().delete()
    documents_of(named, f.a_place(), doctor)[kind]()


# --- The answer stands


@pytest.mark.parametrize("answer", [Anonymity.NAMED, ""])
def test_anonymity_is_never_taken_back(doctor: Actor, answer: str) -> None:
    draft = f.an_anonymous(doctor)
    refused(
        "answered once|differ",
        lambda: Prescription.objects.filter(pk=draft.pk).update(anonymity=answer),
    )


def test_a_named_draft_never_becomes_anonymous(doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    rows = Prescription.objects.filter(pk=draft.pk)
    refused("answered once|differ", lambda: rows.update(anonymity=Anonymity.ANONYMOUS))
    rows.update(anonymity=Anonymity.NAMED)
    refused("answered once", lambda: rows.update(anonymity=""))


def test_it_keeps_its_subject_and_its_pharmacy(doctor: Actor) -> None:
    draft = f.an_anonymous(doctor)
    rows = Prescription.objects.filter(pk=draft.pk)
    other = Subject.objects.create(kind=Subject.Kind.ANONYMOUS)
    refused("keeps its subject", lambda: rows.update(subject=other))
    refused("keeps its subject", lambda: rows.update(designated=f.a_place()))


def test_a_subject_has_one_anonymous_prescription(doctor: Actor) -> None:
    draft = f.an_anonymous(doctor)
    again = Prescription.objects.get(pk=draft.pk)
    again.pk, again._state.adding = uuid.uuid4(), True
    refused("an_anonymous_subject_has_one", again.save)


@pytest.mark.parametrize(
    "words",
    [
        {"identity_version": 1},
        {"weight_kg": 60},
        {"height_cm": 170},
        {"secret": "L2212-7", "accompanied": True},
        {"paper": "mail"},
        {"teleconsultation": False},
        {"convention_place": ""},
        {"convention_date": None},
    ],
    ids=lambda words: next(iter(words)),
)
def test_nothing_of_a_person_and_all_that_the_law_asks_stands_on_it(
    doctor: Actor, words: dict[str, Any]
) -> None:
    draft = f.an_anonymous(doctor)
    refused(
        "anonymous_means_nobody",
        lambda: Prescription.objects.filter(pk=draft.pk).update(**words),
    )


# --- Not a word


DOSED = {"steps": [{"unit": "tablet", "note": "Mme CANARIOL"}]}
WHY = {"steps": [{"as_needed": True, "reason": "visite de Mme CANARIOL"}]}


@pytest.mark.parametrize(
    "words",
    [
        {"posology": "pour Mme CANARIOL", "dosing": None},
        {"overlap": "CANARIOL"},
        {"kind": "other"},
        {"dosing": DOSED},
        {"dosing": WHY},
    ],
    ids=["posology", "overlap", "kind", "note", "reason"],
)
def test_a_line_has_no_free_text(doctor: Actor, words: dict[str, Any]) -> None:
    line = f.an_anonymous(doctor).lines.get()
    refused("no free text", lambda: Line.objects.filter(pk=line.pk).update(**words))


def test_a_usual_reason_stands_on_a_line(doctor: Actor) -> None:
    line = f.an_anonymous(doctor).lines.get()
    known = {"steps": [{"as_needed": True, "reason": "Fièvre"}]}
    Line.objects.filter(pk=line.pk).update(dosing=known)


def test_marks_of_a_box_are_told_from_what_could_be_a_person(signed: Prescription) -> None:
    check_mark(signed, "A12B34", "LOT-2026/7", "1234567", "")
    for typed in ("CANARIOL", "293075512345678", "0612345678", "née le 14", "14 07 93"):
        with pytest.raises(NoWords):
            check_mark(signed, typed)


def test_the_checks_ask_nothing_of_a_named_prescription(doctor: Actor) -> None:
    named = f.a_draft(doctor, f.a_patient(doctor)[0])
    check_mark(named, "CANARIOL")
    check_reason(named, "CANARIOL")
    check_wordless(named, "CANARIOL")


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("1 cp matin si douleur", "si douleur"),
        ("1 cp matin si CANARIOL", ""),
        ("1 cp matin (CANARIOL)", ""),
    ],
)
def test_a_posology_loses_the_words_of_its_prescriber(text: str, stays: str) -> None:
    taken = posology.read(text, unit="tablet").posology
    assert taken is not None
    said = posology.sentence(posology.without_words(taken))
    assert "CANARIOL" not in said and stays in said


# --- A view without a name


@pytest.mark.parametrize("asked", ["name", "birth_date", "ins", "first_names", "subject_id.hex"])
def test_a_template_that_prints_an_identity_of_nobody_fails(asked: str) -> None:
    with pytest.raises(NoIdentity):
        Template("{{ patient." + asked + " }}").render(Context({"patient": NOBODY}))


def test_a_template_that_asks_first_goes_on() -> None:
    page = Template("{% if patient %}{{ patient.name }}{% else %}{{ patient.called }}{% endif %}")
    assert page.render(Context({"patient": NOBODY})) == "Patiente anonyme"


def test_the_guards_are_in_the_database_itself(doctor: Actor) -> None:
    """All of them are triggers that raw SQL meets too."""
    draft = f.an_anonymous(doctor)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eprescription_prescription SET anonymity = 'named' WHERE id = %s", [draft.pk]
        )


@pytest.mark.parametrize("dispensed", [False, True], ids=["never dispensed", "in a register"])
def test_it_goes_once_it_is_no_longer_valid_and_billed(
    pharmacist: Actor, signed: Prescription, dispensed: bool
) -> None:
    """But for what the register of the pharmacy must tell for ten years; its number stays, without a medicine."""
    if dispensed:
        f.dispense_all(pharmacist, signed)
    while seal_batch():
        pass
    end = NOW() + timedelta(days=365 + 120)
    counts = {rule.name: count for rule, count in erase_expired(at=end)}
    assert counts["anonymous"] == 1
    assert Line.objects.filter(prescription=signed).exists() is dispensed
    assert not signed.codes.exists() and not Message.objects.exists()
    assert Tombstone.objects.get().number == signed.number
    assert not JournalEntry.objects.filter(prescription=signed).exists()


def words_beside(signed: Prescription, pharmacist: Actor) -> dict[str, Any]:
    """One row of each kind that may hold a word of a pharmacist or of a prescriber."""
    line, case = signed.lines.get(), DispensingCase.objects.get(prescription=signed)
    by = {"by_id": pharmacist.activity_id, "at": NOW()}
    here = {"pharmacy_id": pharmacist.place_id}
    asked = {"prescription": signed, "line": line, "problem": "3", "intervention": "7"}

    def delivered(**words: str) -> Any:
        act = case.dispensings.create(**here, **by)
        return act.lines.create(line=line, quantity=1, cis=line.cis, name=line.name, **words)

    return {
        "reason": lambda: signed.justifications.create(rule="x", text="x", reason="CANARIOL", **by),
        "message": lambda: Question.objects.create(message="CANARIOL", **asked, **here, **by),
        "proposal": lambda: Question.objects.create(posology="CANARIOL", **asked, **here, **by),
        "bearer": lambda: case.dispensings.create(bearer=b"CANARIOL", **here, **by),
        "correction": lambda: case.dispensings.create(correction_reason="CANARIOL", **here, **by),
        "note": lambda: delivered(note="CANARIOL"),
        "instruction": lambda: delivered(instruction="CANARIOL"),
        "posology": lambda: delivered(posology="CANARIOL"),
        "why": lambda: delivered(reason="CANARIOL"),
        "agreement": lambda: delivered(agreement="CANARIOL"),
    }


WORDS = (
    *("reason", "message", "proposal", "bearer", "correction"),
    *("note", "instruction", "posology", "why", "agreement"),
)


@pytest.mark.parametrize("kind", WORDS)
def test_no_row_beside_it_has_a_free_text(
    pharmacist: Actor, signed: Prescription, kind: str
) -> None:
    refused("no free text", words_beside(signed, pharmacist)[kind])


@pytest.mark.parametrize("kind", WORDS)
def test_beside_a_named_one_the_same_word_is_kept(
    doctor: Actor, pharmacist: Actor, kind: str
) -> None:
    named = f.a_signed(doctor, f.a_patient(doctor)[0])
    words_beside(named, pharmacist)[kind]()
