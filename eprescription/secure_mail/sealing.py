"""What rests sealed of secure mail: passwords, senders (an address may hold an INS), mails that could not be read."""

from typing import Any

from eprescription.identity.sealed import MAIL_PASSWORD, MAIL_SENDER, MAIL_SOURCE

COLUMNS = {place.column: place for place in (MAIL_PASSWORD, MAIL_SENDER, MAIL_SOURCE)}


def sealed(plain: bytes, *, row: Any, column: str) -> bytes:
    """Seals a value for one column of one row: copied to another row it does not open. Empty stays empty."""
    return COLUMNS[column].seal(plain, row=row)


def unsealed(row: Any, column: str) -> bytes:
    """What was sealed there; empty when nothing was. Raises Tampered."""
    return COLUMNS[column].open(row)
