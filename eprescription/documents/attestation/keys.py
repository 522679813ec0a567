"""The keys of the attestations: PROOF_KEY signs, PROOF_KEY_FORMER verify, PROOF_KEY_REVOKED are believed no more.

A key goes by the four bytes of its name, like those of the vault; the name and the public half are published.

To change the key: everywhere PROOF_KEY_FORMER=<the new key>; then PROOF_KEY=<the new key>, PROOF_KEY_FORMER=<the old
one>, for fifteen months (the longest prescription and three months more). A key that leaked: its name, as
`manage.py verify_code --names` prints it, goes to PROOF_KEY_REVOKED; what it signed is refused from the next reading of
the published keys on.
"""

from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from eprescription.documents.attestation.code import DOMAIN
from eprescription.identity.crypto import Key, Keys, keys_of

PURPOSE = "attestation.signature"


def sign(content_under: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """Signs what `content_under` makes of the name of the present key; gives the content and its signature."""
    key = _keys().present
    content = content_under(key.name)
    return content, _private(key).sign(DOMAIN + content)


def public_halves() -> Iterator[tuple[bytes, bytes]]:
    """Each key that verifies: its name and its 32 public bytes, the present one first."""
    for key in _keys():
        yield key.name, _private(key).public_key().public_bytes_raw()


def revoked() -> frozenset[bytes]:
    """The names of the keys that are believed no more."""
    return frozenset(bytes.fromhex(name) for name in settings.PROOF_KEY_REVOKED)


def _keys() -> Keys:
    return keys_of(settings.PROOF_KEY, *settings.PROOF_KEY_FORMER, purpose=PURPOSE)


def _private(key: Key) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key.secret)
