"""The memory of a restoration: between two moments, acts may be lost."""

from django.db import models
from django.db.models import F, Q

from eprescription.insert_only import insert_only


class Restoration(models.Model):
    """The base was put back to what it was at `since`, and serves again from `at`."""

    since = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        triggers = [insert_only()]
        constraints = [models.CheckConstraint(name="since_before", condition=Q(since__lte=F("at")))]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M}"
