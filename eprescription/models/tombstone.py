"""What remains of an erased prescription: its number is never given again, and who holds the paper learns why."""

from django.db import models

from eprescription.insert_only import insert_only, never_emptied
from eprescription.models.states import PrescriptionState


class Tombstone(models.Model):
    """Number and last state of a prescription whose content is gone; nobody, no medicine, no place."""

    number = models.CharField(max_length=18, primary_key=True)
    state = models.CharField(max_length=10, choices=PrescriptionState)
    erased_at = models.DateTimeField()
    rule = models.CharField(max_length=20, help_text="by which rule of retention")

    class Meta:
        default_permissions = ()
        triggers = [insert_only(), never_emptied()]
