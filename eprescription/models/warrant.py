"""By which right a command changed what the database keeps: written in the transaction of the change."""

import pgtrigger
from django.db import models

from eprescription.insert_only import ERASURE, ROTATION, insert_only, never_emptied

# Whoever writes a warrant, it is of this transaction and of this moment.
STAMP = "NEW.transaction := txid_current(); NEW.at := now(); RETURN NEW;"


class Warrant(models.Model):
    """Opens insert-only tables to one kind of change, for the transaction that wrote it (`eprescription.insert_only`).

    It cannot be changed or deleted: what was opened stays told.
    """

    class Kind(models.TextChoices):
        ROTATION = ROTATION, "rotation of keys"
        ERASURE = ERASURE, "erasure"

    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=60, help_text="place of a rotation, rule of an erasure")
    at = models.DateTimeField(editable=False, null=True)
    transaction = models.BigIntegerField(editable=False, null=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["transaction"], name="warrants_of_transaction")]
        triggers = [
            insert_only(),
            never_emptied(),
            pgtrigger.Trigger(
                name="of_this_moment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=STAMP,
            ),
        ]
