"""What a patient says of the accesses that he reads in his journal: that he knows the place, or that he doubts."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KnownPlace(models.Model):
    """A place whose first access the patient has recognised."""

    subject = models.ForeignKey("eprescription.Subject", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["subject", "place"], name="a_place_is_known_once")
        ]


class CaseAnswer(models.TextChoices):
    """What the operator found, told to the patient in these words."""

    NONE = "", _("Nous cherchons.")
    EXPLAINED = (
        "explained",
        _("Cet accès est normal : le lieu l'a expliqué et nous l'avons vérifié."),
    )
    MISTAKE = "mistake", _("C'était une erreur : son auteur a été prévenu.")
    ABUSE = (
        "abuse",
        _("Cet accès n'était pas permis : le compte est suspendu et l'affaire signalée."),
    )


class AccessCase(models.Model):
    """ "I do not recognise this": one row of the journal, looked into by the operator without any clinical content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(
        "eprescription.JournalEntry",
        on_delete=models.DO_NOTHING,
        db_constraint=False,  # the journal may be erased at its term; what was found remains
        related_name="+",
    )
    subject = models.ForeignKey("eprescription.Subject", on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=CaseAnswer, blank=True)
    answered_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["entry"], name="one_case_an_access"),
            models.CheckConstraint(
                name="an_answered_case_says_who",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], name="cases_to_answer", condition=Q(answer=""))
        ]
