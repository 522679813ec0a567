"""The operator keeps the registry of certified software: listed, renewed, suspended, let in again; each leaves a trace."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from joserfc.jwk import ECKey

from eprescription.actor import Actor
from eprescription.api.keys import public_keys
from eprescription.models import JournalEntry, Software
from eprescription.operators import software as registry
from eprescription.refusal import Refusal
from tests import factories as f
from tests.eprescription.api.softwares import a_key, public, values
from tests.sessions import acting

pytestmark = pytest.mark.django_db
PAGE = "/exploitation/logiciels/"


@pytest.fixture
def operator(db: Any) -> Actor:
    return f.an_operator()


@pytest.fixture
def desk(operator: Actor) -> Client:
    return acting(operator)


def typed(**more: Any) -> dict[str, Any]:
    """What the operator types, dates as in France."""
    said = values() | more
    days = {name: f"{said[name]:%d/%m/%Y}" for name in ("valid_from", "valid_until")}
    keys = said["keys"] if isinstance(said["keys"], str) else json.dumps(said["keys"])
    return said | days | {"keys": keys}


def traces() -> list[str]:
    rows = JournalEntry.objects.filter(deed="software").order_by("pk")
    return [code.split()[0] for code in rows.values_list("code", flat=True)]


def test_a_software_is_listed_suspended_renewed_and_let_in_again(desk: Client) -> None:
    assert desk.post(PAGE, typed(product="Officinia", kind="LGO")).status_code == 302
    row = Software.objects.get()
    page = f"{PAGE}{row.pk}/"
    assert "Officinia" in desk.get(PAGE).content.decode()
    assert "En vigueur" in desk.get(page).content.decode()
    desk.post(page + "suspendre/")
    assert "Suspendu" in desk.get(page).content.decode()
    new = {"keys": json.dumps(public(a_key("k2"))), "valid_until": "01/02/2060"}
    assert desk.post(page + "renouveler/", new).status_code == 302
    desk.post(page + "suspendre/", {"again": "1"})
    row.refresh_from_db()
    assert row.in_force(timezone.localdate()) and row.keys["keys"][0]["kid"] == "k2"
    assert traces() == ["listed", "suspended", "renewed", "resumed"]


def test_twice_is_once(operator: Actor) -> None:
    row = registry.enlist(values=values(), by=operator, at=timezone.now())
    for _again in range(2):
        registry.suspend(pk=row.pk, by=operator, at=timezone.now())
    assert traces() == ["listed", "suspended"]


def test_one_version_stands_once_in_the_registry(desk: Client) -> None:
    said = typed()
    desk.post(PAGE, said)
    answer = desk.post(PAGE, said)
    assert answer.status_code == 422 and "déjà au registre" in answer.content.decode()
    assert said["product"] in answer.content.decode()  # what was typed is kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rien", "no_keys"),
        ("[1]", "no_keys"),
        ('{"keys": []}', "no_keys"),
        ('{"keys": ["x"]}', "bad_key"),
        ('{"kty": "EC", "kid": "a"}', "bad_key"),
        ('{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}', "private_key"),
        (json.dumps(a_key().as_dict(private=True)), "private_key"),
        (json.dumps(public(a_key(), a_key())), "same_key_name"),
        ("[" * 3000, "no_keys"),
        ("{" * 9000, "no_keys"),
    ],
)
def test_what_is_no_set_of_public_keys_is_refused_and_says_why(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        public_keys(text)
    assert refused.value.code == code


def test_a_key_without_name_and_a_weak_one_are_refused() -> None:
    bare = a_key().as_dict(private=False)
    del bare["kid"]
    for key, code in (
        (bare, "no_key_name"),
        (ECKey.generate_key("P-384", {"kid": "b"}).as_dict(private=False), "weak_key"),
    ):
        with pytest.raises(Refusal) as refused:
            public_keys(json.dumps(key))
        assert refused.value.code == code


def test_a_validity_that_ends_before_it_begins_is_told_at_its_field(desk: Client) -> None:
    today = timezone.localdate()
    answer = desk.post(PAGE, typed(valid_from=today, valid_until=today - timedelta(days=1)))
    assert answer.status_code == 422 and "précède son début" in answer.content.decode()
    assert not Software.objects.exists()


def test_nobody_but_the_operator_lists_a_software() -> None:
    with pytest.raises(Refusal):
        registry.enlist(values=values(), by=f.a_prescriber(), at=timezone.now())
    with pytest.raises(Refusal):
        registry.suspend(pk=f.a_user().pk, by=f.a_prescriber(), at=timezone.now())
