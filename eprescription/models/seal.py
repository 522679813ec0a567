"""The seal of the journal: a hash chain beside it, so that who writes never waits for it (security.md 2.4)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from eprescription.insert_only import insert_only, never_emptied
from eprescription.models.journal import JournalEntry


class JournalSeal(models.Model):
    """One link: the digest of one row, bound to its number and to the link before. No row is sealed twice."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="seal")
    digest = models.BinaryField(max_length=32)
    before = models.BinaryField(max_length=32, unique=True)
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        triggers = [insert_only(), never_emptied()]


class JournalHead(models.Model):
    """The end of the chain; who seals holds this row, so that it never forks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    count = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="one_head", condition=Q(id=1))]


class JournalPending(models.Model):
    """A row that waits for its seal: written by the database with the row, taken away with the seal."""

    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
