"""The public verification page: the same for all, it looks nothing up, and bad input is answered."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from eprescription.documents.attestation import Book
from eprescription.models import User
from tests import factories
from tests.eprescription.documents.test_attestation import a_code, flipped

pytestmark = pytest.mark.django_db


def asked(**fields: str) -> str:
    return Client().post("/verifier/", fields).content.decode()


def shown(page: str) -> list[str]:
    """The verdicts that are not hidden."""
    blocks = page.split('data-verdict="')[1:]
    return [b.split('"')[0] for b in blocks if "hidden" not in b.split(">")[0]]


def test_a_genuine_code_is_told_with_what_to_compare():
    page = asked(code=a_code(boxes=7))
    assert shown(page) == ["genuine"]
    assert "81000000012" in page


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("2.AAAA", "shape"), ("x" * 400, "shape"), ("\x1b]0;é", "shape")],
)
def test_what_is_no_code_is_answered(code, verdict):
    assert shown(asked(code=code)) == [verdict]


def test_an_altered_code_is_refused_and_tells_nothing():
    page = asked(code=flipped(a_code(), 20))
    assert shown(page) == ["forged"]
    assert '<dd data-fact="number"></dd>' in page and "81000000012" not in page


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code": "x" * 401}, {"code": "a\x00b"}])
def test_what_was_typed_wrong_is_told_at_the_field(fields):
    answer = Client().post("/verifier/", fields)
    assert answer.status_code == 422 and "field__error" in answer.content.decode()


def test_the_list_is_public_and_read_without_a_query_of_a_session():
    answer = Client().get("/verifier/cles.json")
    book = Book.read(json.loads(answer.content))
    assert book.keys and not book.cancelled


def test_the_keeper_is_served_from_the_address_that_it_keeps():
    answer = Client().get("/verifier/veille.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"kept" in answer.content


def test_a_signed_in_person_is_not_named(catalogue):
    doctor = factories.a_prescriber()
    client = Client()
    client.force_login(doctor_user(doctor))
    session = client.session
    session["activity"] = str(doctor.activity_id)
    session["seen"] = session["signed_in_at"] = timezone.now().timestamp()
    session.save()
    assert "Lemoine" in client.get("/accessibilite/").content.decode()
    assert "Lemoine" not in client.get("/verifier/").content.decode()


def doctor_user(doctor):
    return User.objects.get(pk=doctor.user_id)
