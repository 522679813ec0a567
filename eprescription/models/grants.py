"""Guardian's direct-FK tables: what somebody granted on one prescription and may take back.

Only `eprescription.permissions` reads or writes them. Each table knows its one codename and refuses another, and
holds a grant once: what is taken back is not left standing in a second row.
"""

from typing import Any

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from eprescription.models.nobody import designated_only, never_of_anonymous
from eprescription.models.prescription import Prescription


class ClosedGrant(models.Model):
    """A grant of the one codename its table is for."""

    CODENAME = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.permission.codename != self.CODENAME:  # type: ignore[attr-defined]
            raise ValueError(f"this table grants {self.CODENAME} only")
        super().save(*args, **kwargs)


class PrescriptionUserGrant(ClosedGrant, UserObjectPermissionBase):
    """A person may read the execution of this prescription; of an anonymous one the policy itself says who."""

    CODENAME = "read_execution"
    content_object = models.ForeignKey(Prescription, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "user", "permission"], name="granted_once_to_a_person"
            )
        ]
        triggers = [never_of_anonymous(column="content_object_id")]


class PrescriptionGroupGrant(ClosedGrant, GroupObjectPermissionBase):
    """A pharmacy was presented the code of this prescription."""

    CODENAME = "open_presented"
    content_object = models.ForeignKey(Prescription, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "group", "permission"], name="granted_once_to_a_pharmacy"
            )
        ]
        triggers = [
            designated_only(
                "(SELECT id FROM eprescription_place WHERE group_id = NEW.group_id)",
                "NEW.content_object_id",
            )
        ]
