"""How PostgreSQL answers each query of the counter's pages: what it reads whole, sorts, or reads in vain."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

BIG = 5000  # rows of a table that nobody should read whole
MANY = 500  # rows read in vain, or sorted, for one page


@dataclass
class Plan:
    """One query as it was run: milliseconds, pages of 8 kB that it touched, and what asks for a look."""

    sql: str
    ms: float
    buffers: int
    faults: list[str] = field(default_factory=list)


def explain(queries: Iterable[str]) -> list[Plan]:
    """Runs each query that reads or changes rows again, with its plan; nothing of it stays."""
    big = _big_tables()
    return [
        _plan(sql, big) for sql in queries if sql.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
    ]


def print_plans(found: dict[str, list[Plan]], *, whole: bool = False) -> None:
    """One row an operation; below, each query with a fault (or each one of all)."""
    print("\n| operation | queries read | ms in all | slowest ms | pages touched | to look at |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, plans in found.items():
        slowest = max((p.ms for p in plans), default=0)
        faults = sum(bool(p.faults) for p in plans)
        print(
            f"| {name} | {len(plans)} | {sum(p.ms for p in plans):.1f} | {slowest:.1f} |"
            f" {sum(p.buffers for p in plans)} | {faults} |"
        )
    for name, plans in found.items():
        for plan in plans:
            if plan.faults or whole:
                print(
                    f"\n{name}: {plan.ms:.1f} ms, {plan.buffers} pages: {'; '.join(plan.faults)}\n{plan.sql[:1500]}"
                )


def _plan(sql: str, big: dict[str, int]) -> Plan:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
        transaction.set_rollback(True)
    root = (json.loads(told) if isinstance(told, str) else told)[0]
    top = root["Plan"]
    buffers = top["Shared Hit Blocks"] + top["Shared Read Blocks"]
    return Plan(
        sql, root["Execution Time"] + root["Planning Time"], buffers, list(_faults(top, big))
    )


def _faults(node: dict[str, Any], big: dict[str, int]) -> Iterator[str]:
    rows = node["Actual Rows"] * node["Actual Loops"]
    vain = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
    table = node.get("Relation Name", "")
    if node["Node Type"] == "Seq Scan" and table in big and node["Actual Loops"]:
        yield f"reads all of {table} ({big[table]} rows)"
    elif vain > MANY:
        yield f"{vain:.0f} rows of {table or node['Node Type']} read in vain"
    if node["Node Type"] == "Sort" and rows > MANY:
        yield f"sorts {rows:.0f} rows"
    for below in node.get("Plans", ()):
        yield from _faults(below, big)


def _big_tables() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r' AND reltuples > %s",
            [BIG],
        )
        return dict(cursor.fetchall())
