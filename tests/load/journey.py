"""Measures the five operations of the journey against the real web server, beside their floor in bare SQL.

    .venv/bin/python -m tests.load.journey [--prescriptions 100000] [--seconds 15] [--clients 8]

Starts its own PostgreSQL (durable, as the demo's) and the demo's web server; prints a Markdown table.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prescriptions", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--port", type=int, default=8790)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> None:
    """One run in an empty folder: start, fill, measure, print, stop."""
    from eprescription.demo import embedded
    from eprescription.demo.embedded import Postgres, Valkey
    from eprescription.demo.environment import Place, environment

    log = folder / "log"
    postgres, valkey = Postgres(folder, log), Valkey(folder, log)
    embedded.start(postgres)
    embedded.start(valkey)
    place = Place(folder, "127.0.0.1", options.port)
    os.environ |= environment(place, database=postgres.url, broker=valkey.url)
    web = None
    try:
        world = prepare(options.prescriptions)
        web = serve(options.port, folder)
        print_table(measure(world, options, postgres, web))
    finally:
        if web:
            web.terminate()
            web.wait()
        valkey.child.stop()
        postgres.child.stop()


def prepare(count: int) -> Any:
    """Migrates, loads the catalogue and fills; only now Django may load its settings."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", verbosity=0, interactive=False)
    from eprescription.catalogue.loading import load_starter

    load_starter(at=timezone.now())
    from tests.load.world import fill

    begun = time.perf_counter()
    world = fill(count)
    print(f"{count} prescriptions filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return world


def serve(port: int, folder: Path) -> "subprocess.Popen[bytes]":
    """The web server as the demo starts it."""
    command = [sys.executable, "-m", "gunicorn", "eprescription.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class=gthread", "--workers=2"]
    command += ["--threads=4", "--keep-alive=30", "--no-control-socket"]
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(command, stdout=log, stderr=log)
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2)
            return web
        except OSError:
            time.sleep(0.1)
    raise SystemExit((folder / "web.log").read_text())


def measure(world: Any, options: argparse.Namespace, postgres: Any, web: Any) -> list[Any]:
    """Each operation by HTTP, then the same rows by bare SQL."""
    from tests.load.clients import together
    from tests.load.floor import Floor
    from tests.load.people import People

    people = People(world, f"http://127.0.0.1:{options.port}", options.clients)
    floor = Floor(world)
    floor.prepare()
    rows = []
    for name in ("sign", "scan", "dispense", "prescriber_list", "patient_list"):
        queries = people.queries(name)
        before = cpu(web.pid) + cpu(postgres.child.process.pid)
        done = together(
            name, getattr(people, name), clients=options.clients, seconds=options.seconds
        )
        done.cpu = cpu(web.pid) + cpu(postgres.child.process.pid) - before
        done.queries = queries
        seconds = options.seconds / 3
        bare = together(name, getattr(floor, name), clients=options.clients, seconds=seconds)
        rows.append((done, bare))
        print(f"{name} measured, {len(done.times)} requests", file=sys.stderr)
    return rows


def cpu(pid: int) -> float:
    """Seconds of CPU of a process and all below it, the ended ones included."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rsplit(")", 1)[1].split()
    own = sum(int(x) for x in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(cpu(int(child)) for child in below)


NAMES = {
    "sign": "sign",
    "scan": "scan and claim",
    "dispense": "dispense all as prescribed",
    "prescriber_list": "prescriber's list (20)",
    "patient_list": "patient's list",
}


def print_table(rows: list[Any], names: dict[str, str] = NAMES) -> None:
    print(
        "| operation | req/s | p50 ms | p95 ms | p99 ms | queries | CPU ms | floor p50 ms | ratio |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for done, bare in rows:
        p50, low = done.percentile(0.5), bare.percentile(0.5)
        each = done.cpu / len(done.times) * 1000
        print(
            f"| {names[done.name]} | {done.rate:.0f} | {p50:.0f} | {done.percentile(0.95):.0f} |"
            f" {done.percentile(0.99):.0f} | {done.queries} | {each:.0f} | {low:.1f} | {p50 / low:.1f} |"
        )


if __name__ == "__main__":
    main()
