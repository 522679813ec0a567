"""Read the tables of an edition of the ANSM's thesaurus of interactions.

Three CSV files in UTF-8 with a heading line: `thesaurus_<year>-<month>_entries.csv` (a, b, levels,
label, risk, action, page), `thesaurus_<year>-<month>_groups.csv` (group, member) and
`bdpm_substance_to_thesaurus.csv` (code of a substance of the drug base, its name in the thesaurus
and its groups there). A line that cannot be used becomes a problem; a file that is no table, or a
level that nobody knows, refuses the whole set.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from eprescription.catalogue.interactions.aliases import ALIASES
from eprescription.catalogue.interactions.facts import (
    EXCERPT,
    Entry,
    Member,
    Problem,
    RefusedError,
    Tables,
)
from eprescription.catalogue.interactions.words import fold, levels_of

SOURCE = "Thésaurus ANSM"
NAMES = "bdpm_substance_to_thesaurus.csv"
LONGEST_NAME, LONGEST_LABEL = 160, 80

_EDITION = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_CODE = re.compile(r"\d{5}")

Row = Mapping[str, str]


def read_thesaurus(folder: Path, on: date | None = None) -> Tables:
    """Return the newest edition in a folder, dated `on` or by the name of its files (a month
    without a day is its first day). Raises RefusedError, with the reason."""
    entries = max(folder.glob("thesaurus_*_entries.csv"), default=None)
    if entries is None:
        raise RefusedError(f"no thesaurus_*_entries.csv in {folder.name}")
    groups = entries.with_name(entries.name.replace("_entries", "_groups"))
    files = (entries, groups, folder / NAMES)
    tables = Tables(SOURCE, edition_date(entries.name, on), digest_of(files))
    _entries(tables, entries)
    _members(tables, groups)
    _names(tables, folder / NAMES)
    return tables


def edition_date(name: str, on: date | None) -> date:
    """Return the date that was given, else the one in a name; RefusedError when there is none."""
    found = _EDITION.search(name)
    if on or not found:
        if on:
            return on
        raise RefusedError(f"no date in {name}: give one with --date")
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError as wrong:
        raise RefusedError(f"{name} bears no real date: give one with --date") from wrong


def digest_of(files: Iterable[Path]) -> str:
    """Return the SHA-256 of files, names included; RefusedError when one is absent."""
    digest = hashlib.sha256()
    for path in files:
        if not path.is_file():
            raise RefusedError(f"{path.name} is missing")
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def rows_of(path: Path, columns: Iterable[str]) -> Iterator[tuple[int, Row]]:
    """Yield the number of each line and its fields, stripped; refuse what is not that table."""
    content = path.read_bytes()
    if not content.strip():
        raise RefusedError(f"{path.name} is empty")
    if content.lstrip()[:1] == b"<":
        raise RefusedError(f"{path.name} is a web page, not a table")
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
            raise RefusedError(f"{path.name} lacks the columns {', '.join(missing)}")
        for row in reader:
            yield reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise RefusedError(f"{path.name} is not CSV in UTF-8") from wrong


def levels(path: Path, line: int, text: str) -> tuple[str, ...]:
    """Return the levels of an entry, or refuse the whole set: a level is never guessed."""
    try:
        return levels_of(text)
    except ValueError as wrong:
        raise RefusedError(f"{path.name}, line {line}: {wrong}") from wrong


def note(tables: Tables, path: Path, line: int, reason: str, row: Row) -> None:
    """Keep a line that could not be used."""
    excerpt = ";".join(row.values())[:EXCERPT]
    tables.problems.append(Problem(path.name, line, reason, excerpt))


def _entries(tables: Tables, path: Path) -> None:
    for line, row in rows_of(path, ("a", "b", "levels", "label", "risk", "action", "page")):
        tables.lines += 1
        if reason := _unusable(row["a"], row["b"]):
            note(tables, path, line, reason, row)
            continue
        tables.entries.append(
            Entry(
                a=row["a"],
                b=row["b"],
                levels=levels(path, line, row["levels"]),
                label=row["label"][:LONGEST_LABEL],
                risk=row["risk"],
                action=row["action"],
                page=int(row["page"]) if row["page"].isdecimal() else None,
            )
        )


def _members(tables: Tables, path: Path) -> None:
    for line, row in rows_of(path, ("group", "member")):
        tables.lines += 1
        if reason := _unusable(row["group"], row["member"]):
            note(tables, path, line, reason, row)
        else:
            tables.members.append(Member(row["group"], row["member"]))


def _names(tables: Tables, path: Path) -> None:
    """Read which substances of the drug base the thesaurus knows, and the groups told there."""
    columns = ("bdpm_substance_code", "bdpm_name", "thesaurus_name", "thesaurus_groups")
    known = {fold(name) for entry in tables.entries for name in (entry.a, entry.b)}
    known |= {fold(member.substance) for member in tables.members}
    told = {(fold(member.group), fold(member.substance)) for member in tables.members}
    for line, row in rows_of(path, columns):
        tables.lines += 1
        code, name = row["bdpm_substance_code"], row["thesaurus_name"]
        alias = ALIASES.get(fold(row["bdpm_name"]), "")
        name = name or (alias if alias in known else "")
        if not _CODE.fullmatch(code):
            note(tables, path, line, "a substance code has five digits", row)
        elif name:
            tables.names[code] = name
            for group in filter(None, row["thesaurus_groups"].split("|")):
                if (fold(group), fold(name)) not in told:
                    told.add((fold(group), fold(name)))
                    tables.members.append(Member(group, name))


def _unusable(*names: str) -> str:
    if not all(map(fold, names)):
        return "a name is missing"
    return "a name is too long to be one" if max(map(len, names)) > LONGEST_NAME else ""
