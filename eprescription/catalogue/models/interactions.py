"""What the ANSM's thesaurus says of two substances given together, verbatim, by edition."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from eprescription.catalogue.models.editions import Edition


class Level(models.TextChoices):
    """The four levels of the thesaurus, the gravest first."""

    CONTRAINDICATED = "CI", _("Contre-indication")
    DISCOURAGED = "ASDEC", _("Association déconseillée")
    PRECAUTION = "PE", _("Précaution d'emploi")
    NOTE = "APEC", _("À prendre en compte")


class Interaction(models.Model):
    """One entry, as the source writes it: a heading `a` and what it is associated with, `b`.

    `levels` are codes joined by `|`, the gravest first; several mean that the level depends on the
    conditions that `action` tells. Names are those of the thesaurus, of a substance or of a group.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="interactions")
    a = models.CharField(max_length=160)
    b = models.CharField(max_length=160)
    levels = models.CharField(max_length=30)
    label = models.CharField(max_length=80)
    risk = models.TextField(blank=True)
    action = models.TextField(blank=True)
    page = models.PositiveSmallIntegerField(null=True, blank=True)


class GroupedSubstance(models.Model):
    """A substance of the thesaurus belongs to one of its groups ("AUTRES X" excluded)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="grouped")
    group = models.CharField(max_length=160)
    substance = models.CharField(max_length=160)


class SubstanceName(models.Model):
    """The name by which the thesaurus knows a substance of the drug base; no row: not assessed."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="names")
    code = models.CharField(max_length=5)
    name = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="catalogue_one_name_a_code")
        ]
