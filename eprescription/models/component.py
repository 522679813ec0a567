"""What the portal stands on, as it was measured: how each part stands, and every time it was away. No names, no people."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ComponentState(models.Model):
    """One part of the service, since when it stands as it does, and when that was last seen."""

    class Name(models.TextChoices):
        IDENTITY = "identity", _("Connexion nationale (Pro Santé Connect, FranceConnect)")
        HEALTH_SPACE = "health_space", _("Espace santé")
        MAIL = "mail", _("Messagerie sécurisée")
        BROKER = "broker", _("File des envois")

    name = models.CharField(primary_key=True, max_length=12, choices=Name)
    ok = models.BooleanField()
    first_at = models.DateTimeField(help_text="first measured")
    since = models.DateTimeField()
    checked_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.ok}"


class Outage(models.Model):
    """A time in which one part did not answer; `ended_at` is None while it lasts."""

    name = models.CharField(max_length=12, choices=ComponentState.Name)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at=None), name="one_outage_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["name", "began_at"], name="outages_by_month")]
