"""Insert-only tables, and the one way by which a command changes them: a warrant, which stays as its trace.

A warrant (`models.Warrant`) is a row that holds in the transaction that wrote it and in no other. Without it the
database refuses every change and deletion; with it, exactly what the table says here. Rotation of keys may write
another sealed value of the same length; nothing else of the row may differ. Erasure may delete, or empty what is named.
"""

import pgtrigger

ROTATION, ERASURE = "rotation", "erasure"

REFUSED = "RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"


def warranted(kind: str) -> str:
    """SQL: whether this transaction wrote a warrant of this kind.

    The number of a transaction is its own for the life of a cluster; its clock too, in case the cluster was restored.
    """
    return (
        "EXISTS (SELECT FROM eprescription_warrant w"
        f" WHERE w.kind = '{kind}' AND w.transaction = txid_current() AND w.at = now())"
    )


# Before a trigger that refuses: what an erasure deletes passes.
ERASING_PASSES = f"IF TG_OP = 'DELETE' AND {warranted(ERASURE)} THEN RETURN OLD; END IF;"


def insert_only(
    *,
    name: str = "insert_only",
    rotated: tuple[str, ...] = (),
    indexes: tuple[str, ...] = (),
    emptied: tuple[str, ...] = (),
    emptied_to: str = "true",
    erased: bool = False,
) -> pgtrigger.Trigger:
    """The trigger of one table. `rotated`: its sealed columns; `indexes`: its keyed indexes, which go with them;
    `emptied`: what an erasure may overwrite, and `emptied_to` (SQL) with what; `erased`: whether it may delete rows."""
    ways = []
    if rotated or indexes:
        same = [_same_but(rotated + indexes), *map(_same_length, rotated), *map(_both, indexes)]
        ways.append(_way("UPDATE", ROTATION, "NEW", *same))
    if emptied:
        ways.append(_way("UPDATE", ERASURE, "NEW", _same_but(emptied), emptied_to))
    if erased:
        ways.append(_way("DELETE", ERASURE, "OLD"))
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="\n".join([*ways, REFUSED]),
    )


def never_emptied() -> pgtrigger.Trigger:
    """TRUNCATE is refused to everybody."""
    return pgtrigger.Trigger(
        name="never_emptied",
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME;",
    )


def _way(operation: str, kind: str, row: str, *conditions: str) -> str:
    asked = " AND ".join([f"TG_OP = '{operation}'", warranted(kind)])
    if not conditions:
        return f"IF {asked} THEN RETURN {row}; END IF;"
    # Apart: OLD and NEW are compared only where both exist.
    inner = f"IF {' AND '.join(conditions)} THEN RETURN {row}; END IF;"
    return f"IF {asked} THEN {inner} END IF;"


def _same_but(columns: tuple[str, ...]) -> str:
    names = ", ".join(f"'{column}'" for column in columns)
    return f"to_jsonb(NEW) - ARRAY[{names}] = to_jsonb(OLD) - ARRAY[{names}]"


def _same_length(column: str) -> str:
    """AES-GCM keeps the length of what it seals: a longer or shorter text does not pass for the same one."""
    return f"{_content('NEW', column)} = {_content('OLD', column)}"


def _content(row: str, column: str) -> str:
    """Bytes of content: without version, nonce and tag, and since version 2 without the name of the key."""
    sealed = f"{row}.{column}"
    return (
        f"(CASE WHEN octet_length({sealed}) = 0 THEN -1"
        f" WHEN get_byte({sealed}, 0) = 1 THEN octet_length({sealed}) - 29"
        f" ELSE octet_length({sealed}) - 33 END)"
    )


def _both(column: str) -> str:
    """An index stays where there was one, and none comes where there was none."""
    return f"(NEW.{column} IS NULL) = (OLD.{column} IS NULL)"
