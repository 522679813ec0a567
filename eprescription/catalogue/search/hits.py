"""What a list says of each medicine, read in one query whatever found it.

A finder is a chain of CTEs that ends with `shown (cis, cip13, size, row, place, matched, most_used)`:
which medicines, in which order, `cip13` being the box that was asked for, if one was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from eprescription.catalogue import conditions as wording
from eprescription.catalogue.models import Shortage


@dataclass(frozen=True, slots=True)
class Supply:
    """What the ANSM says of the supply; `url` is its page. `kind` is a Shortage.Kind."""

    kind: int
    label: str
    since: date | None
    updated_on: date | None
    back_on: date | None
    url: str

    @property
    def scarce(self) -> bool:
        """Out of stock or short, as opposed to stopped for good or back again."""
        return self.kind in (Shortage.Kind.OUT, Shortage.Kind.TENSION)


@dataclass(frozen=True, slots=True)
class Hit:
    """A medicine as a list shows it, with its usual pack (empty when it has none).

    `group` and `kind` tell its generic group and its role there, `group_size` how many marketed
    medicines may stand in for each other there, itself included (0 without a group). `near`: found
    by forgiving a typo. None and "" mean that the source does not say, never that there is nothing.
    """

    cis: str
    name: str
    inn: str
    inn_key: str
    strength: str
    form: str
    routes: str
    list: str
    max_days: int | None
    max_days_extended: int | None
    secured: bool
    fraction_days: int | None
    ivg: bool
    marketed: bool
    atc: str = ""
    black_triangle: bool | None = None
    homeopathic: bool = False
    conditions: tuple[str, ...] = ()
    cip13: str = ""
    cip7: str = ""
    pack: str = ""
    units: int | None = None
    reimbursement: str = ""
    price_cents: int | None = None
    group: str = ""
    kind: int | None = None
    group_size: int = 0
    shortage: Supply | None = None
    edition: str = ""
    near: bool = False

    @property
    def restricted(self) -> tuple[str, ...]:
        """Who may prescribe it, or where, in the words of the authorisation."""
        return wording.restrictions(self.conditions)

    @property
    def price(self) -> Decimal | None:
        """Of the usual pack, in euros, fee included."""
        return None if self.price_cents is None else Decimal(self.price_cents) / 100


@dataclass(frozen=True, slots=True)
class Placed:
    """A hit and where its finder puts it."""

    hit: Hit
    row: int
    matched: bool
    most_used: bool


_MEDICINE = (
    *("cis", "name", "inn", "inn_key", "strength", "form", "routes", "list", "max_days"),
    *("max_days_extended", "secured", "fraction_days", "ivg", "marketed", "atc"),
    *("black_triangle", "homeopathic"),
)
_PACK = ("cip13", "cip7", "units", "reimbursement", "price_cents")
_SUPPLY = ("kind", "label", "since", "updated_on", "back_on", "url")

# Lateral joins rather than JSON subqueries: dates and booleans come as they are.
_FACTS = f"""
SELECT shown.row, shown.matched, shown.most_used,
    {", ".join(f"m.{name}" for name in _MEDICINE)}, m.conditions AS labels,
    {", ".join(f"p.{name}" for name in _PACK)}, p.label AS pack,
    g.group_id AS group, g.kind,
    CASE WHEN starts_with(m.inn_key, 'g:') THEN shown.size ELSE 0 END AS group_size,
    {", ".join(f"s.{name} AS shortage_{name}" for name in _SUPPLY)},
    e.source, e.date
FROM shown
JOIN catalogue_medicine m USING (cis)
JOIN catalogue_edition e ON e.id = m.edition_id
LEFT JOIN LATERAL (
    SELECT * FROM catalogue_pack
    WHERE medicine_id = m.cis AND (shown.cip13 IS NULL OR cip13 = shown.cip13)
    ORDER BY marketed DESC, usage DESC, cip13 LIMIT 1
) p ON true
LEFT JOIN LATERAL (
    SELECT * FROM catalogue_membership WHERE medicine_id = m.cis
    ORDER BY kind = 2, kind, group_id LIMIT 1
) g ON true
LEFT JOIN LATERAL (
    SELECT * FROM catalogue_shortage
    WHERE medicine_id = m.cis AND cip13 IN ('', p.cip13)
    ORDER BY kind, updated_on DESC NULLS LAST, id LIMIT 1
) s ON true
ORDER BY shown.row, shown.place
"""  # noqa: S608 — made of the names above only


def read(finder: str, params: Mapping[str, Any], *, near: bool = False) -> list[Placed]:
    """Return what the finder shows, in its order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {finder} {_FACTS}", params)
        names = [column.name for column in cursor.description]
        return [_placed(dict(zip(names, row, strict=True)), near) for row in cursor.fetchall()]


def _placed(row: dict[str, Any], near: bool) -> Placed:
    told = {name: row[name] for name in (*_MEDICINE, "group_size")}
    # Without a pack or a group their columns are NULL: the defaults of Hit say so.
    told |= {name: row[name] for name in (*_PACK, "pack", "group", "kind") if row[name] is not None}
    hit = Hit(
        **told,
        conditions=tuple(filter(None, row["labels"].splitlines())),
        shortage=_supply([row[f"shortage_{name}"] for name in _SUPPLY]),
        edition=f"{row['source']}, {row['date']:%d/%m/%Y}",
        near=near,
    )
    return Placed(hit, row["row"], row["matched"], row["most_used"])


def _supply(told: Sequence[Any]) -> Supply | None:
    kind, label, since, updated_on, back_on, url = told
    if kind is None:
        return None
    link = url if url.startswith(("https://", "http://")) else ""  # nothing but the web
    return Supply(kind, label, since, updated_on, back_on, link)
