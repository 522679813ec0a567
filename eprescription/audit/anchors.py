"""Anchors: the head of the chain and its length, signed, in a file kept off the machine.

Without one, who holds the database could rewrite the whole chain or cut its end; with one, nothing before it.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from eprescription.identity.crypto import derive
from eprescription.models import JournalHead

DOMAIN = b"ordonnance journal anchor 1\n"


@dataclass(frozen=True)
class Anchor:
    """One line of the file: `hash` (hexadecimal) is that of link number `count`."""

    count: int
    hash: str
    at: str
    signature: str = ""

    @property
    def holds(self) -> bool:
        """Whether this installation signed it."""
        try:
            _key().public_key().verify(base64.b64decode(self.signature), _signed(self))
        except (InvalidSignature, ValueError):
            return False
        return True


def append(path: Path, *, at: datetime) -> Anchor | None:
    """Adds the present head to the file, synced to the disk; None when nothing is sealed yet."""
    head = JournalHead.objects.filter(pk=1, count__gt=0).first()
    if head is None:
        return None
    bare = Anchor(head.count, bytes(head.hash).hex(), at.isoformat())
    signature = base64.b64encode(_key().sign(_signed(bare))).decode()
    anchor = Anchor(bare.count, bare.hash, bare.at, signature)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(anchor)) + "\n")
    return anchor


def read(path: Path) -> Iterator[Anchor]:
    """The anchors of a file; a line that is none of ours has a signature that does not hold."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield Anchor(**json.loads(line))
        except (ValueError, TypeError):
            yield Anchor(0, "", line[:40])


def _signed(anchor: Anchor) -> bytes:
    return DOMAIN + f"{anchor.count}\n{anchor.hash}\n{anchor.at}".encode()


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(
        derive(settings.ANCHOR_KEY, purpose="journal.anchor")
    )
