"""A browser in which somebody acts, for tests through the test client."""

import time

from django.test import Client

from eprescription.actor import Actor
from eprescription.models import User


def acting(actor: Actor, *, proved: bool = True) -> Client:
    """A client in the role of `actor`; `proved`: the proof of identity is fresh."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    session = client.session
    session["activity"] = str(actor.activity_id)
    session["seen"] = session["signed_in_at"] = time.time()
    if actor.representing:
        session["representing"] = str(actor.representing)
    session["proved_at"] = time.time() if proved else 0
    session.save()
    return client
