"""The steps of `manage.py demo`, from an empty folder to a portal that answers."""

import argparse
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Never

from eprescription.demo import locks
from eprescription.demo.child import Child, DemoError
from eprescription.demo.embedded import Postgres, Valkey, remove_socket_folder
from eprescription.demo.environment import Place, environment
from eprescription.demo.progress import step
from eprescription.demo.supervisor import Stopped, Supervisor

ROOT = Path(__file__).resolve().parents[2]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the demo; the environment gives their defaults."""
    parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--dir", type=Path, default=os.environ.get("DEMO_DIR", ROOT / ".demo"))


def main(arguments: Sequence[str]) -> int:
    """Runs the demo until Ctrl-C; the exit code says whether it went well."""
    parser = argparse.ArgumentParser(prog="manage.py demo", description=__doc__)
    add_options(parser)
    options = parser.parse_args(arguments)
    return run(Place(options.dir.resolve(), options.host, options.port))


def run(place: Place) -> int:
    """Runs the demo at `place` until somebody asks it to stop."""
    supervisor = Supervisor()
    supervisor.obey_signals()
    try:
        Demo(place, supervisor).run()
    except DemoError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    except Stopped:
        print("\nArrêté. Les données restent pour la prochaine fois.", flush=True)
        return 0


class Demo:
    """The processes of the demo and the order in which they start."""

    def __init__(self, place: Place, supervisor: Supervisor) -> None:
        self.place = place
        self.supervisor = supervisor
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (place.folder / "log").mkdir(exist_ok=True)
        self.mine = locks.only_one(place.folder)
        self.handed_down = locks.nothing_left(place.folder)
        self.postgres = Postgres(place.folder, self._log("postgres"))
        self.valkey = Valkey(place.folder, self._log("valkey"))
        self.environment = environment(place, database=self.postgres.url, broker=self.valkey.url)

    def run(self) -> Never:
        """Runs until somebody asks it to stop, then leaves nothing but the data."""
        try:
            self._start()
            self.supervisor.watch()
        finally:
            self.supervisor.stop()
            remove_socket_folder(self.place.folder)

    def _start(self) -> None:
        start = time.monotonic()
        refuse_taken_port(self.place)
        if self.place.folder not in self.postgres.data.parents:  # see rootless.Identity
            print(f"Les données de PostgreSQL sont dans {self.postgres.data}.", flush=True)
        self._start_server(self.postgres)
        self._start_server(self.valkey)
        accounts = self.place.folder / "accounts.txt"
        prepare = self._python("prepare", "manage.py", "prepare_demo", str(accounts))
        prepare.shown = True
        self.supervisor.run(prepare)
        self._start_identity()
        self._start_web()
        self._start_workers()
        print(f"\nPrêt en {time.monotonic() - start:.0f} s : {self.place.address}\n", flush=True)
        print(accounts.read_text(encoding="utf-8"), flush=True)

    def _start_server(self, server: Postgres | Valkey) -> None:
        with step(server.child.name):
            server.prepare()
            server.child.inherit = (self.handed_down,)
            self.supervisor.start(server.child)
            self.supervisor.wait(server.ready, 60, server.child)

    def _start_identity(self) -> None:
        """The invented providers of national sign-in, which the site asks only when somebody signs in."""
        identity = self._python("identity", "-m", "eprescription.demo.identity_provider")
        with step("Identité nationale", "lancée"):
            self.supervisor.start(identity)

    def _start_web(self) -> None:
        web = self._python("web", "-m", "gunicorn", "eprescription.wsgi:application")
        web.command += ["--bind", f"{self.place.host}:{self.place.port}"]
        web.command += ["--worker-class=gthread", "--workers=2", "--threads=4"]
        web.command += ["--graceful-timeout=3", "--no-control-socket"]
        with step("Site"):
            self.supervisor.start(web)
            self.supervisor.wait(self._answers, 60, web)

    def _start_workers(self) -> None:
        celery = ("-m", "celery", "-A", "eprescription")
        worker = self._python("worker", *celery, "worker", "--concurrency=2")
        worker.command += ["--without-gossip", "--without-mingle", "--loglevel=INFO"]
        # No pid file: the lock of the folder already keeps a second scheduler away.
        schedule = self.place.folder / "beat-schedule"
        beat = self._python("beat", *celery, "beat", "--pidfile=", f"--schedule={schedule}")
        with step("Tâches", "lancées"):
            self.supervisor.start(worker)
            self.supervisor.start(beat)

    def _python(self, name: str, *arguments: str) -> Child:
        return Child(
            name,
            [sys.executable, *arguments],
            self._log(name),
            env=self.environment,
            cwd=ROOT,
            inherit=(self.handed_down,),
        )

    def _log(self, name: str) -> Path:
        """A fresh log; that of the start before is kept beside it."""
        log = self.place.folder / "log" / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
        return log

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.place.address}/health/live", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def refuse_taken_port(place: Place) -> None:
    """Says which port to change, before anything starts."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            raise DemoError(
                f"Le port {place.port} n'est pas libre ({error.strerror}) : "
                f"essayez PORT={place.port + 1}."
            ) from error
