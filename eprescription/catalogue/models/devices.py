"""Devices and services of the reimbursement list (LPP). What is not in it is written freely."""

from django.db import models
from django.db.models import Q

from eprescription.catalogue.models.editions import Edition


class Device(models.Model):
    """One code of the LPP (CSS L. 165-1): 7 digits. `tariff_cents` is what it is reimbursed on."""

    code = models.CharField(primary_key=True, max_length=7)
    label = models.TextField()
    words = models.TextField(blank=True, help_text="normalised words, for the search")
    kind = models.CharField(max_length=3, blank=True, help_text="nature of the service")
    tariff_cents = models.PositiveIntegerField(null=True, blank=True)
    prior_agreement = models.BooleanField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="devices")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{7}$"), name="catalogue_lpp_is_7_digits"
            )
        ]

    def __str__(self) -> str:
        return self.label
