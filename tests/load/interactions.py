"""Measures the alerts of 12-drug prescriptions drawn from the whole base, beside their floor in bare SQL.

    .venv/bin/python -m tests.load.interactions [--prescriptions 500] [--drugs 12]

Starts its own PostgreSQL, loads the real medicines and the real thesaurus from PORTAL_DATA or
../shared/data, and prints a Markdown table. Drugs are drawn in proportion to their use, with a fixed
seed. The floor of a prescription is a round trip that reads its ingredients alone, in the same run:
what any answer costs before a single pair is compared.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
BASE = ("bdpm", "2026-05")
SEED = 2023_0915
WARM_UP = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prescriptions", type=int, default=500)
    parser.add_argument("--drugs", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> None:
    """One run in an empty folder: start, fill, measure, print, stop."""
    from eprescription.demo import embedded
    from eprescription.demo.embedded import Postgres
    from eprescription.demo.environment import Place, environment

    postgres = Postgres(folder, folder / "log")
    embedded.start(postgres)
    place = Place(folder, "127.0.0.1", 0)
    os.environ |= environment(place, database=postgres.url, broker="redis+socket:///none")
    try:
        fill()
        print_table(measure(draw(options.prescriptions, options.drugs)))
    finally:
        postgres.child.stop()


def fill() -> None:
    """Migrates and loads the real files; only now Django may load its settings."""
    import django

    django.setup()
    from django.core.management import call_command

    data = Path(os.environ.get("PORTAL_DATA") or BESIDE)
    call_command("migrate", verbosity=0)
    quiet = {"stdout": sys.stderr, "stderr": sys.stderr}
    call_command("import_medicines", str(data.joinpath(*BASE)), **quiet)
    call_command("import_interactions", str(data / "interactions"), **quiet)


def draw(count: int, drugs: int) -> list[dict[str, str]]:
    """Prescriptions as the engine is asked about them: the CIS of each line, by its key."""
    from eprescription.catalogue.models import Medicine

    marketed = Medicine.objects.filter(marketed=True, homeopathic=False).order_by("cis")
    known = marketed.values_list("cis", "usage")
    codes, weights = zip(*((cis, 1 + usage) for cis, usage in known), strict=True)
    chance = random.Random(SEED)
    drawn = [chance.choices(codes, weights, k=3 * drugs) for _ in range(count)]
    return [
        {str(line): cis for line, cis in enumerate(list(dict.fromkeys(some))[:drugs])}
        for some in drawn
    ]


def measure(prescriptions: list[dict[str, str]]) -> list[tuple[str, list[float]]]:
    """Each step alone and all of them together, then the floor, over the same prescriptions."""
    from eprescription.catalogue.interactions import alerts, drugs_of, not_assessed
    from eprescription.catalogue.interactions.composition import composition
    from eprescription.catalogue.interactions.engine import Books, assess
    from eprescription.catalogue.interactions.stored import current

    books = Books(current(), composition().classes, composition().label)
    ready = [drugs_of(codes) for codes in prescriptions]
    found = [alert for drugs in ready for told in assess(books, drugs).values() for alert in told]
    describe(prescriptions, found, ready)

    def whole(codes: dict[str, str]) -> None:
        drugs = drugs_of(codes)
        alerts(drugs)
        not_assessed(drugs)

    return [
        ("compare, in memory", timed(lambda drugs: assess(books, drugs), ready)),
        ("alerts", timed(alerts, ready)),
        ("read the drugs, alerts, what is not assessed", timed(whole, prescriptions)),
        ("floor: read the ingredients, bare SQL", timed(bare(), prescriptions)),
    ]


def describe(prescriptions: list[Any], found: list[Any], ready: list[Any]) -> None:
    """Says what was measured, so that speed is not that of finding nothing."""
    sizes = statistics.mean(map(len, prescriptions))
    kinds = Counter(alert.kind for alert in found)
    substances = statistics.mean(sum(len(d.substances) for d in drugs) for drugs in ready)
    print(
        f"{len(prescriptions)} prescriptions of {sizes:.1f} drugs and {substances:.1f} substances; "
        f"{len(found) / len(prescriptions):.1f} alerts each ({dict(kinds)})",
        file=sys.stderr,
    )


def bare() -> Callable[[dict[str, str]], Any]:
    """The ingredients of a prescription, by one query of the driver itself."""
    from tests.load.floor import connection

    sql = (
        "SELECT medicine_id, substance_id, s.name, nature, link FROM catalogue_ingredient"
        " JOIN catalogue_substance s ON s.code = substance_id WHERE medicine_id = ANY(%s)"
    )

    def read(codes: dict[str, str]) -> Any:
        with connection().transaction(), connection().cursor() as cursor:
            return cursor.execute(sql, (list(codes.values()),)).fetchall()

    return read


def timed(act: Callable[[Any], Any], over: list[Any]) -> list[float]:
    """The milliseconds of each, the first ones left out."""
    for one in over[:WARM_UP]:
        act(one)
    times = []
    for one in over:
        begun = time.perf_counter()
        act(one)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def print_table(rows: list[tuple[str, list[float]]]) -> None:
    print("| 12 drugs | p50 ms | p95 ms | p99 ms |")
    print("| --- | ---: | ---: | ---: |")
    for name, times in rows:
        cuts = statistics.quantiles(times, n=100)
        print(f"| {name} | {cuts[49]:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} |")


if __name__ == "__main__":
    main()
