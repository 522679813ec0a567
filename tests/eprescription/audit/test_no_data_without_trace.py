"""If the trace cannot be written, nothing is shown and nothing is done (security.md row 52).

The pages are found by asking every address for every object: what shows a person, a medicine or a number must leave a
row in the journal, and must show none of it when the journal refuses rows.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from eprescription.documents.number import grouped
from eprescription.doors import door_of, of_library, routes
from eprescription.models import Dispensing, JournalEntry, Opening, Role
from patients import receiving
from patients.models import ReceivedDocument
from pharmacies import actions as counter
from prescribers import actions as desk
from tests import factories
from tests.asking import a_question
from tests.sessions import acting

pytestmark = pytest.mark.django_db

NAME = "QUENOUILLE"
OWN_NAME = "/espace/espaces/"  # says to a person his own name, and nobody else's
NAMESPACES = {
    Role.PRESCRIBER: "prescribers",
    Role.PHARMACIST: "pharmacies",
    Role.PATIENT: "patients",
}


@dataclass
class World:
    """A doctor, a pharmacy and a patient who did all that leaves something to read."""

    clients: dict[str, Client]
    keys: list[uuid.UUID]
    shown: list[str]
    prescription: Any
    doctor: Any
    pharmacist: Any
    patient: Any


@pytest.fixture
def world() -> World:
    doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
    subject_id, patient = factories.a_patient(doctor, factories.traits(birth_name=NAME))
    prescription = factories.a_signed(doctor, subject_id)
    draft = factories.a_draft(doctor, subject_id)
    factories.dispense_all(pharmacist, prescription)
    other = factories.a_signed(doctor, subject_id)
    factories.open_at(pharmacist, other)
    question = a_question(pharmacist, other)
    document = ReceivedDocument(key=uuid.uuid4(), subject_id=subject_id, size=5)
    document.dated = document.received_at = timezone.now()
    document.sealed = receiving.DOCUMENT.seal(b"%PDF-", row=document)
    document.save()
    dispensing, opening = Dispensing.objects.get(), Opening.objects.filter(refused="").first()
    people = {Role.PRESCRIBER: doctor, Role.PHARMACIST: pharmacist, Role.PATIENT: patient}
    return World(
        clients={role: acting(actor) for role, actor in people.items()},
        keys=[
            x.pk for x in (prescription, draft, other, question, document, dispensing, opening) if x
        ]
        + [subject_id],
        shown=[NAME, "AMOXICILLINE", grouped(prescription.number), grouped(other.number)],
        prescription=prescription,
        doctor=doctor,
        pharmacist=pharmacist,
        patient=patient,
    )


FAULT = """
CREATE FUNCTION refuse() RETURNS trigger AS $$
BEGIN
    IF current_setting('test.fault', true) = 'on' THEN RAISE EXCEPTION 'no trace'; END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER a_fault BEFORE INSERT ON eprescription_journalentry FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def faulty(world: World) -> Iterator[Callable[[bool], None]]:
    """Lets the journal refuse its rows, or take them again."""

    def switch(on: bool) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('test.fault', %s, true)", ["on" if on else "off"])

    with connection.cursor() as cursor:
        cursor.execute(FAULT)
    yield switch


def addresses(world: World) -> Iterator[tuple[str, list[str]]]:
    """Role and addresses of each route of the three roles, with every object that the world has."""
    for _path, pattern in routes():
        door = None if of_library(pattern) else door_of(pattern)
        if door is None or door.role not in NAMESPACES or not pattern.name:
            continue
        name = f"{NAMESPACES[Role(door.role)]}:{pattern.name}"
        found = []
        for key in [None, *world.keys]:
            with suppress(NoReverseMatch):
                found.append(reverse(name, kwargs={"pk": key} if key else {}))
        yield door.role, found


def ask(client: Client, address: str) -> HttpResponse:
    client.raise_request_exception = False
    return client.get(address)


def tells(answer: HttpResponse, world: World) -> bool:
    """Whether an answer shows something of the patient; a document does, whatever is in it."""
    if answer.status_code != 200:
        return False
    kind = answer.headers["Content-Type"]
    if kind.startswith(("application/pdf", "image/")):
        return True
    text = b"".join(answer).decode()  # type: ignore[arg-type]
    return any(told in text for told in world.shown)


def test_no_page_tells_anything_without_its_trace(
    world: World, faulty: Callable[[bool], None]
) -> None:
    """Each page that tells something leaves a row; when that row is refused, it tells nothing."""
    pages, untraced, leaking = set(), [], []
    for role, found in addresses(world):
        for address in found:
            before = JournalEntry.objects.count()
            if not tells(ask(world.clients[role], address), world):
                continue
            pages.add((role, address))
            if JournalEntry.objects.count() == before:
                untraced.append(address)
            faulty(True)
            if tells(ask(world.clients[role], address), world):
                leaking.append(address)
            faulty(False)
            break  # one object a route is enough

    assert {role for role, _address in pages} == set(NAMESPACES) and len(pages) >= 15, pages
    assert untraced == leaking == [OWN_NAME]


ACTS: dict[str, Callable[[World, Any], Any]] = {
    "register": lambda w, at: factories.a_patient(w.doctor, account=False),
    "draft": lambda w, at: factories.a_draft(w.doctor, w.keys[-1]),
    "cancel": lambda w, at: desk.cancel(prescription=w.prescription, by=w.doctor, at=at),
    "open": lambda w, at: counter.open_by_code(
        text=factories.code_of(w.prescription), by=w.pharmacist, address="127.0.0.1", at=at
    ),
    "refused": lambda w, at: counter.open_by_code(
        text="nothing", by=w.pharmacist, address="127.0.0.1", at=at
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_no_act_is_done_when_its_trace_fails(
    name: str, world: World, faulty: Callable[[bool], None]
) -> None:
    faulty(True)
    before = rows()

    with pytest.raises(DatabaseError, match="no trace"):
        ACTS[name](world, timezone.now())

    assert rows() == before


def rows() -> dict[str, Any]:
    """Every row of the portal, so that a change anywhere shows."""
    ours = ("eprescription", "identity", "patients", "pharmacies", "prescribers")
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.app_label in ours
    }
