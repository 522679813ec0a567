"""Seal small texts for the database, and index them without showing them. Pure: no Django.

AES-256-GCM keeps the text secret and whole. The place where it belongs (table, column, row) is
authenticated with it, so that a sealed value copied to another row does not open. Keys come from
one master secret per kind of use by HKDF (RFC 5869), one key per purpose. A sealed value and an
index say by name under which key they were made, so that keys can be changed one row at a time.
See security.md 2.12.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NAME_BYTES = 4
# The first byte of each sealed value. A new cipher takes the next one.
VERSION = b"\x02"
NAMELESS = b"\x01"  # sealed before keys had names: each known key is tried

_NONCE_BYTES = 12
_TAG_BYTES = 16


class Tampered(Exception):
    """A sealed value does not open: changed, moved, cut, or sealed with an unknown key."""


@dataclass(frozen=True)
class Key:
    """One key with the name that it goes by in the database; the name tells nothing of it."""

    name: bytes
    secret: bytes


@dataclass(frozen=True)
class Keys:
    """The keys of one purpose: the present one seals, all of them open and find."""

    present: Key
    others: tuple[Key, ...] = ()

    def __iter__(self) -> Iterator[Key]:
        yield self.present
        yield from self.others


@lru_cache(maxsize=32)
def derive(secret: str, *, purpose: str) -> bytes:
    """Return the 32-byte key of one purpose; other purposes of the same secret tell nothing of it.

    The secret must be random by itself (settings see to it): HKDF does not slow a guesser down.
    """
    hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
    return hkdf.derive(secret.encode())


@lru_cache(maxsize=64)
def keys_of(present: str, *others: str, purpose: str) -> Keys:
    """Return the keys of one purpose, from the present master secret and those that still open."""
    return Keys(_key(present, purpose), tuple(_key(secret, purpose) for secret in others))


def _key(secret: str, purpose: str) -> Key:
    name = derive(secret, purpose="name of the key")[:NAME_BYTES]
    return Key(name=name, secret=derive(secret, purpose=purpose))


def seal(plain: bytes, *, aad: str, keys: Keys) -> bytes:
    """Return version + key name + nonce + ciphertext, bound to the place that `aad` names."""
    head = VERSION + keys.present.name
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return head + nonce + AESGCM(keys.present.secret).encrypt(nonce, plain, head + aad.encode())


def unseal(sealed: bytes, *, aad: str, keys: Keys) -> bytes:
    """Return what was sealed at this place with one of these keys, or raise Tampered."""
    named = sealed[:1] == VERSION
    start = 1 + NAME_BYTES if named else 1
    if sealed[:1] not in (VERSION, NAMELESS) or len(sealed) < start + _NONCE_BYTES + _TAG_BYTES:
        raise Tampered("This value was not sealed here.")
    head, nonce = sealed[:start], sealed[start : start + _NONCE_BYTES]
    for key in keys:
        if named and key.name != head[1:]:
            continue
        try:
            ciphertext = sealed[start + _NONCE_BYTES :]
            return AESGCM(key.secret).decrypt(nonce, ciphertext, head + aad.encode())
        except InvalidTag:
            continue
    raise Tampered("This value was changed, moved, or sealed with another key.")


def is_present(kept: bytes, *, keys: Keys) -> bool:
    """Tell whether a sealed value was made under the present key; empty ones are made under none."""
    return not kept or kept.startswith(present_head(keys))


def present_head(keys: Keys) -> bytes:
    """Return the first bytes of what the present key seals."""
    return VERSION + keys.present.name


def blind_index(value: str, *, key: bytes, purpose: str) -> bytes:
    """Return the 32 bytes by which equal values find each other and nobody reads them (HMAC).

    A plain hash would not do: all plausible NIR can be tried in seconds. The purpose stands in the
    message with its length, so that an index of one column never equals one of another.
    """
    label = purpose.encode()
    message = len(label).to_bytes(2, "big") + label + value.encode()
    return hmac.new(key, message, hashlib.sha256).digest()


def indexes(value: str, *, keys: Keys, purpose: str) -> list[bytes]:
    """Return the index of a value under each key, after its name: the present one first.

    The first is written, all are looked for: rows that a rotation has not reached yet are found.
    """
    return [key.name + blind_index(value, key=key.secret, purpose=purpose) for key in keys]
