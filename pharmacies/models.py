"""The counter's own rows: codes that missed, and who may come back to which post by a personal code.

Misses are counted per pharmacist, pharmacy and address, in the database so that a limit never opens.
"""

from django.db import models


class Miss(models.Model):
    """One wrong, dead or foreign code. The address is a keyed hash."""

    at = models.DateTimeField()
    activity = models.ForeignKey(
        "eprescription.Activity", on_delete=models.CASCADE, related_name="+"
    )
    place = models.ForeignKey("eprescription.Place", on_delete=models.CASCADE, related_name="+")
    address = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["activity", "at"], name="miss_of_activity"),
            models.Index(fields=["place", "at"], name="miss_of_place"),
            models.Index(fields=["address", "at"], name="miss_of_address"),
        ]


class CounterCode(models.Model):
    """The personal code by which somebody comes back to a post where he signed in fully today: Argon2 of it."""

    user = models.OneToOneField(
        "eprescription.User", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    digest = models.CharField(max_length=256)
    set_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Seat(models.Model):
    """Somebody who signed in fully on one post of a pharmacy. `post`: SHA-256 of the cookie of that browser.

    It ends by itself half a day after that sign-in, when its person signs out, and for codes after five misses.
    """

    post = models.BinaryField(max_length=32)
    activity = models.ForeignKey(
        "eprescription.Activity", on_delete=models.CASCADE, related_name="+"
    )
    place = models.ForeignKey("eprescription.Place", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(help_text="of the full sign-in")
    until = models.DateTimeField()
    misses = models.PositiveSmallIntegerField(default=0)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "activity"], name="one_seat_a_post_and_person")
        ]
        indexes = [models.Index(fields=["place", "until"], name="seats_of_place")]
