"""Bring a table to a new state by writing only what differs.

The new rows are streamed by COPY into a temporary table of the same columns; SQL compares the two.
`new_` before its name is the temporary one. Everything happens in the transaction of the caller.
"""

# ruff: noqa: S608 - names of tables and columns are those of our own models, never what came in

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Field, Model


@dataclass(slots=True)
class Change:
    """What became of the rows of one table. `left`: not told any more (withdrawn, or removed)."""

    added: int = 0
    changed: int = 0
    left: int = 0


def stage(model: type[Model], rows: Iterable[object]) -> int:
    """Stream rows, which have the attributes of the model, into the temporary table; return how
    many there were."""
    names = [field.attname for field in _fields(model)]
    live, columns = model._meta.db_table, _columns(model)
    count = 0
    run(f"DROP TABLE IF EXISTS {new(model)}")
    run(f"CREATE TEMP TABLE {new(model)} ON COMMIT DROP AS SELECT {columns} FROM {live} LIMIT 0")
    with connection.cursor() as cursor:
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY {new(model)} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row([getattr(row, name) for name in names])
                count += 1
        cursor.execute(f"ANALYZE {new(model)}")
    return count


def upsert(model: type[Model], *, keep: frozenset[str] = frozenset()) -> Change:
    """Change the rows that differ and add those that are new, by primary key; the others are not
    written at all. Columns to `keep` stay as they are in the rows that exist."""
    live, key = model._meta.db_table, _key(model)
    told = [f.column for f in _fields(model) if f.column not in {key, *keep}]
    ours, theirs = (", ".join(f'{side}."{column}"' for column in told) for side in "tn")
    values = ", ".join(f'"{column}" = n."{column}"' for column in told)
    changed = run(
        f"UPDATE {live} t SET {values} FROM {new(model)} n WHERE t.{key} = n.{key}"
        f" AND ({ours}) IS DISTINCT FROM ({theirs})"
    )
    added = run(
        f"INSERT INTO {live} ({_columns(model)}) SELECT {_columns(model)} FROM {new(model)} n"
        f" WHERE NOT EXISTS (SELECT FROM {live} t WHERE t.{key} = n.{key})"
    )
    return Change(added=added, changed=changed)


def replace(model: type[Model], *, where: str = "true") -> Change:
    """Remove the rows that are not told any more, among those that `where` names, and add those
    that are new. A row that is told again as it was keeps its number."""
    live, columns = model._meta.db_table, _columns(model)
    # As an anti-join on one text, whatever the planner believes of the sizes: NOT IN may become quadratic.
    same = " = ".join(f"ROW({_columns(model, side)})::text" for side in "tn")
    left = run(
        f"DELETE FROM {live} t WHERE ({where})"
        f" AND NOT EXISTS (SELECT FROM {new(model)} n WHERE {same})"
    )
    added = run(
        f"INSERT INTO {live} ({columns}) SELECT DISTINCT {columns} FROM {new(model)} n"
        f" WHERE NOT EXISTS (SELECT FROM {live} t WHERE {same})"
    )
    run(f"ANALYZE {live}")
    return Change(added=added, left=left)


def untold(model: type[Model]) -> str:
    """The condition that a row `t` of the live table is not among the new ones, by primary key."""
    key = _key(model)
    return f"NOT EXISTS (SELECT FROM {new(model)} n WHERE n.{key} = t.{key})"


def count(statement: str) -> int:
    """Return the number that a statement asks for."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def run(statement: str, *values: str | int) -> int:
    """Execute a statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


def new(model: type[Model]) -> str:
    """The name of the temporary table."""
    return f"new_{model._meta.db_table}"


def _key(model: type[Model]) -> str:
    assert model._meta.pk
    return str(model._meta.pk.column)


def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if field.column != "id"]


def _columns(model: type[Model], side: str = "") -> str:
    """The columns by name, of the table that `side` stands for if it is said."""
    of = f"{side}." if side else ""
    return ", ".join(f'{of}"{field.column}"' for field in _fields(model))
