"""Fills tables with millions of rows in minutes: no index, no constraint and no trigger while the rows come in.

Everything is put back afterwards, and PostgreSQL itself then looks at each row: what breaks a key does not pass.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import CharField, Field, Model, TextField

CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype::text
    FROM pg_constraint
    WHERE contype IN ('p', 'u', 'f') AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s))
    ORDER BY array_position(ARRAY['f', 'u', 'p'], contype::text)
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
"""
WIDE = {
    "session_replication_role": "replica",  # triggers asleep
    "synchronous_commit": "off",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "statement_timeout": "0",
}


def run(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """One statement; its rows when it has some. A modulo is written mod(a, b)."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


# For the whole server; put back before anything is measured, and then all is on the disk
HURRIED = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
}


@contextmanager
def at_leisure() -> Iterator[None]:
    """Statements that take what they need: memory, minutes; no trigger, and nothing waits for the disk."""
    for name, value in WIDE.items():
        run(f"SET {name} = '{value}'")
    for name, value in HURRIED.items():
        run(f"ALTER SYSTEM SET {name} = '{value}'")
    run("SELECT pg_reload_conf()")
    yield
    for name in HURRIED:
        run(f"ALTER SYSTEM RESET {name}")
    run("SELECT pg_reload_conf()")
    run("CHECKPOINT")
    for name in WIDE:
        run(f"RESET {name}")


@contextmanager
def bare(tables: Sequence[str]) -> Iterator[None]:
    """These tables without keys and indexes; afterwards with all of them, each row checked."""
    constraints = run(CONSTRAINTS, [list(tables), list(tables)])
    indexes = run(INDEXES, [list(tables)])
    for table, name, _, _ in constraints:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        run(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        run(definition)
    for table, name, definition, _ in reversed(constraints):
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def pour(model: type[Model], columns: dict[str, str], source: str) -> int:
    """INSERT … SELECT: `columns` by name with their SQL; the others get the default of the model. How many rows."""
    table, more = model._meta.db_table, untold(model, columns)
    names = ", ".join(f'"{name}"' for name in [*columns, *(f.column for f in more)])
    values = ", ".join([*columns.values(), *("%s" for _ in more)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}",
            [f.get_db_prep_save(f.get_default(), connection) for f in more],
        )
        return cursor.rowcount


def untold(model: type[Model], columns: Iterable[str]) -> list["Field[Any, Any]"]:
    """The fields that are not told and that the database would not fill by itself."""
    left = [f for f in model._meta.concrete_fields if f.column not in columns]
    return [f for f in left if f.has_default() or _may_be_blank(f)]


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY of rows that Python makes, such as those under a key; they may ask the database, before it starts."""
    made = list(rows)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as pipe,
    ):
        for row in made:
            pipe.write_row(row)


def _may_be_blank(field: "Field[Any, Any]") -> bool:
    text = isinstance(field, CharField | TextField)
    return text and not field.null and not field.has_db_default()
