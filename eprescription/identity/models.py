"""The tables of civil identity. Only `vault` reads and writes them.

Prescriptions point to a subject and a version, never to a row of these tables: without the keys,
which are not in the database, a copy of it tells no name.
"""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from eprescription.identity.traits import STATUS_LABELS
from eprescription.insert_only import insert_only

# The last wall of anonymity: whatever the code above does, nobody's name is kept for a subject that
# is anonymous. The kind of a subject never changes, so looking once is enough.
NAMED_ONLY = """
IF (SELECT kind FROM eprescription_subject WHERE id = NEW.subject_id) = 'anonymous' THEN
    RAISE EXCEPTION 'An anonymous subject has no civil identity.';
END IF;
RETURN NEW;
"""


class CivilIdentity(models.Model):
    """One state of somebody's identity. A correction adds a version, so signed pages stay true."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey("eprescription.Subject", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    ins_index = models.BinaryField(null=True)
    birth_index = models.BinaryField(db_index=True)
    status = models.CharField(
        max_length=5, choices=[(status.value, label) for status, label in STATUS_LABELS.items()]
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "version"], name="identity_one_row_a_version"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="identity_versions_start_at_one"
            ),
            # An INS comes from the national teleservice or not at all (RNIV).
            models.CheckConstraint(
                condition=Q(ins_index__isnull=False, status__in=["RECUP", "QUAL"])
                | Q(ins_index=None, status__in=["PROV", "VALI"]),
                name="identity_ins_means_fetched",
            ),
        ]
        triggers = [
            insert_only(
                name="identity_insert_only",
                rotated=("sealed",),
                indexes=("ins_index", "birth_index"),
                # What the law keeps of an erased person is found by nobody any more.
                emptied=("ins_index", "birth_index"),
                emptied_to="(NEW.ins_index IS NULL) = (OLD.ins_index IS NULL)",
                erased=True,
            ),
            pgtrigger.Trigger(
                name="identity_named_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NAMED_ONLY,
            ),
        ]


class InsOwner(models.Model):
    """Who holds an INS now. Versions of one person repeat the INS, so it is unique here, not there.

    A person has at most one, the one of the current version: an INS given by mistake goes free with
    the correction, and the person it belongs to can then be registered.
    """

    ins_index = models.BinaryField(unique=True)
    subject = models.OneToOneField(
        "eprescription.Subject", on_delete=models.PROTECT, related_name="+"
    )
