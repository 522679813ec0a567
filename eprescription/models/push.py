"""The outbox: documents on their way to the health space, written in the transaction of the act."""

import uuid

from django.db import models
from django.db.models import Q

from eprescription.models.nobody import never_of_anonymous
from eprescription.models.states import PushState


class Push(models.Model):
    """One document to deliver exactly once in effect; its state lives here, not in Celery."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prescription = models.ForeignKey(
        "eprescription.Prescription", on_delete=models.PROTECT, related_name="pushes"
    )
    occasion = models.CharField(max_length=24, help_text="signed, recoded 2, cancelled …")
    state = models.CharField(max_length=10, choices=PushState, default=PushState.WAITING)
    version = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_code = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        triggers = [never_of_anonymous()]
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "occasion"], name="one_push_an_occasion"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="push_due",
                condition=Q(state__in=[PushState.WAITING, PushState.SENDING]),
            ),
            models.Index(
                fields=["created_at"], name="push_dead", condition=Q(state=PushState.DEAD)
            ),
        ]
