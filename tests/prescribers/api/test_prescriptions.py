"""Prescribing software signs, reads, lists and cancels: the same acts and the same law as the pages."""

import base64
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.api import scopes
from eprescription.catalogue.models import Medicine
from eprescription.models import JournalEntry, Opposition, Prescription, PrescriptionState, Subject
from tests import factories as f
from tests.eprescription.api.calling import a_bundle, a_caller, issues
from tests.sessions import acting

pytestmark = pytest.mark.django_db
SIGN = "Bundle"


@pytest.fixture
def lap(doctor: Actor) -> Any:
    return a_caller(doctor)


def test_an_order_is_signed_and_read_again(lap: Any) -> None:
    answer = lap.post(SIGN, a_bundle())
    told = answer.json()
    assert answer.status_code == 201, told
    row = Prescription.objects.get()
    assert row.state == "issued" and told["identifier"]["value"] == row.number
    line = row.lines.get()
    assert (line.posology, line.quantity, line.duration_days) == (
        "1 comprimé le matin et le soir",
        2,
        7,
    )
    assert answer["Location"] == f"/api/fhir/Bundle/{row.pk}"
    again = lap.get(f"Bundle/{row.pk}")
    assert again.json() == told and again["ETag"] == answer["ETag"]
    deeds = JournalEntry.objects.filter(prescription=row).values_list("deed", flat=True)
    assert {"drafted", "signed", "read"} <= {*deeds}


def test_a_lost_answer_is_asked_again_and_nothing_is_signed_twice(lap: Any) -> None:
    body, key = a_bundle(), uuid.uuid4().hex
    first = lap.post(SIGN, body, key=key)
    assert lap.post(SIGN, body, key=key).json() == first.json()
    assert Prescription.objects.count() == 1
    other = lap.post(SIGN, a_bundle(), key=key)
    assert other.status_code == 422 and Prescription.objects.count() == 1


def test_the_key_is_asked_for(lap: Any) -> None:
    answer = lap.client.post(
        "/api/fhir/Bundle",
        "{}",
        content_type="application/fhir+json",
        headers={"Authorization": f"Bearer {lap.token}"},
    )
    assert answer.status_code == 428


def test_a_breach_of_the_law_is_told_with_its_article_and_its_line(lap: Any) -> None:
    answer = lap.post(
        SIGN, a_bundle(line={"duration_days": None, "quantity": None, "dosing": None, "words": ""})
    )
    told = issues(answer)
    assert answer.status_code == 422
    assert any("R. 5132-3" in x.get("extension", [{}])[0].get("valueString", "") for x in told)
    assert any(x.get("expression") == ["RequestGroup.action[0]"] for x in told)
    assert not Prescription.objects.exists()


def test_the_question_of_the_reading_is_never_guessed(lap: Any) -> None:
    answer = lap.post(SIGN, a_bundle(may_follow=None))
    assert answer.status_code == 422 and issues(answer)
    assert not Prescription.objects.exists()


def test_who_opposes_at_the_signature_is_heard(lap: Any) -> None:
    told = lap.post(SIGN, a_bundle(may_follow=False)).json()
    assert Opposition.objects.filter(until=None).count() == 1
    answer = lap.get(f"Bundle/{told['id']}/$execution")
    assert answer.status_code == 403
    assert issues(answer)[0]["details"]["coding"][0]["code"] == "opposed"


def test_a_signature_asks_for_a_fresh_proof(doctor: Actor) -> None:
    late = a_caller(doctor, proved_at=timezone.now() - timedelta(minutes=16))
    answer = late.post(SIGN, a_bundle())
    assert answer.status_code == 403 and answer.json()["type"].endswith(":old_proof")
    assert not Prescription.objects.exists()


@pytest.mark.parametrize(
    ("where", "what", "code"),
    [
        (("gender",), "femme", "code-invalid"),
        (("birthDate",), "1951", "value"),
        (("birthDate",), None, "required"),
        (("name",), [], "structure"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_element(
    lap: Any, where: tuple[str, ...], what: Any, code: str
) -> None:
    body = a_bundle()
    body["entry"][0]["resource"][where[0]] = what
    answer = lap.post(SIGN, body)
    assert answer.status_code == 422
    told = issues(answer)[0]
    assert told["code"] == code and where[0] in told["expression"][0]


def test_a_medicine_that_is_no_medicine_and_a_box_of_another_are_refused(lap: Any) -> None:
    assert lap.post(SIGN, a_bundle(line={"cis": "99999999"})).status_code == 422
    other = f.a_medicine("AMLODIPINE").packs.first()
    answer = lap.post(SIGN, a_bundle(line={"cip13": other.cip13}))
    assert answer.status_code == 422 and "other_box" in answer.content.decode()


def test_what_is_not_said_is_reckoned_as_on_the_page(lap: Any) -> None:
    told = lap.post(SIGN, a_bundle(line={"quantity": None})).json()
    assert Prescription.objects.get(pk=told["id"]).lines.get().quantity == 3  # boxes of six


def test_words_are_read_as_on_the_page(lap: Any) -> None:
    line = {"dosing": None, "words": "1 cp matin et soir", "quantity": None}
    told = lap.post(SIGN, a_bundle(line=line)).json()
    kept = Prescription.objects.get(pk=told["id"]).lines.get()
    assert kept.dosing and kept.posology == "1 comprimé le matin et le soir"


def test_an_ins_that_is_known_with_other_traits_is_refused(lap: Any) -> None:
    traits = f.traits()
    assert lap.post(SIGN, a_bundle(patient=traits)).status_code == 201
    other = f.traits("AUTRE", ins=traits.ins)
    answer = lap.post(SIGN, a_bundle(patient=other))
    assert answer.status_code == 422 and "other_traits" in answer.content.decode()


def test_the_same_patient_stays_one(lap: Any) -> None:
    bare = f.traits(ins="", ins_oid="", status="PROV")
    for traits in (bare, bare, f.traits(birth_date=date(1960, 1, 2))):
        assert lap.post(SIGN, a_bundle(patient=traits)).status_code == 201
    assert Subject.objects.count() == 2


def test_a_medicine_of_abortion_is_written_on_the_portal(lap: Any) -> None:
    cis = Medicine.objects.filter(ivg=True, marketed=True).order_by("pk")[0].cis
    answer = lap.post(SIGN, a_bundle(line={"cis": cis}))
    assert answer.status_code == 403 and "ivg_asked" in answer.content.decode()
    assert not Prescription.objects.exists() and not Subject.objects.exists()


def test_nobody_signs_for_another(lap: Any) -> None:
    body = a_bundle()
    url = "urn:uuid:00000000-0000-0000-0000-000000000001"
    rpps = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": f.an_rpps()}
    person = {"resourceType": "Practitioner", "identifier": [rpps]}
    body["entry"].append({"fullUrl": url, "resource": person})
    next(x for x in body["entry"] if "action" in x["resource"])["resource"]["author"] = {
        "reference": url
    }
    answer = lap.post(SIGN, body)
    assert answer.status_code == 422 and "other_signer" in answer.content.decode()


def test_only_the_author_reads_it_lists_it_and_cancels_it(lap: Any) -> None:
    told = lap.post(SIGN, a_bundle()).json()
    stranger = a_caller(f.a_prescriber())
    path = f"Bundle/{told['id']}"
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"Binary/{told['id']}").status_code == 404
    assert stranger.get(path + "/$execution").status_code == 404
    answer = stranger.post(path + "/$cancel", "", If_Match='W/"1"')
    assert answer.status_code == 404
    assert "entry" not in stranger.get("Bundle").json()
    assert len(lap.get("Bundle").json()["entry"]) == 1


def test_it_is_cancelled_by_who_read_the_version_that_stands(lap: Any) -> None:
    signed = lap.post(SIGN, a_bundle())
    path = f"Bundle/{signed.json()['id']}/$cancel"
    assert lap.post(path, "").status_code == 428
    assert lap.post(path, "", If_Match='W/"99"').status_code == 412
    key = uuid.uuid4().hex
    done = lap.post(path, "", If_Match=signed["ETag"], key=key)
    assert done.status_code == 200 and done["ETag"] != signed["ETag"]
    again = lap.post(path, "", If_Match=signed["ETag"], key=key)
    assert again.status_code == 200
    conflict = lap.post(path, "", If_Match=done["ETag"])
    assert conflict.status_code == 409
    assert issues(conflict)[1]["details"]["coding"][0]["code"] == "cancelled"
    assert Prescription.objects.get().state == PrescriptionState.CANCELLED


def test_what_did_not_change_is_not_sent_again(lap: Any) -> None:
    signed = lap.post(SIGN, a_bundle())
    path = f"Bundle/{signed.json()['id']}"
    assert lap.get(path, If_None_Match=signed["ETag"]).status_code == 304


def test_the_printed_page_comes_as_a_binary(lap: Any) -> None:
    told = lap.post(SIGN, a_bundle()).json()
    answer = lap.get(f"Binary/{told['id']}")
    assert base64.b64decode(answer.json()["data"]).startswith(b"%PDF")
    assert JournalEntry.objects.filter(deed="printed").count() == 1


def test_a_list_comes_page_by_page(lap: Any) -> None:
    for _one in range(3):
        lap.post(SIGN, a_bundle())
    first = lap.get("Bundle?_count=2").json()
    assert len(first["entry"]) == 2
    links = {x["relation"]: x["url"] for x in first["link"]}
    second = lap.client.get(links["next"], headers={"Authorization": f"Bearer {lap.token}"}).json()
    assert len(second["entry"]) == 1 and "next" not in {x["relation"] for x in second["link"]}
    for wrong in ("_count=0", "_count=51", "page=x", "page=-1", "name=MARTEL"):
        assert lap.get(f"Bundle?{wrong}").status_code == 400


def test_what_was_signed_on_screen_is_read_by_software(doctor: Actor, lap: Any) -> None:
    subject, _account = f.a_patient(doctor, account=False)
    signed = f.a_signed(doctor, subject)
    told = lap.get(f"Bundle/{signed.pk}")
    assert told.status_code == 200 and told.json()["identifier"]["value"] == signed.number
    draft = f.a_draft(doctor, subject)
    assert lap.get(f"Bundle/{draft.pk}").status_code == 404


def test_what_the_portal_wrote_can_be_sent_back_as_a_new_order(lap: Any) -> None:
    told = lap.post(SIGN, a_bundle()).json()
    answer = lap.post(SIGN, told)
    assert answer.status_code == 201, answer.json()
    assert Prescription.objects.count() == 2


def test_the_wire_is_kept_clean(lap: Any) -> None:
    assert lap.post(SIGN, "{", content="application/fhir+json").status_code == 400
    assert lap.post(SIGN, '{"a": 1, "a": 2}').status_code == 400
    assert lap.post(SIGN, '{"a": NaN}').status_code == 400
    assert lap.post(SIGN, "[" * 5000).status_code == 400
    assert lap.post(SIGN, b"\xff\xfe").status_code == 400
    assert lap.post(SIGN, "{}", content="text/xml").status_code == 415
    assert lap.post(SIGN, "x" * 600_000).status_code == 413
    assert lap.get(SIGN, Accept="application/fhir+xml").status_code == 406
    answer = lap.client.delete("/api/fhir/Bundle", headers={"Authorization": f"Bearer {lap.token}"})
    assert answer.status_code == 405 and "GET" in answer["Allow"]
    for body in ("{}", "[]", "null", "1", '"x"'):
        assert lap.post(SIGN, body).status_code == 422
    assert lap.get(SIGN)["Content-Type"].startswith("application/fhir+json")
    assert lap.get(SIGN, Accept="application/json")["Content-Type"].startswith("application/json")


def test_each_door_asks_for_its_scope(doctor: Actor) -> None:
    bare = a_caller(doctor, scopes=[scopes.READ])
    answer = bare.post(SIGN, a_bundle())
    assert answer.status_code == 403 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith(":not_in_scope")
    assert bare.post(f"Bundle/{uuid.uuid4()}/$cancel", "").status_code == 403
    none = a_caller(doctor, scopes=[])
    assert none.get("Bundle").status_code == 403
    assert none.get(f"Bundle/{uuid.uuid4()}/$execution").status_code == 403


def test_a_session_is_no_token(doctor: Actor) -> None:
    answer = acting(doctor).get("/api/fhir/Bundle")
    assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["type"].endswith(":no_token")


def test_a_dispensing_changes_nothing_of_what_the_author_is_told_of_his_prescription(
    doctor: Actor, lap: Any
) -> None:
    told = lap.post(SIGN, a_bundle(may_follow=False))
    row = Prescription.objects.get()
    before = lap.get(f"Bundle/{row.pk}")
    f.dispense_all(f.a_pharmacist(), row)
    after = lap.get(f"Bundle/{row.pk}")
    assert (before.json(), before["ETag"]) == (after.json(), after["ETag"])
    assert told["ETag"] == after["ETag"]
