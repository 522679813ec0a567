"""What a page calls a row of the journal: a name that tells nothing of the rows beside it.

The number of a row counts all rows. Who reads two numbers of a represented space could tell how many stand between them,
and so that something was done which he does not see (secret care).
"""

from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from django.conf import settings

from eprescription.identity.crypto import derive

HALF = 8  # bytes: of the number, and of the space that it is shown in
LENGTH = 4 * HALF  # hexadecimal


def handle_of(entry_id: int, subject_id: UUID) -> str:
    """The name of this row in this space; always the same. One block: each name hides one number, and only that."""
    block = entry_id.to_bytes(HALF) + subject_id.bytes[-HALF:]
    encryptor = _cipher().encryptor()
    return (encryptor.update(block) + encryptor.finalize()).hex()


def entry_of(handle: str, subject_id: UUID) -> int | None:
    """The row of that name; None for what was made up, or is shown in another space."""
    try:
        block = bytes.fromhex(handle)
    except ValueError:
        return None
    if len(block) != 2 * HALF:
        return None
    decryptor = _cipher().decryptor()
    plain = decryptor.update(block) + decryptor.finalize()
    return int.from_bytes(plain[:HALF]) if plain[HALF:] == subject_id.bytes[-HALF:] else None


def _cipher() -> Cipher[ECB]:
    key = derive(settings.SECRET_KEY, purpose="journal.handle")
    return Cipher(AES(key), ECB())  # noqa: S305 - one block, never a message
