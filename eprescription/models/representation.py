"""Who stands for a person who does not decide alone: parents and guardians of a minor, those who hold a mandate."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.nobody import named_only


class Capacity(models.TextChoices):
    """By which right somebody stands for another."""

    PARENT = "parent", _("Titulaire de l'autorité parentale")
    GUARDIAN = "guardian", _("Tuteur du mineur")
    MANDATE = "mandate", _("Chargé d'une mesure de protection avec représentation")


class LinkProof(models.TextChoices):
    """Who verified it: a link that somebody only declares does not exist."""

    PROFESSIONAL = "seen", _("Vérifié par un professionnel de santé, pièces en main")
    REGISTRY = "registry", _("Transmis par le registre")


class Evidence(models.TextChoices):
    """What the professional had in hand: the code of the journal's row. A copy of it is kept nowhere."""

    FAMILY_BOOK = "family_book", _("Livret de famille")
    BIRTH_RECORD = "birth", _("Acte de naissance avec filiation")
    JUDGMENT = "judgment", _("Jugement ou ordonnance du juge")
    FUTURE_MANDATE = "mandate", _("Mandat de protection future visé par le greffe")


class LinkEnd(models.TextChoices):
    """Why a link ended before its term."""

    REVOKED = "revoked", _("Retiré : il ne représente plus cette personne")
    MISTAKE = "mistake", _("Enregistré par erreur")
    REGISTRY = "registry", _("Retiré par le registre")


class Representation(models.Model):
    """One person who stands for one subject; several may stand for the same one (C. civ. 371-1, 425, 388-1-1).

    A link to a minor ends by the law on the 18th birthday: no row says so, since a date of birth stands in the vault
    alone (`eprescription.representing`). A mandate names its end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(
        "eprescription.Subject", on_delete=models.PROTECT, related_name="representations"
    )
    user = models.ForeignKey(
        "eprescription.User", on_delete=models.PROTECT, related_name="representations"
    )
    capacity = models.CharField(max_length=8, choices=Capacity)
    proof = models.CharField(max_length=8, choices=LinkProof)
    verified_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True, help_text="end of a mandate")
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=8, choices=LinkEnd, blank=True)
    ended_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        triggers = [named_only()]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "user"],
                condition=Q(ended_at=None),
                name="one_standing_link",
            ),
            models.CheckConstraint(
                name="a_link_seen_has_its_witness",
                condition=Q(proof="registry", verified_by=None)
                | Q(proof="seen", verified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_mandate_has_its_end",
                condition=Q(capacity="mandate", until__isnull=False)
                | (~Q(capacity="mandate") & Q(until=None)),
            ),
            models.CheckConstraint(
                name="an_ended_link_says_why",
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
            ),
            models.CheckConstraint(
                name="a_mandate_lasts", condition=Q(until=None) | Q(until__gt=F("since"))
            ),
        ]
