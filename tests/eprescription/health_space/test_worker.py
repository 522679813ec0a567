"""Pushes with a real worker process, a real broker and real HTTP: what fails in between loses and doubles nothing."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue.loading import load_starter
from eprescription.models import Prescription, Push, PushState
from patients.models import ReceivedDocument
from tests import factories
from tests.eprescription.health_space.receivers import Between
from tests.eprescription.health_space.workers import Worker, eventually
from tests.sessions import acting
from tests.timing import busy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def between(live_server: Any) -> Iterator[Between]:
    server = Between(f"{live_server.url}/espace-sante/fhir")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def worker(
    between: Between, valkey: Any, tmp_path_factory: Any, django_db_setup: Any
) -> Iterator[Worker]:
    running = Worker(
        tmp_path_factory.mktemp("worker"),
        database=connection.settings_dict["NAME"],
        health_space=between.url,
    )
    yield running
    running.stop()


@pytest.fixture
def doctor(worker: Worker, between: Between, transactional_db: Any) -> Actor:
    """A prescriber, while the worker runs and the receiver behaves."""
    between.delay, between.lose_answers, between.seen = 0.0, False, 0
    load_starter(at=timezone.now())
    return factories.a_prescriber()


def delivered(prescription: Prescription) -> bool:
    return Push.objects.get(prescription=prescription).state == PushState.DELIVERED


def test_the_patient_sees_the_document_within_5_seconds(doctor: Actor) -> None:
    subject_id, patient = factories.a_patient(doctor)
    visit = acting(patient)
    warm_up = factories.a_signed(doctor, subject_id)  # the worker itself may still be starting
    eventually(lambda: delivered(warm_up), 15)
    prescription = factories.a_signed(doctor, subject_id)
    page = reverse("patients:prescription", args=[prescription.pk])

    waited = eventually(lambda: "est arrivée" in visit.get(page).content.decode(), 5)

    document = ReceivedDocument.objects.get(number=prescription.number)
    pdf = visit.get(reverse("patients:document", args=[document.pk]))
    assert pdf.content.startswith(b"%PDF-")
    print(f"visible after {waited:.2f} s")


def test_with_the_broker_down_signing_works_and_the_push_arrives_afterwards(
    doctor: Actor, valkey: Any
) -> None:
    subject_id, _patient = factories.a_patient(doctor, account=False)
    draft = factories.a_draft(doctor, subject_id)
    valkey.stop()
    try:
        began = time.monotonic()
        factories.prescriber_acts.sign(
            prescription=draft, may_follow=True, paper="paper", by=doctor, at=timezone.now()
        )
        took = time.monotonic() - began
        assert Push.objects.get().state == PushState.WAITING
    finally:
        valkey.start()

    assert took < 2 * busy()
    eventually(lambda: delivered(draft), 15)
    assert ReceivedDocument.objects.count() == 1


def test_a_flushed_broker_loses_nothing(doctor: Actor, between: Between) -> None:
    from django.conf import settings
    from redis import Redis

    subject_id, _patient = factories.a_patient(doctor, account=False)
    prescription = factories.a_signed(doctor, subject_id)
    with Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket", "unix")) as broker:
        broker.flushall()

    eventually(lambda: delivered(prescription), 10)


def test_a_worker_that_is_killed_in_the_middle_leaves_exactly_one_document(
    doctor: Actor, worker: Worker, between: Between
) -> None:
    subject_id, _patient = factories.a_patient(doctor, account=False)
    between.delay = 30.0  # the receiver keeps the document at once and answers much later
    prescription = factories.a_signed(doctor, subject_id)
    eventually(lambda: between.seen == 1 and ReceivedDocument.objects.count() == 1, 10)

    worker.kill()
    push = Push.objects.get()
    assert (push.state, push.attempts) == (PushState.SENDING, 1)
    between.delay = 0.0
    worker.start()

    eventually(lambda: delivered(prescription), 15)
    assert Push.objects.get().attempts == between.seen == 2
    assert ReceivedDocument.objects.count() == 1


def test_lost_answers_are_asked_again_and_give_one_document(
    doctor: Actor, between: Between
) -> None:
    subject_id, _patient = factories.a_patient(doctor, account=False)
    between.lose_answers = True
    prescription = factories.a_signed(doctor, subject_id)
    eventually(lambda: between.seen >= 1, 10)
    between.lose_answers = False

    eventually(lambda: delivered(prescription), 15)
    assert between.seen >= 2
    assert ReceivedDocument.objects.count() == 1
