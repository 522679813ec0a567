"""What a patient wishes for all his prescriptions; nothing of it decides alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.nobody import named_only


class PaperWish(models.TextChoices):
    """What the prescriber reads when he signs; he still asks."""

    ASK = "ask", _("Me demander à chaque fois")
    PAPER = "paper", _("Toujours le papier")
    MAIL = "mail", _("Messagerie sécurisée seulement, sans papier")


class Notices(models.TextChoices):
    """How a patient is told that something waits in his space."""

    NONE = "none", _("Aucun message")
    EACH = "each", _("Un message à chaque nouveauté, au plus un toutes les deux heures")
    DIGEST = "digest", _("Un résumé par jour")


class Preferences(models.Model):
    """One row a subject, made when he chooses something for the first time; without it the defaults hold."""

    subject = models.OneToOneField(
        "eprescription.Subject",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="preferences",
    )
    paper = models.CharField(max_length=5, choices=PaperWish, default=PaperWish.ASK)
    notices = models.CharField(max_length=6, choices=Notices, default=Notices.NONE)
    email = models.BinaryField(default=b"", help_text="sealed")
    asked_at = models.DateTimeField(null=True, blank=True, help_text="a code was sent there")
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        triggers = [named_only()]
        constraints = [
            models.CheckConstraint(
                name="a_confirmed_address_is_one", condition=Q(confirmed_at=None) | ~Q(email=b"")
            )
        ]
