"""A child process that never outlives its parent."""

import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded here: between fork and exec there must be no import


class DemoError(Exception):
    """The demo cannot go on; the message says what to do, to the person at the terminal."""


def package(name: str) -> Path:
    """The folder of an installed wheel, found without running its code."""
    spec = importlib.util.find_spec(name)
    if not spec or not spec.origin:
        raise DemoError(f"Le paquet {name} n'est pas installé : voir « Run » dans README.md.")
    return Path(spec.origin).parent


def _follow_parent(signal_number: int) -> Callable[[], None]:
    """What a child runs before exec, so that the kernel ends it when its parent dies."""
    parent = os.getpid()

    def before_exec() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, signal_number)
            if os.getppid() != parent:  # it died in between: no signal will come
                os._exit(1)

    return before_exec


@dataclass
class Child:
    """One program in the foreground, in a session of its own, with a log of its own."""

    name: str
    command: list[str]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path = Path("/")
    uid: int | None = None
    stop_signal: int = signal.SIGTERM  # when asked to stop, and when the parent dies
    before_start: Callable[[], None] = lambda: None
    inherit: Sequence[int] = ()  # file descriptors kept open, see `locks`
    serves: bool = False  # others need it, so it stops after them
    shown: bool = False  # its standard output is for the person at the terminal
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Starts it; what it prints goes to the end of its log."""
        self.before_start()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=None if self.shown else log,
                stderr=log,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
                preexec_fn=_follow_parent(self.stop_signal),
                pass_fds=self.inherit,
                user=self.uid,
                group=self.uid,
                extra_groups=None if self.uid is None else [],
            )

    @property
    def group(self) -> int:
        """Its process group, which holds its descendants too."""
        return self.process.pid if self.process else 0

    @property
    def running(self) -> bool:
        """Whether it was started and still runs."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Sends its own stop signal, and does not wait."""
        if self.running and self.process:
            self.process.send_signal(self.stop_signal)

    def stop(self, grace: float = 10) -> None:
        """Asks it to stop, and sees to it."""
        self.ask_to_stop()
        self.see_off(grace)

    def see_off(self, grace: float = 10) -> None:
        """Waits for its end, by force after `grace` seconds, and for that of its descendants."""
        if self.process is None:
            return
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.sweep()

    def sweep(self) -> None:
        """Ends the descendants of a dead child: a killed Celery or gunicorn leaves some."""
        if self.group and not self.running:
            with suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGKILL)

    def last_words(self) -> str:
        """The last line of its log, for the message about its death."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "")
