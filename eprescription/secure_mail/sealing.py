"""What rests sealed of secure mail: passwords, senders (an address may hold an INS), mails that could not be read."""

from typing import Any

from django.conf import settings

from eprescription.identity.crypto import derive, seal, unseal


def sealed(plain: bytes, *, row: Any, column: str) -> bytes:
    """Seals a value for one column of one row: copied to another row it does not open. Empty stays empty."""
    return seal(plain, aad=_place(row, column), key=_key()) if plain else b""


def unsealed(row: Any, column: str) -> bytes:
    """What was sealed there; empty when nothing was. Raises Tampered."""
    kept = bytes(getattr(row, column))
    return unseal(kept, aad=_place(row, column), key=_key()) if kept else b""


def _place(row: Any, column: str) -> str:
    return f"{row._meta.db_table}|{column}|{row.pk}"


def _key() -> bytes:
    return derive(settings.FIELD_KEY, purpose="secure_mail.sealed")
