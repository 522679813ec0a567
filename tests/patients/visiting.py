"""A patient signed in, for tests through the test client."""

from django.test import Client

from eprescription.actor import Actor
from eprescription.models import User


def visit_as(actor: Actor) -> Client:
    """A client in the role of `actor`, as after signing in and choosing the role."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    session = client.session
    session["activity"] = str(actor.activity_id)
    session.save()
    return client
