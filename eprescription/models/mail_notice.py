"""E-mails that say only that something waits: to a patient, or to somebody who stands for him."""

import uuid

from django.db import models
from django.db.models import Q

from eprescription.models.states import PushState

ON_THE_WAY = [PushState.WAITING, PushState.SENDING]


class MailNotice(models.Model):
    """One such e-mail on its way; what waits, and of whom, stands nowhere in it.

    One at a time for each reader: what happens meanwhile is told by the same one. `link`: he stands for somebody,
    and is told for as long as he does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reader = models.ForeignKey("eprescription.Subject", on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(
        "eprescription.Representation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(max_length=10, choices=PushState, default=PushState.WAITING)
    version = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_code = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["reader"],
                condition=Q(state__in=ON_THE_WAY),
                name="one_notice_on_its_way",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="mail_notice_due", condition=Q(state__in=ON_THE_WAY)
            ),
            models.Index(fields=["reader", "-sent_at"], name="mail_notice_last"),
        ]
