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
    return _strong(required(name, _advice(purpose)), name, _advice(purpose))


def _advice(purpose: str) -> str:
    return (
        f"a random text of at least {SHORTEST_SECRET} characters ({purpose}); for instance: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    )


def _strong(value: str, name: str, advice: str) -> str:
    weak = value.lower().startswith(WEAK) or len(set(value)) < FEWEST_CHARACTERS
    if len(value) < SHORTEST_SECRET or weak:
        raise ImproperlyConfigured(f"{name} is too weak. Set it to {advice}.")
    return value


def secrets_of(name: str, purpose: str) -> list[str]:
    """Several secrets separated by commas, each as strong as one alone; none unless it is set."""
    given = [part.strip() for part in env.str(name, default="").split(",") if part.strip()]
    for part in given:
        _strong(part, name, _advice(purpose))
    return given


def distinct(*others: str, **secrets: str) -> None:
    """Refuses one secret that serves two purposes: the leak of one must not open another."""
    if len({*others, *secrets.values()}) < len(secrets) + len(others):
        raise ImproperlyConfigured(f"{', '.join(secrets)} must all be different.")
