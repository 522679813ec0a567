"""The outbox: written with the act, leased once, tried again later and later."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eprescription.health_space import outbox
from eprescription.models import Prescription, Push, PushState
from tests import factories

NOW = timezone.now()


@pytest.fixture
def push(db: Any) -> Push:
    """The push of a prescription that was just signed."""
    doctor = factories.a_prescriber()
    subject_id, _patient = factories.a_patient(doctor, account=False)
    return Push.objects.get(prescription=factories.a_signed(doctor, subject_id, at=NOW))


def test_a_push_outside_the_transaction_of_an_act_is_refused(transactional_db: Any) -> None:
    with pytest.raises(outbox.NotInTransaction):
        outbox.enqueue(Prescription(), occasion="signed", at=NOW)


def test_an_act_that_is_undone_takes_its_push_with_it(push: Push) -> None:
    with transaction.atomic():
        outbox.enqueue(push.prescription, occasion="cancelled", at=NOW)
        transaction.set_rollback(True)

    assert Push.objects.get() == push


def test_one_worker_gets_the_push_and_the_attempt_is_counted_before_it_is_made(push: Push) -> None:
    leased = outbox.lease(push.pk, at=NOW)

    assert leased is not None
    assert (leased.state, leased.attempts) == (PushState.SENDING, 1)
    assert outbox.lease(push.pk, at=NOW) is None


def test_a_forgotten_push_is_due_again_when_its_lease_ends(push: Push, settings: Any) -> None:
    outbox.lease(push.pk, at=NOW)

    assert outbox.due(at=NOW + settings.PUSH_LEASE - timedelta(seconds=1)) == []
    assert outbox.due(at=NOW + settings.PUSH_LEASE) == [push.pk]
    again = outbox.lease(push.pk, at=NOW + settings.PUSH_LEASE)
    assert again is not None and again.attempts == 2


def test_a_later_document_waits_for_the_earlier_one(push: Push) -> None:
    with transaction.atomic():
        later = outbox.enqueue(
            push.prescription, occasion="cancelled", at=NOW + timedelta(seconds=1)
        )

    soon = NOW + timedelta(seconds=2)
    assert outbox.due(at=soon) == [push.pk]
    assert outbox.lease(later.pk, at=soon) is None


def test_an_unknown_push_has_no_effect(db: Any) -> None:
    from eprescription import tasks

    tasks.deliver_push("not a uuid")
    tasks.deliver_push("11111111-2222-4333-8444-555555555555")


@given(attempts=st.integers(1, 40))
def test_the_wait_is_drawn_below_a_doubling_ceiling_of_an_hour_at_most(attempts: int) -> None:
    wait = outbox.retry_at(attempts, NOW) - NOW

    assert timedelta(seconds=1) <= wait <= timedelta(seconds=min(3600, 5 * 2 ** (attempts - 1)))


def test_two_waits_differ_so_that_receivers_are_not_hit_by_all_at_once() -> None:
    assert len({outbox.retry_at(6, NOW) for _ in range(50)}) > 40


def test_the_lag_is_the_age_of_the_oldest_push_on_its_way(push: Push) -> None:
    assert outbox.lag(NOW + timedelta(minutes=11)) == timedelta(minutes=11)
    Push.objects.update(state=PushState.DELIVERED)
    assert outbox.lag(NOW + timedelta(minutes=11)) == timedelta(0)
