"""The health space's own store: documents it received, as any other receiver would keep them."""

import uuid

from django.db import models


class ReceivedDocument(models.Model):
    """One document, sealed at rest; `key` is the sender's identifier, so that a repeat is the same document."""

    class Status(models.TextChoices):
        CURRENT = "current"
        SUPERSEDED = "superseded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField(unique=True)
    subject = models.ForeignKey("eprescription.Subject", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=18, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.CURRENT)
    author = models.CharField(max_length=120, blank=True)
    dated = models.DateTimeField()
    received_at = models.DateTimeField()
    size = models.PositiveIntegerField()
    hidden = models.BooleanField(
        default=False,
        db_default=False,
        help_text="from those who stand for a minor, as its sender says",
    )
    sealed = models.BinaryField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["subject", "-dated"], name="document_of_subject")]

    def __str__(self) -> str:
        return str(self.key)
