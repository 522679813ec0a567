"""Read the interactions of the ANSM's Open Data, the successor of the published thesaurus.

Five CSV tables in UTF-8 (data.gouv.fr, schemas of 2026): `groupe_substance` (code_groupe, parent,
nom: what the thesaurus calls a substance, with all its salts), `classe_interaction` (code_classe,
nom), `substance_groupe_substance` (code_groupe, code_substance: codes of the drug base, so that no
name is matched), `classe_groupe_substance` (code_classe, code_groupe) and `interaction` (two sides,
each a groupe or a classe; niveau, risque, conduite, commentaire).
"""

from collections import defaultdict
from datetime import date
from pathlib import Path

from eprescription.catalogue.interactions.facts import Entry, Member, RefusedError, Tables
from eprescription.catalogue.interactions.reading import (
    LONGEST_LABEL,
    Row,
    digest_of,
    edition_date,
    levels,
    note,
    rows_of,
)

SOURCE = "ANSM Open Data"
FILES = (
    "groupe_substance",
    "classe_interaction",
    "substance_groupe_substance",
    "classe_groupe_substance",
    "interaction",
)


def is_open_data(folder: Path) -> bool:
    """Tell whether a folder holds the tables of the Open Data."""
    return (folder / "interaction.csv").is_file()


def read_open_data(folder: Path, on: date | None = None) -> Tables:
    """Return the edition in a folder, dated `on` or by the folder's name. Raises RefusedError."""
    paths = {name: folder / f"{name}.csv" for name in FILES}
    tables = Tables(SOURCE, edition_date(folder.name, on), digest_of(paths.values()))
    groups = _labels(tables, paths["groupe_substance"], "code_groupe")
    classes = _labels(tables, paths["classe_interaction"], "code_classe")
    _members(tables, paths["classe_groupe_substance"], classes, groups)
    _parents(tables, paths["groupe_substance"], groups)
    _names(tables, paths["substance_groupe_substance"], groups)
    _entries(tables, paths["interaction"], groups, classes)
    return tables


def _labels(tables: Tables, path: Path, code: str) -> dict[str, str]:
    labels = {}
    for line, row in rows_of(path, (code, "nom")):
        tables.lines += 1
        if row[code] and row["nom"]:
            labels[row[code]] = row["nom"]
        else:
            note(tables, path, line, "a code or a name is missing", row)
    return labels


def _members(tables: Tables, path: Path, classes: dict[str, str], groups: dict[str, str]) -> None:
    for line, row in rows_of(path, ("code_classe", "code_groupe")):
        tables.lines += 1
        name, member = classes.get(row["code_classe"]), groups.get(row["code_groupe"])
        if name and member:
            tables.members.append(Member(name, member))
        else:
            note(tables, path, line, "an unknown class or group", row)


def _parents(tables: Tables, path: Path, groups: dict[str, str]) -> None:
    """What is said of a group holds for the groups under it."""
    for _line, row in rows_of(path, ("code_groupe", "parent", "nom")):
        parent, child = groups.get(row["parent"]), groups.get(row["code_groupe"])
        if parent and child:
            tables.members.append(Member(parent, child))


def _names(tables: Tables, path: Path, groups: dict[str, str]) -> None:
    """A substance in several groups bears all their names, and belongs to each of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for line, row in rows_of(path, ("code_groupe", "code_substance")):
        tables.lines += 1
        code, name = row["code_substance"].zfill(5), groups.get(row["code_groupe"])
        if name and code.isdecimal() and len(code) == 5:
            found[code].append(name)
        else:
            note(tables, path, line, "an unknown group, or no substance code", row)
    for code, names in found.items():
        joined = " + ".join(sorted(set(names)))
        tables.names[code] = joined
        if len(set(names)) > 1:
            tables.members += [Member(name, joined) for name in sorted(set(names))]


def _entries(tables: Tables, path: Path, groups: dict[str, str], classes: dict[str, str]) -> None:
    columns = [f"code_{what}_{side}" for what in ("groupe", "classe") for side in (1, 2)]
    for line, row in rows_of(path, (*columns, "niveau", "risque", "conduite", "commentaire")):
        tables.lines += 1
        a, b = (_side(row, side, groups, classes) for side in (1, 2))
        if not a or not b:
            note(tables, path, line, "an unknown class or group", row)
            continue
        action = " ".join(filter(None, (row["conduite"], row["commentaire"])))
        found = levels(path, line, row["niveau"])
        label = row["niveau"][:LONGEST_LABEL]
        tables.entries.append(Entry(a, b, found, label, row["risque"], action))
    if not tables.entries:
        raise RefusedError(f"{path.name} tells no interaction")


def _side(row: Row, side: int, groups: dict[str, str], classes: dict[str, str]) -> str:
    """Return the name of one side of an interaction, a group or a class; empty when unknown."""
    return groups.get(row[f"code_groupe_{side}"]) or classes.get(row[f"code_classe_{side}"]) or ""
