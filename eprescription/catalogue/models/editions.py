"""Which state of which source is in force."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """One loaded state of a source, dated as the source dates it. One edition a kind is active.

    `counts` says what was read, by name of the table; `digest` is that of the whole set of files,
    so that the same set is known without being read.
    """

    class Kind(models.TextChoices):
        """What an edition tells of."""

        MEDICINES = "medicines", _("médicaments")
        INTERACTIONS = "interactions", _("interactions médicamenteuses")
        DEVICES = "devices", _("dispositifs médicaux (LPP)")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MEDICINES)
    source = models.CharField(max_length=60)
    date = models.DateField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    active = models.BooleanField(default=False)
    counts = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "date"], name="catalogue_one_edition_a_date"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(active=True), name="catalogue_one_active_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.date:%d/%m/%Y}"


class Issue(models.Model):
    """A line of a source that could not be used, and why. It never stops an import by itself."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="issues")
    file = models.CharField(max_length=80)
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=120)
    excerpt = models.CharField(max_length=120, blank=True)
