"""What the platform and people are told of the state of the portal."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription import health
from eprescription.models import Push, PushState
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def ready() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/health/ready")
    assert answer["content-type"] == "application/json"
    return answer.status_code, answer.json()


def a_push() -> Push:
    doctor = factories.a_prescriber()
    subject_id, _patient = factories.a_patient(doctor, account=False)
    return Push.objects.get(prescription=factories.a_signed(doctor, subject_id))


def test_all_is_well() -> None:
    status, body = ready()

    assert (status, body["status"]) == (200, "ok")
    assert body["checks"] == {
        "database": {"ok": True, "value": None},
        "broker": {"ok": True, "value": None},
        "outbox_lag_seconds": {"ok": True, "value": 0},
        "dead_pushes": {"ok": True, "value": 0},
    }


def test_without_the_broker_the_portal_serves_and_says_so(valkey: Any) -> None:
    valkey.stop()
    try:
        status, body = ready()
        page = Client().get(reverse("status")).content.decode()
    finally:
        valkey.start()

    assert (status, body["status"]) == (200, "degraded")
    assert body["checks"]["broker"]["ok"] is False
    assert "signer et délivrer fonctionnent" in page


def test_pushes_that_wait_too_long_are_told_in_seconds() -> None:
    Push.objects.filter(pk=a_push().pk).update(created_at=timezone.now() - timedelta(minutes=11))

    status, body = ready()

    assert (status, body["status"]) == (200, "degraded")
    lag = body["checks"]["outbox_lag_seconds"]
    assert lag["ok"] is False
    assert 660 <= lag["value"] < 670


def test_what_has_arrived_is_no_delay() -> None:
    push = a_push()
    Push.objects.filter(pk=push.pk).update(
        created_at=timezone.localtime() - timedelta(days=1), state=PushState.DELIVERED
    )

    assert ready()[1]["checks"]["outbox_lag_seconds"] == {"ok": True, "value": 0}


def test_without_the_database_the_portal_is_down_and_still_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class NoDatabase:
        def cursor(self) -> Any:
            raise health.DatabaseError("gone")

    monkeypatch.setattr(health, "connection", NoDatabase())

    status, body = ready()

    assert (status, body["status"]) == (503, "down")
    assert "outbox_lag_seconds" not in body["checks"]


def test_a_living_process_says_so_to_anybody() -> None:
    answer = Client().get("/health/live")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_a_probe_names_nobody() -> None:
    a_push()

    assert "MARTEL" not in Client().get("/health/ready").content.decode()
    assert Client().get("/health/ready")["cache-control"].startswith("max-age=0")


@pytest.mark.django_db
def test_a_page_says_what_is_late_to_those_who_wait_for_it(monkeypatch: Any) -> None:
    """Given a push that has waited for 20 minutes, then doctor and patient are told, and the counter is not."""
    doctor = factories.a_prescriber()
    subject_id, patient = factories.a_patient(doctor)
    factories.a_signed(doctor, subject_id)
    Push.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    told = {}
    for actor, url in (
        (doctor, "/prescripteur/"),
        (patient, "/espace/"),
        (factories.a_pharmacist(), "/pharmacie/"),
    ):
        monkeypatch.setattr("eprescription.health._news", (0.0, False))
        told[url] = "ont du retard" in acting(actor).get(url).content.decode()
    assert told == {"/prescripteur/": True, "/espace/": True, "/pharmacie/": False}


def test_pushes_given_up_are_counted_and_sent_again_by_the_operator() -> None:
    """Given a push that failed eight times, then the probe counts it; retried, it waits anew from its first attempt."""
    push = a_push()
    Push.objects.update(state=PushState.DEAD, attempts=8)
    status, body = ready()
    assert (status, body["status"]) == (200, "degraded")
    assert body["checks"]["dead_pushes"] == {"ok": False, "value": 1}
    call_command("retry_pushes", stdout=StringIO())
    push.refresh_from_db()
    assert (push.state, push.attempts) == (PushState.WAITING, 0)
    assert ready()[1]["checks"]["dead_pushes"] == {"ok": True, "value": 0}
