"""The hashes of the journal: one for the content of a row, one that binds it to the row before. Pure: no Django.

Each hashed text begins with what it is and the version of its form; each field with its length, so that two rows never
share one text; an absent field is not an empty one. The content holds the salt of its row: once an erasure has taken
both away, nobody can try out what stood there, and the chain still holds over the digest (security.md 2.4).
"""

from collections.abc import Iterable
from hashlib import sha256

ENTRY = b"ordonnance journal entry 1\n"
LINK = b"ordonnance journal link 1\n"
ABSENT = b"\xff\xff\xff\xff"
GENESIS = sha256(LINK + b"genesis").digest()


def digest_of(fields: Iterable[str | None]) -> bytes:
    """SHA-256 of the content of one row, its fields in the order of `rows.FIELDS`."""
    parts = [ENTRY]
    for field in fields:
        if field is None:
            parts.append(ABSENT)
        else:
            raw = field.encode()
            parts += (len(raw).to_bytes(4, "big"), raw)
    return sha256(b"".join(parts)).digest()


def link(number: int, entry_id: int, digest: bytes, before: bytes) -> bytes:
    """SHA-256 of one link: its number, the row it seals, that row's content, the link before."""
    place = number.to_bytes(8, "big") + entry_id.to_bytes(8, "big")
    return sha256(LINK + place + digest + before).digest()


def of_erased(entry_ids: Iterable[int]) -> str:
    """40 hexadecimal digits over the numbers of erased rows: the sealed row that tells an erasure bears them."""
    told = b"".join(pk.to_bytes(8, "big") for pk in sorted(entry_ids))
    return sha256(b"ordonnance journal erasure 1\n" + told).hexdigest()[:40]
