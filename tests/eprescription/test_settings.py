"""Production is the same code by environment: it refuses to start on a missing or weak secret and says what to set."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRETS = (
    "SECRET_KEY",
    "FIELD_KEY",
    "INDEX_KEY",
    "CODE_KEY",
    "HEALTH_SPACE_TOKEN",
    "ANCHOR_KEY",
    "PROOF_KEY",
)


def production(**change: str | None) -> dict[str, str]:
    """The environment of an installation that is in order, with `change`."""
    known = {k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ}
    known |= {name: secrets.token_urlsafe(48) for name in SECRETS}
    known |= {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "CELERY_BROKER_URL": "redis://broker.internal:6379/0",
        "ALLOWED_HOSTS": "portail.exemple.fr",
        "BASE_URL": "https://portail.exemple.fr",
    }
    for name, value in change.items():
        if value is None:
            known.pop(name, None)
        else:
            known[name] = value
    return known


def manage(*arguments: str, **change: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=production(**change),
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_installation_in_order_passes_the_deployment_check() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("name", [*SECRETS, "DATABASE_URL", "CELERY_BROKER_URL", "ALLOWED_HOSTS"])
def test_what_is_missing_is_named_with_what_to_set(name: str) -> None:
    done = manage("check", **{name: None})
    assert done.returncode != 0
    assert f"{name} is not set. Set it to" in done.stderr


@pytest.mark.parametrize(
    "weak",
    ["court", "django-insecure-" + "x" * 60, "changeme" * 8, "a" * 60, "abcabcabc" * 8],
)
def test_a_weak_secret_is_refused(weak: str) -> None:
    done = manage("check", SECRET_KEY=weak)
    assert done.returncode != 0
    assert "SECRET_KEY is too weak" in done.stderr


def test_one_secret_for_two_purposes_is_refused() -> None:
    same = secrets.token_urlsafe(48)
    done = manage("check", FIELD_KEY=same, INDEX_KEY=same)
    assert done.returncode != 0 and "must all be different" in done.stderr


def test_invented_people_never_come_into_production() -> None:
    done = manage("demo_data")
    assert done.returncode != 0 and "for the demo only" in done.stderr


def test_models_and_migrations_agree() -> None:
    done = manage("makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout
