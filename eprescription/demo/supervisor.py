"""Keeps the processes of the demo alive, and ends them all, however it ends itself."""

import signal
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Never

from eprescription.demo.child import Child, DemoError
from eprescription.demo.guardian import Guardian

MOST_DEATHS = 5
WINDOW = 60.0


class Stopped(Exception):
    """Somebody asked the demo to stop."""


class Supervisor:
    """Starts children in order, restarts those that die, stops them in reverse order."""

    def __init__(self) -> None:
        self._guardian = Guardian()
        self.children: list[Child] = []
        self._deaths: dict[str, deque[float]] = defaultdict(deque)
        self._asked_to_stop = False

    def obey_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal end the demo at its next look, never halfway."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, *_: object) -> None:
        self._asked_to_stop = True

    def start(self, child: Child) -> None:
        """Starts a child and watches it from now on."""
        self.children.append(child)
        self._launch(child)

    def run(self, child: Child) -> None:
        """Runs a child once, to its end; it must succeed."""
        self._launch(child)
        try:
            self.wait(lambda: not child.running, 600, child)
        finally:
            child.stop()
            self._guardian.forget(child.group)
        if child.process and child.process.returncode:
            raise DemoError(f"{child.name} a échoué ({child.last_words()}) : voir {child.log}")

    def wait(self, condition: Callable[[], bool], seconds: float, child: Child) -> None:
        """Waits for `condition`, keeping every child alive; `child` is to blame if it fails."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise DemoError(f"{child.name} ne répond pas : voir {child.log}")
            self._look()
            time.sleep(0.03)

    def watch(self) -> Never:
        """Keeps every child alive until somebody asks the demo to stop."""
        while True:
            self._look()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stops every child, the last started first, and the servers after those who need them."""
        for serves in (False, True):
            leaving = [child for child in reversed(self.children) if child.serves is serves]
            for child in leaving:
                child.ask_to_stop()  # all before waiting: Celery alone takes two seconds
            for child in leaving:
                child.see_off()
        self._guardian.dismiss()

    def _launch(self, child: Child) -> None:
        child.start()
        self._guardian.watch(child.group)

    def _look(self) -> None:
        if self._asked_to_stop:
            raise Stopped
        for child in self.children:
            if not child.running:
                self._revive(child)

    def _revive(self, child: Child) -> None:
        deaths, now = self._deaths[child.name], time.monotonic()
        deaths.append(now)
        while deaths[0] < now - WINDOW:
            deaths.popleft()
        if len(deaths) > MOST_DEATHS:
            raise DemoError(
                f"{child.name} s'est arrêté {len(deaths)} fois en une minute : voir {child.log}"
            )
        print(f"{child.name} s'est arrêté : redémarrage (journal : {child.log})", flush=True)
        child.sweep()
        self._guardian.forget(child.group)
        time.sleep(0.2 * (len(deaths) - 1))  # the orphans of a killed PostgreSQL need a moment
        self._launch(child)
