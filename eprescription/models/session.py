"""Sessions that know whose they are: so that a person can see where he is signed in, and end it."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class SignedIn(AbstractBaseSession):
    """One browser in which somebody is signed in; what it holds is signed by Django and names nobody."""

    user = models.ForeignKey(
        "eprescription.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta(AbstractBaseSession.Meta):
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> Any:
        return SessionStore


class SessionStore(DatabaseSessions):
    """Django's (SESSION_ENGINE), with the person in a column of its own."""

    @classmethod
    def get_model_class(cls) -> Any:
        return SignedIn

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY) or None
        return row
