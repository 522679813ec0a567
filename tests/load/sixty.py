"""Measures the sixty-second prescription: three medicines for a known patient, signed and printed.

    .venv/bin/python -m tests.load.sixty [--runs 5]

Runs the journey of tests/journeys/test_sixty_seconds.py, which types as a person does, and prints a Markdown table.
"""

import argparse
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JOURNEY = "tests/journeys/test_sixty_seconds.py"
TOLD = re.compile(r"three medicines: ([\d.]+) s, (\d+) groups of keys")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = [once() for _ in range(parser.parse_args().runs)]
    seconds = [seconds for seconds, _ in runs]
    print("| three medicines, signed and printed | least | median | most | limit |")
    print("| --- | ---: | ---: | ---: | ---: |")
    middle = statistics.median(seconds)
    print(f"| seconds | {min(seconds):.1f} | {middle:.1f} | {max(seconds):.1f} | 60 |")
    groups = {groups for _, groups in runs}
    print(f"| groups of keys | {min(groups)} | {min(groups)} | {max(groups)} | 12 |")


def once() -> tuple[float, int]:
    """Seconds and groups of keys of one run; a run that fails ends the measure with its output."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", JOURNEY]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = TOLD.search(run.stdout)
    if run.returncode or told is None:
        sys.exit(run.stdout)
    return float(told[1]), int(told[2])


if __name__ == "__main__":
    main()
