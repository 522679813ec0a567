"""Measures the pharmacy counter on a full base against the real web server, beside its floor in bare SQL.

    .venv/bin/python -m tests.load.counter [--prescriptions 1000000] [--seconds 15] [--clients 8] [--pause 2] [--plans]

Starts its own PostgreSQL (durable, as the demo's) and the demo's web server, imports the base found by PORTAL_DATA or
in ../shared/data, fills it as tests/load/million.py says, and prints Markdown tables. `--plans` runs each query of the
pages again with its plan and shows those that read or sort much.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NAMES = {
    "scan": "scan to lines on screen",
    "dispense": "dispense all as prescribed",
    "claim": "claim alone",
    "desk": "desk: the queue of the day",
    "dispensings": "dispensings of this pharmacy (20)",
    "mailbox": "mailbox",
    "register_patient": "register, by patient",
    "register_product": "register, by product",
    "register_dates": "register, a week",
    "register_narcotics": "register, narcotics",
}
WORK = (
    2  # how much longer eight people at work are watched than eight that never pause: they do less
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prescriptions", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument(
        "--pause", type=float, default=2.0, help="between two acts of somebody at work"
    )
    parser.add_argument("--port", type=int, default=8794)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> None:
    """One run in an empty folder: start, import, fill, measure, print, stop."""
    from tests.load.journey import print_table, serve
    from tests.load.search import prepare, servers

    with servers(folder, options.port) as postgres:
        prepare()
        million = filled(options.prescriptions, folder)
        if options.plans:
            plans(million, options)
        web = serve(options.port, folder)
        try:
            at_work, without_pause = measure(million, options, postgres, web)
            print_times(at_work)
            print_table(without_pause, NAMES)
        finally:
            web.terminate()
            web.wait()


def filled(count: int, folder: Path) -> Any:
    """Fills, and tells how much of what, how long it took and how large it is."""
    from tests.load.bulk import run as sql
    from tests.load.million import fill

    begun = time.perf_counter()
    million = fill(count)
    [[size]] = sql("SELECT pg_database_size(current_database())")
    rows = ", ".join(f"{n:,} {table}" for table, n in million.rows.items())
    print(
        f"filled in {time.perf_counter() - begun:.0f} s, {size / 1e9:.1f} GB: {rows}",
        file=sys.stderr,
    )
    return million


def measure(million: Any, options: argparse.Namespace, postgres: Any, web: Any) -> tuple[Any, Any]:
    """Each operation by HTTP, by people at work and then without any pause, and the same rows by bare SQL."""
    from tests.load.clients import together
    from tests.load.counter_floor import Floor
    from tests.load.counter_people import Counters
    from tests.load.journey import cpu

    counters = Counters(million, f"http://127.0.0.1:{options.port}", options.clients)
    floor, at_work, without_pause = Floor(million), [], []
    together("warm", counters.desk, clients=options.clients, seconds=2)
    for name in NAMES:
        queries, step = len(counters.queries(name)), getattr(counters, name)
        timing = {"clients": options.clients, "seconds": options.seconds}
        watched = {"clients": options.clients, "seconds": WORK * options.seconds}
        at_work.append(together(name, step, pause=options.pause, **watched))
        before = cpu(web.pid) + cpu(postgres.child.process.pid)
        done = together(name, step, **timing)
        done.cpu = cpu(web.pid) + cpu(postgres.child.process.pid) - before
        done.queries = queries
        seconds = options.seconds / 3
        bare = together(name, getattr(floor, name), clients=options.clients, seconds=seconds)
        without_pause.append((done, bare))
        told = f"{len(at_work[-1].times)} times at work, {len(done.times)} without a pause"
        print(f"{name} measured, {told}", file=sys.stderr)
    return at_work, without_pause


def print_times(rows: list[Any]) -> None:
    """What somebody at work waits for."""
    print("| at work | n | p50 ms | p95 ms | most ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for done in rows:
        told = (done.percentile(share) for share in (0.5, 0.95, 1))
        print(
            f"| {NAMES[done.name]} | {len(done.times)} | {' | '.join(f'{t:.0f}' for t in told)} |"
        )
    print()


def plans(million: Any, options: argparse.Namespace) -> None:
    """Each query of each operation again, with its plan."""
    from tests.load.counter_people import Counters
    from tests.load.counter_plans import explain, print_plans

    counters = Counters(million, f"http://127.0.0.1:{options.port}", 1)
    print_plans({NAMES[name]: explain(counters.queries(name)) for name in NAMES})


if __name__ == "__main__":
    main()
