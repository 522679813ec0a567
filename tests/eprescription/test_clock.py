"""Machines whose clocks disagree: what they write leaves at its time, and in its order."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from eprescription import tasks
from eprescription.clock import shared_now
from eprescription.health_space import outbox
from eprescription.models import Push, PushState
from tests import factories
from tests.eprescription.health_space.conftest import receiver  # noqa: F401 - a fixture
from tests.eprescription.health_space.receivers import DoorOfThePortal

pytestmark = pytest.mark.django_db
TEN = timedelta(minutes=10)


def signed(ahead: timedelta) -> Push:
    """Signed on a machine whose clock runs ahead, or behind when negative."""
    doctor = factories.a_prescriber()
    subject, _account = factories.a_patient(doctor, account=False)
    prescription = factories.a_signed(doctor, subject, at=timezone.now() + ahead)
    return Push.objects.get(prescription=prescription)


def set_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead)


def test_what_a_machine_ahead_signed_leaves_at_once(receiver: DoorOfThePortal) -> None:  # noqa: F811
    push = signed(TEN)

    tasks.deliver_push(str(push.pk))

    push.refresh_from_db()
    assert push.state == PushState.DELIVERED


@pytest.mark.parametrize("ahead", [TEN, -TEN])
def test_a_worker_whose_clock_is_wrong_sends_what_is_due_and_holds_it_no_longer(
    ahead: timedelta,
    receiver: DoorOfThePortal,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    push = signed(timedelta(0))
    set_clock(monkeypatch, ahead)
    receiver.does = ["refuses the connection"]

    tasks.sweep_pushes()

    push.refresh_from_db()
    assert push.attempts == 1 and push.state == PushState.WAITING
    assert abs(push.next_at - shared_now()) < timedelta(seconds=10)


def test_a_worker_ahead_takes_nothing_out_of_the_hands_of_another(
    receiver: DoorOfThePortal,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    push = signed(timedelta(0))
    assert outbox.lease(push.pk, at=shared_now())
    set_clock(monkeypatch, TEN)

    tasks.deliver_push(str(push.pk))
    tasks.sweep_pushes()

    assert not receiver.requests


def test_documents_of_one_prescription_keep_their_order_whatever_the_clocks(db: Any) -> None:
    first = signed(timedelta(0))
    with transaction.atomic():
        second = outbox.enqueue(first.prescription, occasion="cancelled", at=timezone.now() - TEN)

    assert second and second.created_at > first.created_at
    assert outbox.due(at=shared_now()) == [first.pk]
