"""Codes that missed: counted per pharmacist, pharmacy and address, in the database so that a limit never opens."""

from django.db import models


class Miss(models.Model):
    """One wrong, dead or foreign code. The address is a keyed hash."""

    at = models.DateTimeField()
    activity = models.ForeignKey(
        "eprescription.Activity", on_delete=models.CASCADE, related_name="+"
    )
    place = models.ForeignKey("eprescription.Place", on_delete=models.CASCADE, related_name="+")
    address = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["activity", "at"], name="miss_of_activity"),
            models.Index(fields=["place", "at"], name="miss_of_place"),
            models.Index(fields=["address", "at"], name="miss_of_address"),
        ]
