"""The subject of care. Who that is stands behind `identity/` and nowhere else."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from eprescription.models.nobody import named_only


class Subject(models.Model):
    """What a prescription is about: a named person, or nobody that anyone can name."""

    class Kind(models.TextChoices):
        NAMED = "named"
        ANONYMOUS = "anonymous"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NAMED)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="anonymous_means_no_account",
                condition=Q(kind="named") | Q(user=None),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="kind_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.kind IS DISTINCT FROM NEW.kind"),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Care(models.Model):
    """A prescriber knows a patient since he registered or found him by his traits."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="cares")
    prescriber = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT)
    since = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prescriber", "subject"], name="one_care_a_patient")
        ]
        indexes = [models.Index(fields=["prescriber", "-last_at"], name="care_recent")]
        triggers = [named_only()]
