"""A pytest plugin: real PostgreSQL and Valkey for the tests, running before the settings load.

Set DATABASE_URL or CELERY_BROKER_URL to use servers of your own. With `-n`, each process of the run has servers of
its own, which its tests may stop and start: what one breaks, the others do not feel.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from eprescription.demo import embedded
from eprescription.demo.embedded import Postgres, Valkey
from eprescription.demo.environment import SECRETS

pytest_plugins = ["tests.chromium", "tests.strict"]

SETTINGS = {
    "TESTING": "1",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "BASE_URL": "http://testserver",
    "SECOND_FACTOR": "required",
}


class Server:
    """A server that a test may stop and start again, at the same place."""

    def __init__(self, server: Postgres | Valkey) -> None:
        self._server = server

    def stop(self) -> None:
        """From now on, connections are refused."""
        self._server.child.stop()

    def start(self) -> None:
        """Returns when it answers; does nothing to a running server."""
        if not self._server.child.running:
            embedded.start(self._server)


class Servers:
    """The servers that this test run started, if it had to."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="eprescription-tests-"))
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None

    def start(self) -> None:
        """Starts what the environment does not name, and names it there."""
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(self.folder, self.folder / "postgres.log", fast=True)
            embedded.start(self.postgres)
            os.environ["DATABASE_URL"] = self.postgres.url
        if not os.environ.get("CELERY_BROKER_URL"):
            self.valkey = Valkey(self.folder, self.folder / "valkey.log", fast=True)
            embedded.start(self.valkey)
            os.environ["CELERY_BROKER_URL"] = self.valkey.url

    def stop(self) -> None:
        """Stops them and forgets their data."""
        for server in (self.valkey, self.postgres):
            if server:
                server.child.stop()
        shutil.rmtree(embedded.socket_folder(self.folder), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


servers: Servers | None = None  # None in the process that hands out the tests of `-n`: it runs none
NOWHERE = {"DATABASE_URL": "postgres://nobody@/nowhere", "CELERY_BROKER_URL": "redis://nowhere"}


def set_environment() -> None:
    """What the settings read; secrets are new in every run, so that none is ever kept."""
    for name in ("DEMO", "DEBUG"):
        os.environ.pop(name, None)
    os.environ.update(SETTINGS)
    for name in SECRETS:
        os.environ.setdefault(name, secrets.token_urlsafe(48))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before pytest-django, which loads the settings in the same hook."""
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        set_environment()
        if getattr(options, "numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
            _name_nowhere()
        else:
            _begin()
    return (yield)


def _name_nowhere() -> None:
    """The settings ask for addresses, also where no test runs."""
    for name, value in NOWHERE.items():
        os.environ.setdefault(name, value)


def _begin() -> None:
    global servers
    for name, value in NOWHERE.items():
        if os.environ.get(name) == value:
            del os.environ[name]
    servers = Servers()
    try:
        servers.start()
    except BaseException:
        servers.stop()
        raise


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """After Django has dropped its test database."""
    global servers
    if servers:
        with suppress(ProcessLookupError):
            servers.stop()
        servers = None


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Where the server of the tests is; Django's test database is another one on it."""
    return os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def valkey() -> Iterator[Server]:
    """The broker, with `stop()` and `start()`; it runs again after the session's last use."""
    if not (servers and servers.valkey):
        pytest.skip("CELERY_BROKER_URL names a broker that the tests may not stop")
    server = Server(servers.valkey)
    yield server
    server.start()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The database server, with `stop()` and `start()`."""
    if not (servers and servers.postgres):
        pytest.skip("DATABASE_URL names a server that the tests may not stop")
    server = Server(servers.postgres)
    yield server
    server.start()
