"""Certified software: who may use the API, with which keys, and what it was given for a few minutes."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Software(models.Model):
    """One product of one editor, certified for prescribing (LAP) or for dispensing (LGO), as the operator listed it.

    `keys` is its JWK Set of public keys: two of them while it changes them. Its `id` is its client identifier.
    """

    class Kind(models.TextChoices):
        LAP = "LAP", _("Logiciel d'aide à la prescription")
        LGO = "LGO", _("Logiciel de gestion d'officine")

    class Wave(models.TextChoices):
        FIRST = "1", _("Ségur, vague 1")
        SECOND = "2", _("Ségur, vague 2")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    editor = models.CharField(max_length=80)
    product = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    kind = models.CharField(max_length=3, choices=Kind)
    wave = models.CharField(max_length=1, choices=Wave)
    certificate = models.CharField(max_length=40, help_text="number of its certification")
    keys = models.JSONField(help_text="JWK Set of public keys")
    valid_from = models.DateField()
    valid_until = models.DateField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["editor", "product", "version"], name="one_listing_a_version"
            ),
            models.CheckConstraint(
                name="software_validity_has_an_order",
                condition=Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.editor} {self.product} {self.version}"

    def in_force(self, on: date) -> bool:
        """Whether it may use the API on this day."""
        return self.suspended_at is None and self.valid_from <= on <= self.valid_until


class SoftwareToken(models.Model):
    """What a software was given: to act for one professional, for a few minutes. The token itself is not kept."""

    digest = models.BinaryField(primary_key=True)
    software = models.ForeignKey(Software, on_delete=models.CASCADE, related_name="tokens")
    activity = models.ForeignKey("eprescription.Activity", on_delete=models.CASCADE)
    scopes = models.JSONField()
    proved_at = models.DateTimeField(help_text="when the professional proved who he is")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()


class SpentAssertion(models.Model):
    """An assertion serves once: its identifier is kept until nobody would take it any more."""

    digest = models.BinaryField(primary_key=True)
    until = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()


class SoftwareCall(models.Model):
    """How often a software called within one minute, for one professional or for all: what the limits count."""

    software = models.ForeignKey(Software, on_delete=models.CASCADE, related_name="+")
    activity = models.ForeignKey(
        "eprescription.Activity", on_delete=models.CASCADE, null=True, related_name="+"
    )
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["software", "activity", "minute"],
                name="one_count_a_minute",
                nulls_distinct=False,
            )
        ]
