"""Who did or read what, when, and why: insert-only by the database itself."""

import uuid

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from eprescription.insert_only import insert_only, never_emptied

# What an erasure takes from a row: whom it concerned, who it was, where, and the salt, without
# which nobody can try out what stood there. What was done, and when, stays.
CONTENT = ("activity_id", "place_id", "subject_id", "prescription_id", "code", "salt")
PURGED = (
    "NEW.purged_by_id IS NOT NULL AND NEW.code = '' AND num_nonnulls(NEW.activity_id, NEW.place_id,"
    " NEW.subject_id, NEW.prescription_id, NEW.salt) = 0"
)
# Each new row waits for its seal, whichever way it came.
AWAIT_SEAL = """
    INSERT INTO eprescription_journalpending (entry_id) SELECT id FROM written;
    RETURN NULL;
"""


class RandomSalt(models.Func):
    """122 random bits, drawn by the database."""

    function = "gen_random_uuid"
    output_field = models.UUIDField()


class Deed(models.TextChoices):
    """Acts and readings, each said as one sentence to the patient."""

    ADMITTED = "admitted", _("a ouvert son espace par FranceConnect")
    ALLERGY = "allergy", _("a déclaré une allergie")
    ALLERGY_ENDED = "allergy_ended", _("a retiré une allergie")
    AMENDED = "amended", _("a modifié une ligne à la demande du pharmacien")
    ANSWERED = "answered", _("a répondu au pharmacien")
    ASKED = "asked", _("a posé une question au prescripteur")
    CANCELLED = "cancelled", _("a annulé l'ordonnance")
    CHECKED = "checked", _("a vérifié les interactions avec cette ordonnance")
    CLAIMED = "claimed", _("a pris l'ordonnance en charge")
    CLOSED = "closed", _("a répondu à un accès signalé")
    CODE_REFUSED = "code_refused", _("a présenté un code refusé")
    CONSENTED = "consented", _("a accepté de lever une opposition")
    CORRECTED = "corrected", _("a corrigé une délivrance")
    DESIGNATED = "designated", _("a envoyé l'ordonnance à une pharmacie")
    DISPENSED = "dispensed", _("a délivré")
    DOUBTED = "doubted", _("ne reconnaît pas un accès")
    DRAFTED = "drafted", _("a commencé une ordonnance")
    ENTERED = "entered", _("a ouvert l'espace d'une personne qu'il représente")
    ERASED = "erased", _("a effacé des données")
    EXPIRED = "expired", _("la validité a pris fin")
    IDENTIFIED = "identified", _("a enregistré ou mis à jour l'identité")
    LAPSED = "lapsed", _("la prise en charge a pris fin d'elle-même")
    LINKED = "linked", _("a enregistré un représentant")
    LISTED = "listed", _("a vu dans une liste")
    LOCKED = "locked", _("a verrouillé le poste")
    MAILED = "mailed", _("a envoyé par messagerie sécurisée")
    NOTIFIED = "notified", _("a été prévenu par courriel")
    OPPOSED = "opposed", _("a enregistré une opposition")
    PAD = "pad", _("a imprimé des feuilles de secours")
    PAPER = "paper", _("a enregistré une délivrance faite sur papier")
    PREFERRED = "preferred", _("a changé ses préférences")
    PREPARED = "prepared", _("a préparé une délivrance")
    PRINTED = "printed", _("a imprimé l'ordonnance")
    PUSHED = "pushed", _("a envoyé à l'espace santé")
    READ = "read", _("a lu l'ordonnance")
    READ_DOCUMENT = "read_document", _("a ouvert le document")
    READ_EXECUTION = "read_execution", _("a lu ce qui a été délivré")
    READ_LOG = "read_log", _("a consulté qui a lu quoi")
    RECEIVED = "received", _("a reçu par messagerie sécurisée")
    RECODED = "recoded", _("a fait un nouveau code")
    REFUSED = "refused", _("s'est vu refuser un acte")
    REGULARISED = "regularised", _("a régularisé une ordonnance écrite sur papier")
    RELEASED = "released", _("a libéré l'ordonnance")
    REPORTED = "reported", _("a signalé un faux")
    RESENT = "resent", _("a relancé des envois en échec")
    ROTATED = "rotated", _("a changé les clés de chiffrement")
    SEARCHED = "searched", _("a recherché un patient")
    SETTLED = "settled", _("a tranché entre un papier et le portail")
    SIGNED = "signed", _("a signé l'ordonnance")
    SIGNED_IN = "signed_in", _("a choisi un rôle")
    SIGNED_IN_CODE = (
        "signed_in_code",
        _("est entré avec un code imprimé, la connexion nationale étant en panne"),
    )
    SOFTWARE = "software", _("a tenu le registre des logiciels")
    STRUCK_OFF = "struck_off", _("n'exerce plus ici, selon l'annuaire national")
    SWITCHED = "switched", _("a pris la main au comptoir")
    UNLINKED = "unlinked", _("a retiré un représentant")
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
    salt = models.UUIDField(null=True, editable=False, db_default=RandomSalt())
    purged_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        help_text="the row that tells the erasure",
    )

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject", "-at"], name="journal_of_subject"),
            models.Index(fields=["prescription", "-at"], name="journal_of_prescription"),
            models.Index(fields=["activity", "deed", "-at"], name="journal_of_activity"),
            models.Index(
                fields=["purged_by"],
                name="journal_purged",
                condition=models.Q(purged_by__isnull=False),
            ),
        ]
        triggers = [
            insert_only(emptied=(*CONTENT, "purged_by_id"), emptied_to=PURGED),
            never_emptied(),
            pgtrigger.Trigger(
                name="await_seal",
                operation=pgtrigger.Insert,
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                referencing=pgtrigger.Referencing(new="written"),
                func=AWAIT_SEAL,
            ),
        ]
