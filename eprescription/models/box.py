"""The boxes of a delivered line when they differ: several lots, several serial numbers."""

from django.db import models
from django.db.models import Q

from eprescription.models.delivery import DispensedLine
from eprescription.models.dispensing import INSERT_ONLY


class DeliveredBox(models.Model):
    """Boxes alike that left with one line: one of a serial number, or `count` of a lot.

    A line whose boxes are all alike says so itself (`DispensedLine.lot`) and has none of these; another has one row
    for each that was read. `cip13` is empty for what was typed and not read.
    """

    delivered = models.ForeignKey(DispensedLine, on_delete=models.CASCADE, related_name="boxes")
    cip13 = models.CharField(max_length=13, blank=True)
    lot = models.CharField(max_length=20, blank=True)
    expiry = models.DateField(null=True, blank=True)
    serial = models.CharField(max_length=20, blank=True)
    count = models.PositiveSmallIntegerField(default=1)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="a_serial_number_is_one_box", condition=Q(serial="", count__gte=1) | Q(count=1)
            ),
            models.UniqueConstraint(
                fields=["delivered", "cip13", "serial"],
                condition=~Q(serial=""),
                name="one_box_a_serial_number",
            ),
        ]
        indexes = [
            models.Index(
                fields=["cip13", "serial"], name="boxes_given_beside", condition=~Q(serial="")
            )
        ]
        triggers = [INSERT_ONLY]
