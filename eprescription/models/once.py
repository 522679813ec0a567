"""Which acts were already done: the same key never has a second effect."""

import uuid

from django.db import models

from eprescription.models.dispensing import INSERT_ONLY


class DoneOnce(models.Model):
    """An act of a place under the key that the asking page or program drew; written first, in its transaction."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    act = models.CharField(max_length=20)
    asked = models.BinaryField(max_length=32, help_text="SHA-256 of what was asked")
    result = models.UUIDField(help_text="of what the act made or touched")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["place", "key"], name="one_effect_a_key")]
        triggers = [INSERT_ONLY]
