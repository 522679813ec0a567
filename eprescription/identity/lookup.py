"""By what a person is found again, without the database showing it: keyed indexes of INS, and of birth name and date."""

import re
import secrets
from collections.abc import Iterator
from datetime import date
from itertools import accumulate

from eprescription.identity.crypto import KEY_BYTES, NAME_BYTES, Keys, indexes
from eprescription.identity.keys import index_keys
from eprescription.identity.traits import clean_name


def ins_indexes(ins: str) -> list[bytes]:
    """Return by what an INS is found, under the present key first."""
    return indexes(ins, keys=keys(), purpose="identity.ins")


def birth_indexes(birth_name: str, birth_date: date) -> list[bytes]:
    """Return by what a birth name and date are found, under the present key first."""
    value = f"{birth_date.isoformat()}|{letters(birth_name)}"
    return indexes(value, keys=keys(), purpose="identity.birth")


def renewed(kept: bytes, now: list[bytes]) -> bytes:
    """Return an index under the present key; `now` are those of the value that it stands for.

    One that an erasure made unfindable stays so; one under a key that is lost is found again.
    """
    known = kept[:NAME_BYTES] in {key.name for key in keys()}
    if kept in now or not known:
        return now[0]
    return keys().present.name + kept[NAME_BYTES:]


def unfindable() -> bytes:
    """Return an index that no value has."""
    return keys().present.name + secrets.token_bytes(KEY_BYTES)


def keys() -> Keys:
    """Return the keys of the indexes of identities."""
    return index_keys("identity.civilidentity.index")


def beginnings(first_names: str) -> Iterator[str]:
    """Anne, AnneMarie, AnneMarieLise: people give one first name, or several, or all."""
    return accumulate(letters(name) for name in first_names.split())


def letters(name: str) -> str:
    """Return the letters of a name: capitals, accents, hyphens and spaces do not count."""
    return re.sub(r"[^A-Z]", "", clean_name(name))
