"""A doctor at work: her sessions and her patients."""

import time
from typing import Any

import pytest
from django.test import Client

from eprescription.actor import Actor
from eprescription.models import User
from tests import factories as f


@pytest.fixture
def doctor(db: Any) -> Actor:
    return f.a_prescriber()


def acting(actor: Actor, *, proved: bool = True) -> Client:
    """A browser in which `actor` acts; `proved`: the proof of identity is fresh."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    session = client.session
    session["activity"] = str(actor.activity_id)
    session["seen"] = time.time()
    session["proved_at"] = time.time() if proved else 0
    session.save()
    return client


@pytest.fixture
def client(doctor: Actor) -> Client:
    return acting(doctor)
