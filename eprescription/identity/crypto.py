"""Seal small texts for the database, and index them without showing them. Pure: no Django.

AES-256-GCM keeps the text secret and whole. The place where it belongs (table, column, row) is
authenticated with it, so that a sealed value copied to another row does not open. Keys come from
one master secret per kind of use by HKDF (RFC 5869), one key per purpose. See security.md 2.12.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
# The first byte of each sealed value. A new cipher or a new generation of keys takes the next one.
VERSION = b"\x01"

_NONCE_BYTES = 12
_TAG_BYTES = 16


class Tampered(Exception):
    """A sealed value does not open: changed, moved, cut, or sealed with another key."""


@lru_cache(maxsize=32)
def derive(secret: str, *, purpose: str) -> bytes:
    """Return the 32-byte key of one purpose; other purposes of the same secret tell nothing of it.

    The secret must be random by itself (settings see to it): HKDF does not slow a guesser down.
    """
    hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
    return hkdf.derive(secret.encode())


def seal(plain: bytes, *, aad: str, key: bytes) -> bytes:
    """Return version + nonce + ciphertext of `plain`, bound to the place that `aad` names."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, VERSION + aad.encode())


def unseal(sealed: bytes, *, aad: str, key: bytes) -> bytes:
    """Return what was sealed at this place with this key, or raise Tampered."""
    if sealed[:1] != VERSION or len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES:
        raise Tampered("This value was not sealed here.")
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, VERSION + aad.encode())
    except InvalidTag as error:
        raise Tampered("This value was changed, moved, or sealed with another key.") from error


def blind_index(value: str, *, key: bytes, purpose: str) -> bytes:
    """Return the 32 bytes by which equal values find each other and nobody reads them (HMAC).

    A plain hash would not do: all plausible NIR can be tried in seconds. The purpose stands in the
    message with its length, so that an index of one column never equals one of another.
    """
    label = purpose.encode()
    message = len(label).to_bytes(2, "big") + label + value.encode()
    return hmac.new(key, message, hashlib.sha256).digest()
