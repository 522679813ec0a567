"""Measures the search of medicines on the whole base: how often it is right, and how long it takes.

    .venv/bin/python -m tests.load.search [--queries 2000] [--seconds 15] [--clients 8] [--seed 2026]

Starts its own PostgreSQL (durable, as the demo's) and the demo's web server, imports the base found by
PORTAL_DATA or in ../shared/data, and prints Markdown tables. The queries are those of queries.py.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATH = "/prescripteur/medicaments/"
KEY_SECONDS = 0.12  # the page waits so long after the last key before it asks
EDITION = ("bdpm", "2026-05")
FLOOR = (
    "SELECT m.cis, m.name FROM catalogue_medicine m WHERE marketed AND EXISTS ("
    " SELECT FROM catalogue_token t WHERE t.medicine_id = m.cis AND word ~>=~ %s AND word ~<=~ %s"
    ") ORDER BY usage DESC LIMIT 10"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--port", type=int, default=8792)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> None:
    """One run in an empty folder: start, import, measure, print, stop."""
    with servers(folder, options.port) as postgres:
        prepare()
        from tests.load.queries import generate

        as_used = generate(options.queries, seed=options.seed, by_use=True)
        alike = generate(options.queries, seed=options.seed, by_use=False)
        print_rates(rates(as_used), rates(alike))
        print_times(alone(as_used), together_over_http(as_used, options, folder, postgres))


@contextmanager
def servers(folder: Path, port: int) -> Iterator[Any]:
    """PostgreSQL and Valkey in this folder, named to the settings; gives the first."""
    from eprescription.demo import embedded
    from eprescription.demo.embedded import Postgres, Valkey
    from eprescription.demo.environment import Place, environment

    log = folder / "log"
    postgres, valkey = Postgres(folder, log), Valkey(folder, log)
    try:
        embedded.start(postgres)
        embedded.start(valkey)
        place = Place(folder, "127.0.0.1", port)
        os.environ |= environment(place, database=postgres.url, broker=valkey.url)
        yield postgres
    finally:
        valkey.child.stop()
        postgres.child.stop()


def prepare() -> None:
    """Migrates and imports the whole base; only now Django may load its settings."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.shared_data import shared_data

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", verbosity=0, interactive=False)
    begun = time.perf_counter()
    call_command("import_medicines", str(shared_data(*EDITION)), verbosity=0, stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"imported in {time.perf_counter() - begun:.0f} s", file=sys.stderr)


Rates = dict[str, tuple[int, int]]  # by kind: right, asked


def rates(queries: Sequence[Any]) -> Rates:
    """How often the right answer is among the first ten rows."""
    from eprescription.catalogue.search import search_rows

    counted: Rates = {}
    for query in queries:
        right, asked = counted.get(query.kind, (0, 0))
        counted[query.kind] = (right + query.right(search_rows(query.text)), asked + 1)
    return counted


def alone(queries: Sequence[Any]) -> dict[str, list[float]]:
    """Milliseconds of one person at a time: in the database, and in the whole search."""
    from django.db import connection

    from eprescription.catalogue.search import search_rows

    spent: dict[str, list[float]] = defaultdict(list)

    def timed(execute: Callable[..., Any], *args: Any) -> Any:
        begun = time.perf_counter()
        result = execute(*args)
        spent["in the database"][-1] += (time.perf_counter() - begun) * 1000
        return result

    with connection.execute_wrapper(timed):
        for query in queries:
            spent["in the database"].append(0)
            begun = time.perf_counter()
            search_rows(query.text)
            spent["the whole search"].append((time.perf_counter() - begun) * 1000)
    return spent


def together_over_http(
    queries: Sequence[Any], options: argparse.Namespace, folder: Path, postgres: Any
) -> dict[str, list[float]]:
    """Milliseconds of many at once against the web server, and of bare SQL in its place.

    The CPU told with the first is that of the web server and the database, for one request.
    """
    from tests import factories as f
    from tests.load.clients import Client, together
    from tests.load.floor import connection
    from tests.load.journey import cpu, serve

    web = serve(options.port, folder)
    base = f"http://127.0.0.1:{options.port}"
    clients = [Client(base, f.a_prescriber()) for _ in range(options.clients)]
    texts = itertools.cycle([query.text for query in queries])

    def ask(me: int) -> bool:
        status, _, body = clients[me].post(PATH, {"search": next(texts)})
        assert status == 200, (status, body[:3000])
        return True

    def bare(me: int) -> bool:
        start = next(texts)[:4].lower()
        with connection().transaction(), connection().cursor() as cursor:
            cursor.execute(FLOOR, (start, start + "\U0010ffff")).fetchall()
        return True

    try:
        together("warm", ask, clients=options.clients, seconds=2)
        timing = {"clients": options.clients, "seconds": options.seconds}
        before = cpu(web.pid) + cpu(postgres.child.process.pid)
        http = together("http", ask, **timing)
        each = (cpu(web.pid) + cpu(postgres.child.process.pid) - before) / len(http.times) * 1000
        typing = together("typing", ask, **timing, pause=KEY_SECONDS)
        floor = together("floor", bare, clients=options.clients, seconds=options.seconds / 3)
    finally:
        web.terminate()
        web.wait()
    many = f"at {options.clients} clients"
    told = f"over HTTP {many} ({http.rate:.0f} req/s, CPU {each:.1f} ms)"
    people = f"{options.clients} people typing ({typing.rate:.0f} req/s)"
    return {told: http.times, people: typing.times, f"floor {many}": floor.times}


def print_rates(as_used: Rates, alike: Rates) -> None:
    print("| query | asked | right in the first ten, as used | each alike |")
    print("| --- | ---: | ---: | ---: |")
    for kind, (right, asked) in as_used.items():
        print(f"| {kind} | {asked} | {right / asked:.1%} | {_share([alike[kind]]):.1%} |")
    asked = sum(asked for _, asked in as_used.values())
    print(f"| all | {asked} | {_share(as_used.values()):.2%} | {_share(alike.values()):.2%} |\n")


def _share(counted: Any) -> float:
    counted = list(counted)
    return float(sum(right for right, _ in counted) / sum(asked for _, asked in counted))


def print_times(*measured: dict[str, list[float]]) -> None:
    print("| search | times | p50 ms | p95 ms | p99 ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, times in ((name, sorted(t)) for one in measured for name, t in one.items()):
        at = [times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.95, 0.99)]
        print(f"| {name} | {len(times)} | {at[0]:.1f} | {at[1]:.1f} | {at[2]:.1f} |")


if __name__ == "__main__":
    main()
