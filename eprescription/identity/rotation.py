"""Brings what rests sealed and indexed under the present keys, some rows at a time.

Rows are walked in the order of their key, so that one that was begun and killed finds what is left; a row that
somebody else holds is left for the next walk: rotation never waits, so it never makes a circle with others.
Each batch belongs in a transaction that holds a warrant (`eprescription.insert_only`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import BinaryField, F, Func, Model, Q, QuerySet, Value
from django.db.models.lookups import Exact

from eprescription.identity import lookup, vault
from eprescription.identity.crypto import Tampered, is_present, present_head
from eprescription.identity.models import CivilIdentity, InsOwner
from eprescription.identity.sealed import CIVIL_IDENTITY, COLUMNS, Column
from eprescription.identity.sign_in import PortalSecondFactors


class Place(Protocol):
    """A table whose rows are under some key."""

    @property
    def name(self) -> str: ...

    def stale(self) -> QuerySet[Any]:
        """The rows that are not, or not wholly, under the present keys."""
        ...

    def renew(self, rows: Iterable[Any]) -> None:
        """Writes these rows under the present keys; what they say stays the same."""
        ...


@dataclass(frozen=True)
class SealedColumn:
    """A column of `sealed.COLUMNS`."""

    column: Column

    @property
    def name(self) -> str:
        return f"{self.column.model._meta.db_table}.{self.column.column}"

    def stale(self) -> QuerySet[Any]:
        name = self.column.column
        rows = self.column.model._base_manager.exclude(**{name: b""})
        return rows.exclude(_begins(name, present_head(self.column.keys)))

    def renew(self, rows: Iterable[Any]) -> None:
        name = self.column.column
        _write(
            self.column.model,
            (name,),
            [(self.column.seal(self.column.open(row), row=row), row.pk) for row in rows],
        )


class CivilIdentities:
    """The vault's rows: sealed traits and both indexes, each under its own key."""

    name = "identity_civilidentity"

    def stale(self) -> QuerySet[CivilIdentity]:
        index = lookup.keys().present.name
        current = _begins("sealed", present_head(CIVIL_IDENTITY.keys)) & _begins(
            "birth_index", index
        )
        return CivilIdentity.objects.exclude(
            current & (Q(ins_index=None) | _begins("ins_index", index))
        )

    def renew(self, rows: Iterable[CivilIdentity]) -> None:
        _write(
            CivilIdentity, ("sealed", "ins_index", "birth_index"), [self._renewed(r) for r in rows]
        )

    def _renewed(self, row: CivilIdentity) -> tuple[Any, ...]:
        traits = vault.open_row(row)
        sealed = bytes(row.sealed)
        if not is_present(sealed, keys=CIVIL_IDENTITY.keys):
            sealed = CIVIL_IDENTITY.seal(CIVIL_IDENTITY.open(row), row=row)
        ins = (
            lookup.renewed(bytes(row.ins_index), lookup.ins_indexes(traits.ins))
            if row.ins_index
            else None
        )
        now = lookup.birth_indexes(traits.birth_name, traits.birth_date)
        return sealed, ins, lookup.renewed(bytes(row.birth_index), now), row.pk


class InsOwners:
    """Who holds an INS: the index alone stands there, so the INS comes from the current identity."""

    name = "identity_insowner"

    def stale(self) -> QuerySet[InsOwner]:
        return InsOwner.objects.exclude(_begins("ins_index", lookup.keys().present.name))

    def renew(self, rows: Iterable[InsOwner]) -> None:
        _write(InsOwner, ("ins_index",), [(self._renewed(row), row.pk) for row in rows])

    def _renewed(self, row: InsOwner) -> bytes:
        ins = vault.read(row.subject_id).ins
        return lookup.renewed(bytes(row.ins_index), lookup.ins_indexes(ins))


class SecondFactors:
    """Secrets of TOTP and seeds of recovery codes: texts inside the JSON that allauth keeps."""

    name = "mfa_authenticator.data"
    FIELDS = ("secret", "seed")

    def stale(self) -> QuerySet[Authenticator]:
        head = PortalSecondFactors.present_head()
        fresh = Q()
        for field in self.FIELDS:
            here = Q(**{f"data__{field}__isnull": False})
            fresh |= here & ~Q(**{f"data__{field}__startswith": head})
        return Authenticator.objects.filter(fresh)

    def renew(self, rows: Iterable[Authenticator]) -> None:
        adapter = PortalSecondFactors()
        for row in rows:
            kept = {name: row.data[name] for name in self.FIELDS if name in row.data}
            row.data |= {
                name: adapter.encrypt(adapter.decrypt(text)) for name, text in kept.items()
            }
            row.save(update_fields=["data"])


PLACES: tuple[Place, ...] = (
    CivilIdentities(),
    InsOwners(),
    *(SealedColumn(column) for column in COLUMNS if column is not CIVIL_IDENTITY),
    SecondFactors(),
)


@dataclass
class Batch:
    """What one batch did: `last` is the key of its last row, None when the walk is over."""

    renewed: int
    last: Any
    closed: list[Any]  # keys of rows that open under no key


def renew_batch(place: Place, *, after: Any, limit: int) -> Batch:
    """Renews the next stale rows behind the key `after` (None: from the first) that nobody holds."""
    found = place.stale().order_by("pk").select_for_update(skip_locked=True, no_key=True)
    rows = list((found.filter(pk__gt=after) if after is not None else found)[:limit])
    closed: list[Any] = []
    try:
        place.renew(rows)
    except Tampered:  # one by one, so that a damaged row stops nobody else
        closed = [row.pk for row in rows if not _renews(place, row)]
    return Batch(len(rows) - len(closed), rows[-1].pk if rows else None, closed)


def _renews(place: Place, row: Any) -> bool:
    try:
        place.renew([row])
    except Tampered:
        return False
    return True


def _begins(column: str, head: bytes) -> Q:
    """SQL: whether a binary column begins with these bytes."""
    start = Func(F(column), Value(1), Value(len(head)), function="substr")
    start.output_field = BinaryField()
    return Q(Exact(start, Value(head, output_field=BinaryField())))


def _write(model: type[Model], columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """One statement for all rows; the last value of each is its key. They are locked already."""
    quote, meta = connection.ops.quote_name, model._meta
    assert meta.pk is not None and meta.pk.column
    sets = ", ".join(f"{quote(column)} = %s" for column in columns)
    table, key = quote(meta.db_table), quote(meta.pk.column)
    with connection.cursor() as cursor:
        cursor.executemany(" ".join(("UPDATE", table, "SET", sets, "WHERE", key, "= %s")), rows)
