"""Devices and services of the reimbursement list (LPP), found by code or by words.

What is not in the list is written freely: a device that is not found never blocks a prescription.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from eprescription.catalogue.words import index_words, query_words

MOST_WORDS = 10
LONGEST_QUERY = 300
_CODE = re.compile(r"[0-9]{4,7}")


@dataclass(frozen=True, slots=True)
class DeviceHit:
    """One code of the LPP as a list shows it. None and "" mean that the source does not say.

    `kind` is the nature of the service; `ended`: no longer reimbursed since `ends_on`.
    """

    code: str
    label: str
    kind: str
    tariff_cents: int | None
    prior_agreement: bool | None
    ends_on: date | None
    ended: bool
    edition: str

    @property
    def tariff(self) -> Decimal | None:
        """What it is reimbursed on, in euros."""
        return None if self.tariff_cents is None else Decimal(self.tariff_cents) / 100


# Written as SQL because it runs at each key: the ORM took longer to write it than PostgreSQL to
# answer. The list is short (some ten thousand labels), so it is read through, without an index.
_FOUND = """
SELECT code, label, d.kind, tariff_cents, prior_agreement, ends_on,
    coalesce(ends_on < %(today)s, false), source || to_char(date, ', DD/MM/YYYY')
FROM catalogue_device d JOIN catalogue_edition e ON e.id = d.edition_id
"""
_OF_CODE = """
WHERE starts_with(code, %(code)s) AND (ends_on IS NULL OR ends_on >= %(today)s OR code = %(code)s)
ORDER BY code LIMIT %(limit)s
"""
_OF_WORDS = """
WHERE words LIKE ALL (%(words)s) AND (ends_on IS NULL OR ends_on >= %(today)s)
ORDER BY starts_with(words, %(first)s) DESC, length(label), code LIMIT %(limit)s
"""


def search_devices(text: str, *, limit: int = 10) -> list[DeviceHit]:
    """Return the devices that have this code, or all these words in any order, which may be
    unfinished. Labels that start with the first word come first, then the shortest.

    A code that has ended is found when it is typed whole, and said to have ended. One query.
    """
    params = {"today": timezone.localdate(), "limit": limit}
    compact = re.sub(r"\s", "", text[:LONGEST_QUERY])
    if _CODE.fullmatch(compact):
        return _read(_OF_CODE, params | {"code": compact})
    words = [f" {word}" for word in query_words(text[:LONGEST_QUERY])[:MOST_WORDS]]
    if not words:
        return []
    # "%" is the only character of a word that LIKE reads otherwise (words.py).
    patterns = ["%" + word.replace("%", r"\%") + "%" for word in words]
    return _read(_OF_WORDS, params | {"words": patterns, "first": words[0]})


def label_words(label: str) -> str:
    """Return the words by which a label is found, each after a space."""
    return "".join(f" {word}" for word in index_words(label))


def _read(which: str, params: dict[str, Any]) -> list[DeviceHit]:
    with connection.cursor() as cursor:
        cursor.execute(_FOUND + which, params)
        return [DeviceHit(*row) for row in cursor.fetchall()]
