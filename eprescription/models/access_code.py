"""The codes of a prescription: what a QR code holds, what a relative shows, what is typed beside a number."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.nobody import never_of_anonymous
from eprescription.models.prescription import Prescription


class AccessCode(models.Model):
    """The token of a QR code: only its keyed hash lasts, and one of each kind is alive at a time.

    `sealed` is the token under the field key, kept for as long as the prescriber may still print and the document
    still has to leave; a sweep empties it. A later print therefore makes a new code.
    """

    class Kind(models.TextChoices):
        """Whose hand holds it: the patient's own, that of somebody who fetches the boxes; or six characters
        beside the number of an anonymous prescription, typed with it, where there is no birth date."""

        OWN = "own", _("Code de l'ordonnance")
        COLLECT = "collect", _("Code de retrait")
        PROOF = "proof", _("Second code d'une ordonnance anonyme")

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="codes")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OWN, db_default=Kind.OWN)
    serial = models.PositiveSmallIntegerField()
    digest = models.BinaryField(max_length=32, unique=True)
    alive = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    sealed = models.BinaryField(default=b"")
    sealed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "kind"], condition=Q(alive=True), name="one_living_code"
            ),
            models.UniqueConstraint(fields=["prescription", "serial"], name="one_code_a_serial"),
        ]
        # Nobody has a space from which somebody else could be sent.
        triggers = [never_of_anonymous(unless="NEW.kind <> 'collect'")]
        indexes = [
            models.Index(
                fields=["sealed_until"],
                name="code_to_empty",
                condition=Q(sealed_until__isnull=False),
            )
        ]
