"""Pharmacy software presents a code, dispenses and releases: the same acts and the same law as the counter."""

import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eprescription.actor import Actor
from eprescription.api import scopes
from eprescription.api.fhir import names
from eprescription.api.fhir.nodes import Node
from eprescription.models import (
    AccessCode,
    Activity,
    Claim,
    Dispensing,
    JournalEntry,
    Opening,
    Prescription,
    Profession,
)
from pharmacies.api import dispenses
from pharmacies.decisions import Decision
from tests import factories as f
from tests.eprescription.api.calling import a_caller, issues

PRESENT = "Bundle/$present"


@pytest.fixture
def signed(doctor: Actor, patient: Any) -> Prescription:
    return f.a_signed(doctor, patient)


@pytest.fixture
def lgo(pharmacist: Actor) -> Any:
    return a_caller(pharmacist, "LGO")


def parameters(**values: Any) -> dict[str, Any]:
    kinds = {"birthDate": "Date", "identityChecked": "Boolean"}
    rows = [{"name": k, f"value{kinds.get(k, 'String')}": v} for k, v in values.items()]
    return {"resourceType": "Parameters", "parameter": rows}


def present(lgo: Any, signed: Prescription) -> Any:
    return lgo.post(PRESENT, parameters(code=f.code_of(signed)))


def part(told: dict[str, Any], name: str) -> Any:
    return next(x for x in told["parameter"] if x["name"] == name)


def all_of(told: dict[str, Any], signed: Prescription, **more: Any) -> dict[str, Any]:
    """Everything as prescribed, under the secret that was given."""
    body = parameters(secret=part(told, "secret")["valueString"])
    for decision in f.decisions_for(signed):
        dispense = dispenses.written(decision) | more
        body["parameter"].append({"name": "dispense", "resource": dispense})
    return body


@pytest.mark.django_db
def test_a_code_is_presented_dispensed_and_read(lgo: Any, signed: Prescription) -> None:
    answer = present(lgo, signed)
    told = answer.json()
    assert answer.status_code == 200, told
    bundle = part(told, "prescription")["resource"]
    assert bundle["identifier"]["value"] == signed.number
    line = part(told, "line")["part"]
    assert {x["name"]: x.get("valueInteger") for x in line}["due"] == 2
    done = lgo.post(f"Bundle/{signed.pk}/$dispense", all_of(told, signed))
    assert done.status_code == 201, done.json()
    assert part(done.json(), "completeness")["valueCode"] == "FFC"
    assert Dispensing.objects.get().pk == uuid.UUID(part(done.json(), "dispensing")["valueCode"])
    read = lgo.get(f"Bundle/{signed.pk}/$execution").json()
    assert read["entry"][0]["resource"]["quantity"]["value"] == 2


@pytest.mark.django_db
def test_the_counter_is_not_told_what_is_between_patient_and_doctor(
    lgo: Any, doctor: Actor, patient: Any
) -> None:
    signed = f.a_signed(doctor, patient, may_follow=False)
    told = present(lgo, signed).content.decode()
    assert names.own("may-follow") not in told and f.code_of(signed) not in told


@pytest.mark.django_db
def test_a_lost_answer_is_asked_again_and_nothing_is_dispensed_twice(
    lgo: Any, signed: Prescription
) -> None:
    body, key = all_of(present(lgo, signed).json(), signed), uuid.uuid4().hex
    path = f"Bundle/{signed.pk}/$dispense"
    first = lgo.post(path, body, key=key)
    assert lgo.post(path, body, key=key).json() == first.json()
    assert Dispensing.objects.count() == 1
    late = lgo.post(path, body)
    assert late.status_code == 409
    assert issues(late)[1]["details"]["coding"][0]["code"] == "dispensed"


@pytest.mark.django_db
def test_presented_again_here_it_gives_the_same_secret(lgo: Any, signed: Prescription) -> None:
    first, again = present(lgo, signed).json(), present(lgo, signed).json()
    assert part(first, "secret") == part(again, "secret") and Claim.objects.count() == 1


@pytest.mark.django_db
def test_another_pharmacy_is_told_that_it_is_claimed(lgo: Any, signed: Prescription) -> None:
    present(lgo, signed)
    other = a_caller(f.a_pharmacist(), "LGO")
    answer = present(other, signed)
    assert answer.status_code == 409
    assert issues(answer)[1]["details"]["coding"][0]["code"] == "claimed"
    assert other.get(f"Bundle/{signed.pk}").status_code == 404


@pytest.mark.django_db
def test_no_code_and_a_dead_one_get_one_answer(lgo: Any, signed: Prescription) -> None:
    code = f.code_of(signed)
    AccessCode.objects.all().delete()
    dead = lgo.post(PRESENT, parameters(code=code))
    unknown = lgo.post(PRESENT, parameters(code=code[:-4] + "ABCD"))
    assert dead.status_code == unknown.status_code == 403 and dead.json() == unknown.json()
    assert JournalEntry.objects.filter(deed="code_refused").count() == 2


@pytest.mark.django_db
def test_guessing_is_stopped_as_at_the_counter(lgo: Any, signed: Prescription) -> None:
    wrong = f.code_of(signed)[:-4] + "ABCD"
    answers = [lgo.post(PRESENT, parameters(code=wrong)).status_code for _try in range(11)]
    assert answers == [403] * 10 + [429]


@pytest.mark.django_db
def test_a_number_opens_with_its_second_proof_alone(lgo: Any, signed: Prescription) -> None:
    number = signed.number
    wrong = lgo.post(PRESENT, parameters(number=number, birthDate="1950-01-01"))
    assert wrong.status_code == 403
    assert lgo.post(PRESENT, parameters(number=number)).status_code == 403
    right = lgo.post(PRESENT, parameters(number=number, birthDate="1951-03-04"))
    assert right.status_code == 200
    assert Opening.objects.latest("at").way == "number"


@pytest.mark.django_db
def test_released_it_is_free_for_others_and_closed_here(lgo: Any, signed: Prescription) -> None:
    secret = part(present(lgo, signed).json(), "secret")["valueString"]
    path, key = f"Bundle/{signed.pk}/$release", uuid.uuid4().hex
    assert lgo.post(path, parameters(secret="0" * 64)).status_code == 403
    assert lgo.post(path, parameters(secret=secret), key=key).status_code == 200
    assert lgo.post(path, parameters(secret=secret), key=key).status_code == 200
    assert lgo.get(f"Bundle/{signed.pk}").status_code == 404
    assert lgo.post(path, parameters(secret=secret)).status_code == 404
    assert present(a_caller(f.a_pharmacist(), "LGO"), signed).status_code == 200


@pytest.mark.django_db
def test_what_the_law_forbids_is_told_with_its_line(lgo: Any, signed: Prescription) -> None:
    told = present(lgo, signed).json()
    answer = lgo.post(f"Bundle/{signed.pk}/$dispense", all_of(told, signed, quantity={"value": 99}))
    assert answer.status_code == 422
    found = issues(answer)
    assert any(x.get("expression") == ["RequestGroup.action[0]"] for x in found)
    assert not Dispensing.objects.exists()


@pytest.mark.django_db
def test_a_wrong_secret_and_a_line_of_another_prescription_dispense_nothing(
    lgo: Any, signed: Prescription, doctor: Actor, patient: Any
) -> None:
    told = present(lgo, signed).json()
    path = f"Bundle/{signed.pk}/$dispense"
    wrong = all_of(told, signed)
    wrong["parameter"][0]["valueString"] = "0" * 64
    assert lgo.post(path, wrong).status_code == 403
    foreign = all_of(told, f.a_signed(doctor, patient))
    assert lgo.post(path, foreign).status_code == 422
    assert not Dispensing.objects.exists()


@pytest.mark.django_db
def test_a_preparer_does_not_validate(signed: Prescription, pharmacist: Actor) -> None:
    Activity.objects.filter(pk=pharmacist.activity_id).update(profession=Profession.PREPARER)
    lgo = a_caller(pharmacist, "LGO")
    told = present(lgo, signed).json()
    answer = lgo.post(f"Bundle/{signed.pk}/$dispense", all_of(told, signed))
    assert answer.status_code == 403
    assert issues(answer)[0]["details"]["coding"][0]["code"] == "not_a_pharmacist"


@pytest.mark.django_db
def test_the_page_with_its_code_is_not_the_counters_to_print(
    lgo: Any, signed: Prescription
) -> None:
    present(lgo, signed)
    assert lgo.get(f"Binary/{signed.pk}").status_code == 403
    assert not JournalEntry.objects.filter(deed="printed").exists()


@pytest.mark.django_db
def test_if_match_is_heard_at_the_counter_too(lgo: Any, signed: Prescription) -> None:
    answer = present(lgo, signed)
    body, path = all_of(answer.json(), signed), f"Bundle/{signed.pk}/$dispense"
    assert lgo.post(path, body, If_Match='W/"0-0"').status_code == 412
    assert lgo.post(path, body, If_Match=answer["ETag"]).status_code == 201


@pytest.mark.django_db
def test_an_anonymous_prescription_names_nobody_and_opens_where_she_chose(
    doctor: Actor, pharmacist: Actor, lgo: Any
) -> None:
    place = Activity.objects.get(pk=pharmacist.activity_id).place
    signed = f.a_signed_anonymous(doctor, place)
    told = present(lgo, signed)
    bundle = part(told.json(), "prescription")["resource"]
    assert "Patient" not in {x["resource"]["resourceType"] for x in bundle["entry"]}
    other = a_caller(f.a_pharmacist(), "LGO")
    assert present(other, signed).status_code == 403


@pytest.mark.django_db
def test_each_door_of_the_counter_asks_for_its_scope(pharmacist: Actor) -> None:
    bare, pk = a_caller(pharmacist, "LGO", scopes=[scopes.READ]), uuid.uuid4()
    for path in (PRESENT, f"Bundle/{pk}/$dispense", f"Bundle/{pk}/$release"):
        assert bare.post(path, parameters(secret="x")).status_code == 403
    full = a_caller(pharmacist, "LGO")
    assert full.post("Bundle", {}).status_code == 403
    assert full.get("Bundle").status_code == 200  # its scope is to read: what was presented here
    assert full.post(f"Bundle/{pk}/$cancel", "").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        {},
        parameters(),
        parameters(code="a", number="b"),
        parameters(birthDate="1951-03-04"),
        parameters(code=""),
        {"resourceType": "Bundle"},
        {"resourceType": "Parameters", "parameter": [{"name": "other", "valueString": "x"}]},
        {"resourceType": "Parameters", "parameter": parameters(code="a")["parameter"] * 2},
        [],
    ],
)
def test_what_presents_nothing_is_told(lgo: Any, body: Any) -> None:
    answer = lgo.post(PRESENT, body)
    assert answer.status_code == 422 and issues(answer)[0]["expression"]


WORDS = st.just("") | st.text(st.sampled_from("abc é-12"), min_size=1, max_size=15)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    coded = {
        name: draw(st.sampled_from(choices.values)) for name, choices in dispenses.CODES.items()
    }
    return Decision(
        line_id=draw(st.uuids()),
        quantity=draw(st.integers(0, 9999)),
        cis=draw(st.sampled_from(["", "60000001"])),
        cip13=draw(st.sampled_from(["", "3400930000015"])),
        refusal=draw(st.sampled_from(["", "declined"])),
        posology=draw(WORDS),
        note=draw(WORDS),
        expiry=draw(st.none() | st.dates()),
        agreed_at=draw(st.none() | st.datetimes(timezones=st.timezones())),
        question_id=draw(st.none() | st.uuids()),
        packs=draw(st.none() | st.integers(1, 999)),
        owed=draw(st.integers(0, 9999)),
        urgent=draw(st.booleans()),
        shortage=draw(st.booleans()),
        **{name: draw(WORDS) for name in dispenses.TEXTS},
        **coded,
    )


@settings(max_examples=200, deadline=None)
@given(decisions())
def test_a_dispense_that_is_written_is_read_again(decision: Decision) -> None:
    again = dispenses.read(Node(dispenses.written(decision), "d"))
    assert dispenses.written(again) == dispenses.written(decision)
    assert vars(again) | {"agreed_at": None} == vars(decision) | {"agreed_at": None}
    assert (again.agreed_at and again.agreed_at.timestamp()) == (
        decision.agreed_at and decision.agreed_at.timestamp()
    )
