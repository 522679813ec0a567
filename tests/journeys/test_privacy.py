"""A name, an INS or a drug goes nowhere but where it must: a canary sings in no log, message, cache, session or table."""

import json
import logging
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from redis import Redis

from eprescription.models import SignedIn as Session
from eprescription.models import User
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db(transaction=True)

NAME, FIRST = "CANARIOL", "ZEPHIRINE"
DRUG = "LEVOTHYROX"
CLINICAL = {"eprescription_line", "eprescription_dispensedline"}  # what is prescribed stands there
REFERENCE = {"catalogue_medicine", "catalogue_pack", "catalogue_token", "catalogue_genericgroup"}


@pytest.fixture
def lived(catalogue: None, caplog: pytest.LogCaptureFixture) -> Any:
    """Given a whole life of one prescription, by HTTP, faults included."""
    caplog.set_level(logging.DEBUG)
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    who = f.traits(birth_name=NAME, first_names=FIRST)
    subject, patient = f.a_patient(doctor, who)
    desk, office, space = acting(pharmacist), acting(doctor), acting(patient)
    office.post("/prescripteur/patients/", {"birth_name": NAME, "birth_date": "04/03/1951"})
    draft = f.a_draft(doctor, subject, DRUG)
    office.post(
        f"/prescripteur/ordonnances/{draft.pk}/signer/",
        {"may_follow": "yes", "paper": "paper", "version": draft.version},
    )
    draft.refresh_from_db()
    code = f.code_of(draft)
    for _ in range(2):  # the second one meets a claim
        desk.post("/pharmacie/code/", {"text": code})
    desk.post("/pharmacie/code/", {"text": f"{NAME} {who.ins}"})
    desk.get(f"/pharmacie/ordonnances/{draft.pk}/")
    f.dispense_all(pharmacist, draft)
    for client, path in (
        (office, f"/prescripteur/ordonnances/{draft.pk}/"),
        (space, f"/espace/ordonnances/{draft.pk}/"),
        (office, f"/prescripteur/nulle-part/{NAME}"),
        (Client(raise_request_exception=False), "/espace-sante/fhir"),
    ):
        client.get(path)
    return {"words": [NAME, FIRST, who.ins], "code": code, "log": caplog}


def test_no_log_names_anybody_or_anything(lived: Any) -> None:
    told = "\n".join(
        f"{r.name} {r.getMessage()}" for r in lived["log"].records if r.name != "django.db.backends"
    )
    told = re.sub(r"/nulle-part/\S+", "", told)  # a path that the person himself invented
    for word in [*lived["words"], DRUG, lived["code"].split(".")[1]]:
        assert word not in told


def test_an_error_of_the_server_tells_where_and_nothing_else(
    catalogue: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ValueError(f"row with {NAME} {DRUG}")

    monkeypatch.setattr("prescribers.queries.drafts", broken)
    client = acting(f.a_prescriber())
    client.raise_request_exception = False
    answer = client.get("/prescripteur/")
    assert answer.status_code == 500
    assert NAME not in answer.content.decode()
    told = [r.getMessage() for r in caplog.records if r.name == "django.request"]
    assert any("ValueError broken" in line for line in told)
    assert not any(NAME in line or DRUG in line for line in told)
    assert not any(r.exc_info for r in caplog.records)


def test_no_table_but_the_vault_knows_who_it_is(lived: Any) -> None:
    for table, text in rows_of_all_tables():
        for word in lived["words"]:
            assert word not in text, table
        if table not in CLINICAL | REFERENCE:
            assert DRUG not in text.upper(), table


def rows_of_all_tables() -> Any:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row


def test_the_vault_itself_is_sealed(lived: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM identity_civilidentity")
        for (sealed,) in cursor.fetchall():
            assert NAME.encode() not in bytes(sealed)


def test_sessions_hold_ids_only(lived: Any) -> None:
    for session in Session.objects.all():
        told = json.dumps(session.get_decoded(), default=str)
        for word in [*lived["words"], DRUG]:
            assert word not in told


def test_the_broker_carries_ids_only(lived: Any) -> None:
    broker = Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://"))
    queues = [key for key in broker.scan_iter() if broker.type(key) == b"list"]
    messages = [m for queue in queues for m in broker.lrange(queue, 0, -1)]
    assert messages, "the push was announced"
    told = b"".join(messages).decode()
    for word in [*lived["words"], DRUG, lived["code"]]:
        assert word not in told


def test_accounts_of_patients_bear_no_civil_name(lived: Any) -> None:
    for user in User.objects.all():
        assert NAME.lower() not in user.username
