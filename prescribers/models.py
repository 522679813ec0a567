"""What a prescriber keeps for himself: lines and whole prescriptions that he writes often."""

import uuid

from django.db import models

from eprescription.models import LineContent


class Template(models.Model):
    """Some lines under a name; a single starred line is a favourite. Nothing of a patient."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey("eprescription.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    favourite = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_template_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class TemplateLine(LineContent):
    """One line of a template."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="one_template_position")
        ]
