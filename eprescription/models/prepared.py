"""Codes that a known professional printed in advance, for the day on which the national identity service is down."""

from django.conf import settings
from django.db import models


class PreparedCode(models.Model):
    """One code: its keyed hash, and when it served; a new set ends the one before."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
