"""Reads 200 degraded renderings of the printed page, and prints what came of them by kind.

    .venv/bin/python -m tests.load.degraded [--count 200] [--seed 0] [--keep FOLDER] [--unhurried]

Each file goes the way of a file at the desk: a process of its own, within its limits of memory and time.
The bar is 99 % (issue 4); the command fails under it. `--keep` writes the files that were not read; `--unhurried` lifts the limit of time, for a busy machine.
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from eprescription.documents import reading
from tests.eprescription.documents.degraded import CODE, renderings

BAR = 0.99
Tries = dict[str, list[tuple[bool, float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--unhurried", action="store_true")
    options = parser.parse_args()
    if options.unhurried:
        reading.SECONDS = 30
    tries = read_all(renderings(options.count, options.seed), options.keep)
    print(table(tries))
    found = [read for some in tries.values() for read, _seconds in some]
    sys.exit(0 if sum(found) >= BAR * len(found) else 1)


def read_all(files: Iterable[tuple[str, bytes]], keep: Path | None = None) -> Tries:
    """Reads every file; for each kind, whether the right code came out, and in how many seconds."""
    tries: Tries = defaultdict(list)
    for i, (kind, data) in enumerate(files):
        begun = time.perf_counter()
        found = CODE in reading.read_file(data).texts
        tries[kind].append((found, time.perf_counter() - begun))
        if keep and not found:
            keep.mkdir(exist_ok=True)
            (keep / f"{kind} {i}.{'png' if data[:1] == bytes([137]) else 'jpg'}").write_bytes(data)
    return tries


def table(tries: Tries) -> str:
    """A Markdown table, one row a kind and one for all."""
    everything = [one for some in tries.values() for one in some]
    rows = [row(kind, some) for kind, some in tries.items()]
    head = "| page | n | read | rate | p50 ms | p95 ms |\n|---|---:|---:|---:|---:|---:|"
    return "\n".join([head, *rows, row("**all**", everything)])


def row(kind: str, some: list[tuple[bool, float]]) -> str:
    """One kind: how many, how many read, and how long it took."""
    read = sum(found for found, _seconds in some)
    cuts = statistics.quantiles((1000 * s for _found, s in some), n=20, method="inclusive")
    return f"| {kind} | {len(some)} | {read} | {read / len(some):.1%} | {cuts[9]:.0f} | {cuts[18]:.0f} |"


if __name__ == "__main__":
    main()
