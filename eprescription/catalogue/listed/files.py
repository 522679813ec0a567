"""Read the lists that we keep as files. Pure: no Django, no database."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_KEY = re.compile(r"[0-9]{8}|[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?")


def read_lists(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """The rows of every file, as the fields of `Listed`; raises ValueError with file and line of a bad one."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, restval="")
            for row in reader:
                try:
                    yield {"of": path.stem} | _row(row)
                except (ValueError, KeyError) as error:
                    raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from error


def _row(row: dict[str, str]) -> dict[str, Any]:
    if not _KEY.fullmatch(row["key"]):
        raise ValueError(f"{row['key']!r} is neither a CIS code nor the beginning of an ATC code")
    if not row["label"].strip() or not row["source"].strip():
        raise ValueError("a row says what it is and by which text")
    return {
        "key": row["key"],
        "label": row["label"].strip(),
        "source": row["source"].strip(),
        "since": date.fromisoformat(row["since"]),
        "until": date.fromisoformat(row["until"]) if row["until"] else None,
    }
