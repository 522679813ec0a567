"""Who did or read what, when, and why: insert-only by the database itself."""

import uuid

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Deed(models.TextChoices):
    """Acts and readings, each said as one sentence to the patient."""

    ALLERGY = "allergy", _("a déclaré une allergie")
    ALLERGY_ENDED = "allergy_ended", _("a retiré une allergie")
    AMENDED = "amended", _("a modifié une ligne à la demande du pharmacien")
    ANSWERED = "answered", _("a répondu au pharmacien")
    ASKED = "asked", _("a posé une question au prescripteur")
    CANCELLED = "cancelled", _("a annulé l'ordonnance")
    CHECKED = "checked", _("a vérifié les interactions avec cette ordonnance")
    CLAIMED = "claimed", _("a pris l'ordonnance en charge")
    CODE_REFUSED = "code_refused", _("a présenté un code refusé")
    CORRECTED = "corrected", _("a corrigé une délivrance")
    DESIGNATED = "designated", _("a envoyé l'ordonnance à une pharmacie")
    DISPENSED = "dispensed", _("a délivré")
    DRAFTED = "drafted", _("a commencé une ordonnance")
    EXPIRED = "expired", _("la validité a pris fin")
    IDENTIFIED = "identified", _("a enregistré ou mis à jour l'identité")
    LAPSED = "lapsed", _("la prise en charge a pris fin d'elle-même")
    LISTED = "listed", _("a vu dans une liste")
    LOCKED = "locked", _("a verrouillé le poste")
    MAILED = "mailed", _("a envoyé par messagerie sécurisée")
    OPPOSED = "opposed", _("a enregistré une opposition")
    PREPARED = "prepared", _("a préparé une délivrance")
    PRINTED = "printed", _("a imprimé l'ordonnance")
    PUSHED = "pushed", _("a envoyé à l'espace santé")
    READ = "read", _("a lu l'ordonnance")
    READ_DOCUMENT = "read_document", _("a ouvert le document")
    READ_EXECUTION = "read_execution", _("a lu ce qui a été délivré")
    RECEIVED = "received", _("a reçu par messagerie sécurisée")
    RECODED = "recoded", _("a fait un nouveau code")
    RELEASED = "released", _("a libéré l'ordonnance")
    REPORTED = "reported", _("a signalé un faux")
    SEARCHED = "searched", _("a recherché un patient")
    SIGNED = "signed", _("a signé l'ordonnance")
    SIGNED_IN = "signed_in", _("a choisi un rôle")
    SWITCHED = "switched", _("a pris la main au comptoir")
    WITHDREW = "withdrew", _("a retiré une opposition")
    WROTE = "wrote", _("a modifié le brouillon")


class Outcome(models.TextChoices):
    DONE = "done", _("fait")
    REFUSED = "refused", _("refusé")
    FAILED = "failed", _("échec")


class JournalEntry(models.Model):
    """One act or reading, written in the transaction of what it tells; ids and codes only."""

    at = models.DateTimeField(db_default=Now())
    deed = models.CharField(max_length=20, choices=Deed)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.DONE)
    activity = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=12, blank=True)
    place = models.ForeignKey(
        "eprescription.Place", on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject = models.ForeignKey(
        "eprescription.Subject", on_delete=models.PROTECT, null=True, related_name="+"
    )
    prescription = models.ForeignKey(
        "eprescription.Prescription",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,  # a deleted draft leaves its trace
    )
    code = models.CharField(max_length=40, blank=True, help_text="reason, as a code")
    request_id = models.UUIDField(default=uuid.uuid4)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject", "-at"], name="journal_of_subject"),
            models.Index(fields=["prescription", "-at"], name="journal_of_prescription"),
            models.Index(fields=["activity", "deed", "-at"], name="journal_of_activity"),
        ]
        triggers = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the journal is insert-only';",
            ),
        ]
