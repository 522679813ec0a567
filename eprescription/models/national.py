"""Who signs in by a national provider, and who stands on the roll of the national directory."""

from django.db import models
from django.db.models import Q


class NationalLink(models.Model):
    """An account and the subject that a provider knows it by. Never an e-mail address, a name or a birth date."""

    user = models.ForeignKey("eprescription.User", on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    since = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_a_subject"),
            # A second subject for the same account is somebody else, until an operator says otherwise.
            models.UniqueConstraint(fields=["issuer", "user"], name="one_subject_an_account"),
        ]


class DirectoryEdition(models.Model):
    """One extract of the national directory that was taken in whole."""

    taken_at = models.DateTimeField()
    lines = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")

    class Meta:
        default_permissions = ()


class DirectoryListing(models.Model):
    """A professional at a place, as the directory lists him: never deleted, ended when an extract lists it no more."""

    rpps = models.CharField(max_length=11)
    profession = models.CharField(max_length=2)
    place = models.CharField(max_length=20, blank=True, help_text="FINESS, SIRET or technical")
    since = models.ForeignKey(DirectoryEdition, on_delete=models.PROTECT, related_name="+")
    until = models.ForeignKey(
        DirectoryEdition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["rpps", "profession", "place"],
                condition=Q(until=None),
                name="listed_once_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["rpps", "profession", "place"], name="directory_who")]
