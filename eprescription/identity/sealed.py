"""Every column of the portal that rests sealed. What stands here is rotated; nothing else may seal.

A value is bound to its table, its column and what names its row: copied elsewhere it does not open.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from eprescription.identity.crypto import Keys, seal, unseal
from eprescription.identity.keys import field_keys


@dataclass(frozen=True)
class Column:
    """One sealed column. `bound_to`: the fields that name a row; they must be known before sealing."""

    label: str
    column: str
    purpose: str
    bound_to: tuple[str, ...] = ("pk",)

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def keys(self) -> Keys:
        return field_keys(self.purpose)

    def seal(self, plain: bytes, *, row: Any) -> bytes:
        """Return `plain` sealed for this row, which need not be saved yet. Empty stays empty."""
        return seal(plain, aad=self._place(row), keys=self.keys) if plain else b""

    def open(self, row: Any) -> bytes:
        """Return what was sealed on this row; empty when nothing was. Raises Tampered."""
        kept = bytes(getattr(row, self.column))
        return unseal(kept, aad=self._place(row), keys=self.keys) if kept else b""

    def _place(self, row: Any) -> str:
        named = [_text(getattr(row, field)) for field in self.bound_to]
        return "|".join([self.model._meta.db_table, self.column, *named])


def _text(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


# Subject and version are in the place: a row given to another person, or an old version passed off
# as the current one, does not open.
CIVIL_IDENTITY = Column(
    "identity.CivilIdentity",
    "sealed",
    "identity.civilidentity.sealed",
    bound_to=("id", "subject_id", "version"),
)
ACCESS_CODE = Column("eprescription.AccessCode", "sealed", "accesscode.sealed", ("digest",))
BEARER = Column("eprescription.Dispensing", "bearer", "dispensing.bearer")
EMAIL = Column("eprescription.Preferences", "email", "preferences.email")
DOCUMENT = Column("patients.ReceivedDocument", "sealed", "receiveddocument.sealed", ("key",))
MAIL_PASSWORD = Column("eprescription.Mailbox", "password", "secure_mail.sealed")
MAIL_SENDER = Column("eprescription.Message", "sender", "secure_mail.sealed")
MAIL_SOURCE = Column("eprescription.Message", "source", "secure_mail.sealed")

COLUMNS = (
    CIVIL_IDENTITY,
    ACCESS_CODE,
    BEARER,
    EMAIL,
    DOCUMENT,
    MAIL_PASSWORD,
    MAIL_SENDER,
    MAIL_SOURCE,
)
