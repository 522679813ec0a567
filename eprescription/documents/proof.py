"""The withdrawal code: six characters beside the number of an anonymous prescription, typed with it (product.md 3.3).

Thirty random bits: no secret for a machine that may guess freely, enough for one that is stopped after ten misses. Only
its keyed hash, bound to the number, is stored.
"""

import hashlib
import hmac
import re
import secrets

from eprescription.documents.number import CROCKFORD

LENGTH = 6
_SEPARATORS = re.compile(r"[\s\-._/]+")
_CONFUSIONS = str.maketrans("OIL", "011")


def new_proof() -> str:
    """Draw six characters that nobody misreads."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(LENGTH))


def normalise(text: str) -> str:
    """Give the canonical form of what was typed: case, blanks and look-alikes do not count."""
    return _SEPARATORS.sub("", text).upper().translate(_CONFUSIONS)


def digest(number: str, proof: str, *, key: bytes) -> bytes:
    """Give the keyed hash (HMAC-SHA-256) under which it is stored: another number, another hash."""
    return hmac.new(key, f"{number} {proof}".encode(), hashlib.sha256).digest()
