"""Doctors sign and pharmacists dispense, asking again until they are answered, while everything is cut off in turn.

    .venv/bin/python -m tests.chaos.rig [--kills 250] [--lives 2000] [--clients 6] [--seed 1] [--report FILE]

Then what they were told is compared with the base, and the base with what the receiver holds. Prints a table; exit 1 when
anything acknowledged was lost, anything doubled, or a document stuck.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

DRAIN = 120  # seconds in which everything that waits must have arrived once all is well again


@dataclass
class Outcome:
    """What the run came to. The lists hold what must not be."""

    signed: int = 0
    dispensed: int = 0
    pushes: int = 0
    kills: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    answers_lost: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    dead: int = 0  # given up, shown to the operator, and sent again by him
    longest_on_the_way: float = 0
    drained_in: float = 0
    seconds: float = 0

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=250)
    parser.add_argument("--lives", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8789)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        outcome = run(Path(folder), options)
    if options.report:
        options.report.write_text(json.dumps(asdict(outcome)))
    for name, value in asdict(outcome).items():
        print(f"{name}: {value}")
    sys.exit(0 if outcome.good else 1)


def run(folder: Path, options: argparse.Namespace) -> Outcome:
    """One run in an empty folder."""
    from tests.chaos.town import Town

    town = Town(folder, options.port)
    try:
        town.start_servers()
        return _lived(town, options)
    finally:
        town.stop()


def _lived(town: Any, options: argparse.Namespace) -> Outcome:
    """Only now may Django load its settings."""
    import django

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone

    from eprescription.catalogue.loading import load_starter

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_starter(at=timezone.now())
    from tests.chaos.comparing import Watch, compare
    from tests.chaos.faults import Chaos
    from tests.chaos.lives import Lives

    lives = Lives(town, options.clients, options.lives)
    town.start_portal()
    began = time.monotonic()
    with Watch() as watch:
        with ThreadPoolExecutor(options.clients) as pool:
            clients: list[Future[Any]] = []
            chaos = Chaos(town, options.kills, options.seed, partial(_any_left, clients))
            lives.raged = lambda: chaos.share
            clients += [pool.submit(lives.live, me) for me in range(options.clients)]
            chaos.rage()
            told = [each for client in clients for each in client.result()]
        outcome = Outcome(
            kills=chaos.cuts,
            faults=dict(chaos.made),
            answers_lost=lives.answers_lost,
            seconds=round(time.monotonic() - began, 1),
        )
        connections.close_all()  # those of before the power cuts
        compare(outcome, told, within=DRAIN)
    outcome.longest_on_the_way = round(watch.longest, 1)
    return outcome


def _any_left(clients: list[Future[Any]]) -> bool:
    return not all(client.done() for client in clients)


if __name__ == "__main__":
    main()
