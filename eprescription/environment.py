"""Reads the environment once, and refuses to start with a sentence that says what to set."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent

WEAK = ("changeme", "change-me", "django-insecure", "secret", "password", "example", "default")
SHORTEST_SECRET = 40
FEWEST_CHARACTERS = 12


def required(name: str, what: str) -> str:
    """The value of `name`; raises ImproperlyConfigured with `what` to set when it is missing."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Set it to {what}.")
    return value


def secret(name: str, purpose: str) -> str:
    """A secret of at least 40 characters that is no well-known word; one for each purpose."""
    advice = (
        f"a random text of at least {SHORTEST_SECRET} characters ({purpose}); for instance: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    )
    value = required(name, advice)
    weak = value.lower().startswith(WEAK) or len(set(value)) < FEWEST_CHARACTERS
    if len(value) < SHORTEST_SECRET or weak:
        raise ImproperlyConfigured(f"{name} is too weak. Set it to {advice}.")
    return value


def distinct(**secrets: str) -> None:
    """Refuses one secret that serves two purposes: the leak of one must not open another."""
    if len(set(secrets.values())) < len(secrets):
        raise ImproperlyConfigured(f"{', '.join(secrets)} must all be different.")
