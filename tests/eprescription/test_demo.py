"""The one command runs the portal, keeps it running, and leaves nothing but the data."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from eprescription.demo import embedded, rootless, supervisor
from eprescription.demo.child import Child, DemoError
from eprescription.demo.embedded import DATABASE, OWNER, Postgres, socket_folder
from eprescription.demo.rootless import NOBODY, Identity
from eprescription.demo.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Waits for `condition`; an error on the way is one more reason to wait."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (OSError, psycopg.Error):
            pass
        time.sleep(0.05)
    pytest.fail(f"not after {seconds} s: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def connect(sockets: Path) -> psycopg.Connection:
    return psycopg.connect(host=str(sockets), user=OWNER, dbname=DATABASE)


class RunningDemo:
    """`manage.py demo` on one folder, started and ended as people and machines do it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sockets = socket_folder(folder)
        self.port = free_port()
        self.output = folder.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Starts it and returns the seconds until it answered."""
        start = time.monotonic()
        self.process = self.spawn(self.port, self.output.open("wb"))
        until(self.answers_or_died, 60, "an answer")
        assert self.answers(), self.output.read_text()
        until(lambda: "Prêt en" in self.output.read_text(), 10, "the ready line")
        return time.monotonic() - start

    def spawn(self, port: int, output: int | object) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port), "DEMO_DIR": str(self.folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def answers(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return answer.status == 200

    def answers_or_died(self) -> bool:
        return self.process.poll() is not None or self.answers()

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)

    def ask(self, statement: str) -> object:
        with connect(self.sockets) as connection:
            return connection.execute(statement).statusmessage

    def processes(self, *words: str) -> list[int]:
        """Processes of this demo, whose command line has all the words."""
        marks = {str(self.folder).encode(), str(self.sockets).encode()}
        found = []
        for entry in Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes()
                traces = command + (entry / "environ").read_bytes()
            except OSError:
                continue
            if any(mark in traces for mark in marks) and all(w.encode() in command for w in words):
                found.append(int(entry.name))
        return found

    def child(self, *words: str) -> int | None:
        """The one of these processes that the supervisor started itself."""
        for process in self.processes(*words):
            with suppress(OSError):
                state = Path("/proc", str(process), "stat").read_text()
                if int(state.rpartition(")")[2].split()[1]) == self.process.pid:
                    return process
        return None


@pytest.fixture(scope="module")
def the_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    demo = RunningDemo(tmp_path_factory.mktemp("demo") / "var")
    yield demo
    if demo.process and demo.process.poll() is None:
        demo.end(signal.SIGTERM)


@pytest.fixture
def demo(the_demo: RunningDemo) -> RunningDemo:
    """The demo, running; the tests share its folder and so pay its first start once."""
    if the_demo.process is None or the_demo.process.poll() is not None:
        the_demo.start()
    return the_demo


def test_it_answers_and_says_who_can_sign_in(demo):
    assert demo.answers()
    output = demo.output.read_text()
    assert f"http://127.0.0.1:{demo.port}" in output
    assert (demo.folder / "accounts.txt").read_text() in output
    assert (demo.folder / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_second_start_on_the_folder_is_refused(demo):
    second = demo.spawn(free_port(), subprocess.PIPE)
    said = second.communicate(timeout=20)[0].decode()
    assert second.returncode == 1
    assert f"Une démo tourne déjà dans {demo.folder} (processus {demo.process.pid})" in said


def test_a_second_start_on_the_port_is_refused(demo, tmp_path):
    second = RunningDemo(tmp_path / "other").spawn(demo.port, subprocess.PIPE)
    said = second.communicate(timeout=20)[0].decode()
    assert second.returncode == 1
    assert f"essayez PORT={demo.port + 1}" in said


@pytest.mark.parametrize("words", [("celery", "worker"), ("postgres", "-D")])
def test_a_killed_process_comes_back(demo, words):
    until(lambda: demo.child(*words), 10, "it runs")
    killed = demo.child(*words)
    family = demo.processes(*words)
    os.kill(killed, signal.SIGKILL)
    until(lambda: demo.child(*words) not in (None, killed), 10, "another in its place")
    until(lambda: not set(family) & set(demo.processes(*words)), 5, "its descendants gone")
    until(lambda: demo.ask("SELECT 1"), 10, "an answer of the database")
    until(demo.answers, 10, "a page")


def test_sigterm_ends_everything_and_the_data_stay(demo):
    demo.ask("CREATE TABLE kept ()")
    assert demo.end(signal.SIGTERM) == 0
    assert demo.processes() == []
    assert not demo.sockets.exists()

    assert demo.start() < 20
    assert demo.ask("SELECT FROM kept") == "SELECT 0"


def test_nothing_outlives_a_killed_supervisor(demo):
    demo.ask("CREATE TABLE survived ()")
    demo.end(signal.SIGKILL)
    until(lambda: demo.processes() == [], 5, "no process left")

    demo.start()
    assert demo.ask("SELECT FROM survived") == "SELECT 0"


def test_a_child_that_keeps_dying_stops_the_demo_and_names_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "Guardian", FakeGuardian)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    watcher = Supervisor()
    watcher.start(Child("mauvais", ["false"], tmp_path / "bad.log"))
    with pytest.raises(DemoError, match=r"mauvais s'est arrêté 6 fois .*bad\.log"):
        watcher.watch()


class FakeGuardian:
    """A guardian is a fork, and a fork of the tests would be one too many."""

    def watch(self, group: int) -> None:
        """Watches nothing."""

    def forget(self, group: int) -> None:
        """Forgets nothing."""


def test_without_user_namespaces_nobody_runs_postgres(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(rootless, "_succeeds", lambda *command: False)
    assert rootless.identity.__wrapped__() == Identity(uid=NOBODY)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[..., Postgres]]:
    """Makes a PostgreSQL with data of its own, which the test starts."""
    made = []

    def make(who: Identity | None = None) -> Postgres:
        made.append(Postgres(tmp_path, tmp_path / "log", fast=True, who=who))
        return made[-1]

    yield make
    for each in made:
        each.child.stop()
        shutil.rmtree(each.sockets)


@pytest.mark.parametrize("way", ["as usual", "as nobody"])
def test_postgres_starts_whoever_runs_it(server, way):
    as_nobody = way == "as nobody" and os.geteuid() == 0
    postgres = server(Identity(uid=NOBODY) if as_nobody else None)
    embedded.start(postgres)
    with connect(postgres.sockets) as connection:
        assert connection.execute("SELECT upper('éœ')").fetchone() == ("ÉŒ",)
    owner = Path("/proc", str(postgres.child.group)).stat().st_uid
    assert owner == (NOBODY if as_nobody else os.geteuid())


def test_a_half_made_database_is_made_again(server):
    postgres = server()
    half_made = postgres.data.with_suffix(".new")
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("")
    embedded.start(postgres)
    assert not half_made.exists()


def test_a_pid_file_whose_number_another_process_now_has_is_removed(server):
    postgres = server()
    postgres.prepare()
    with subprocess.Popen(["sleep", "60"]) as another:
        (postgres.data / "postmaster.pid").write_text(f"{another.pid}\n{postgres.data}\n0\n")
        try:
            embedded.start(postgres)
        finally:
            another.kill()


def test_data_of_another_version_are_refused_with_what_to_do(server):
    postgres = server()
    postgres.prepare()
    (postgres.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(DemoError, match="vient de PostgreSQL 12"):
        embedded.start(postgres)
