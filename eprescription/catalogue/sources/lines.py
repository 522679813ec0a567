"""Read the lines of a table file, one by one, whatever its encoding and its ends of line.

The files of one edition differ (ANSM specification v4, measured on the files of 26/05/2026): UTF-8
or Windows-1252, LF or CRLF with stray CR between, a trailing tab or none, no quoting at all. Two
passes and flat memory: the whole stream is tried as strict UTF-8 first.
"""

import codecs
import csv
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from eprescription.catalogue.sources.facts import Problem, Reading

EXCERPT = 120
_CHUNK = 1 << 16

Fact = TypeVar("Fact")
Parse = Callable[[list[str]], Fact]


class UnreadableError(Exception):
    """A file that is no table at all: absent, empty, or a page of a web site."""


class UselessError(ValueError):
    """A line that is right and of no use here: it is noted, and is not a bad line."""


def encoding_of(path: Path) -> str:
    """Return "utf-8-sig" when the whole file is UTF-8 (with a mark or without), else "cp1252":
    bytes 0x92 and 0x96 do occur."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def check_table(path: Path) -> None:
    """Raise UnreadableError when a file is absent, empty or a web page (status 200 or not)."""
    if not path.is_file():
        raise UnreadableError(f"{path.name}: absent")
    with path.open("rb") as file:
        head = file.read(512)
    if not head.strip():
        raise UnreadableError(f"{path.name}: empty")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableError(f"{path.name}: a web page, not a table")


def tab_separated(
    path: Path, *, columns: int, reading: Reading, begins: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and stripped fields; note blank lines and those of another width.

    One field more is accepted when it is empty: some editions end each line with a tab. `begins`:
    a pattern with which each row starts, so that a row cut by an end of line is put together.
    """
    with path.open(encoding=encoding_of(path), errors="replace", newline="\n") as file:
        for number, line in _rows(file, begins):
            reading.lines[path.name] += 1
            if not line.strip():
                note(reading, path, number, "blank line", line, bad=False)
                continue
            fields = [field.strip() for field in line.split("\t")]
            if len(fields) == columns + 1 and not fields[-1]:
                fields.pop()
            if len(fields) != columns or "\0" in line:
                note(reading, path, number, f"{len(fields)} fields for {columns}", line)
                continue
            yield number, fields


def _rows(lines: Iterable[str], begins: str) -> Iterator[tuple[int, str]]:
    """Yield each row with the number of its first line."""
    if not begins:
        yield from enumerate(lines, start=1)
        return
    start, held = 1, ""
    for number, line in enumerate(lines, start=1):
        if held and (re.match(begins, line) or not held.strip()):
            yield start, held
            start, held = number, line
        else:
            held = f"{held.rstrip()} {line}" if held else line
    if held:
        yield start, held


def comma_separated(
    path: Path, *, columns: tuple[str, ...], reading: Reading
) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and the named fields of a CSV file with a header, in the order asked."""
    rows = _csv(path)
    _, header = next(rows, (1, []))
    missing = [name for name in columns if name not in header]
    if missing:
        raise UnreadableError(f"{path.name}: without column {', '.join(missing)}")
    ranks = [header.index(name) for name in columns]
    for number, row in rows:
        reading.lines[path.name] += 1
        if not any(row):
            note(reading, path, number, "blank line", "", bad=False)
        elif len(row) != len(header) or any("\0" in field for field in row):
            wrong = f"{len(row)} fields for {len(header)}"
            note(reading, path, number, wrong, ",".join(row))
        else:
            yield number, [row[rank].strip() for rank in ranks]


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        rows = csv.reader(file, strict=True)
        try:
            for row in rows:
                yield rows.line_num, row
        except csv.Error as wrong:
            raise UnreadableError(f"{path.name}:{rows.line_num}: {wrong}") from wrong


def parsed(
    path: Path,
    rows: Iterator[tuple[int, list[str]]],
    parse: Parse[Fact],
    *,
    reading: Reading,
    key: Callable[[Fact], Hashable] | None = None,
) -> Iterator[Fact]:
    """Yield what `parse` makes of each row. A row that cannot be read, or that tells a second time
    of the same `key`, is noted and left out: it never stops an import by itself."""
    seen: set[Hashable] = set()
    for number, fields in rows:
        try:
            fact = parse(fields)
            if key:
                _first_time(key(fact), seen)
        except ValueError as wrong:
            bad = not isinstance(wrong, UselessError)
            note(reading, path, number, str(wrong), "\t".join(fields), bad=bad)
        else:
            yield fact


def _first_time(identity: Hashable, seen: set[Hashable]) -> None:
    if identity in seen:
        raise ValueError("told twice")
    seen.add(identity)


def note(
    reading: Reading, path: Path, number: int, reason: str, text: str, *, bad: bool = True
) -> None:
    """Keep the problem of a line. Blank lines are told apart: they lose nothing."""
    reading.bad[path.name] += bad
    excerpt = text.replace("\0", "").strip()[:EXCERPT]
    reading.problems.append(Problem(path.name, number, reason[:EXCERPT], excerpt))
