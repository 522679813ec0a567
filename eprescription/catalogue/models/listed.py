"""Lists that a decree fixes and that no drug base carries: kept by hand, each row with its text."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Listed(models.Model):
    """A medicine or a class stands on a list that the law names, from a day and perhaps to another.

    `key` is a CIS code, or the beginning of an ATC code: never the name of a molecule.
    """

    class Of(models.TextChoices):
        """The lists."""

        MTE = "mte", _("marge thérapeutique étroite")
        EXCEPTION = "exception", _("médicament d'exception")
        BIOSIMILAR = "biosimilar", _("groupe biologique similaire")
        HYBRID = "hybrid", _("groupe hybride")
        MIDWIFE = "midwife", _("prescription par une sage-femme")
        DENTIST = "dentist", _("prescription par un chirurgien-dentiste")
        NURSE = "nurse", _("prescription par un infirmier")
        PHYSIOTHERAPIST = "physio", _("prescription par un masseur-kinésithérapeute")
        PODIATRIST = "podiatrist", _("prescription par un pédicure-podologue")

    of = models.CharField(max_length=12, choices=Of)
    key = models.CharField(max_length=8)
    label = models.CharField(max_length=120)
    source = models.CharField(max_length=160, help_text="the text that fixes it")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of", "key", "since"], name="catalogue_listed_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(key__regex=r"^([0-9]{8}|[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?)$"),
                name="catalogue_listed_by_code",
            ),
        ]
