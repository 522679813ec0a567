"""Secure mail (MSSanté): the mailbox of a pharmacy, what arrived in it, what leaves from the portal."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.nobody import designated_only, never_of_anonymous
from eprescription.models.prescription import Prescription
from eprescription.models.states import PushState


class Mailbox(models.Model):
    """The MSSanté account of a place. The password is sealed; without a host only the portal itself writes here."""

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        PLAIN = "plain", _("sans chiffrement (adresse locale seulement)")

    place = models.OneToOneField(
        "eprescription.Place", on_delete=models.PROTECT, primary_key=True, related_name="mailbox"
    )
    address = models.EmailField(unique=True)
    host = models.CharField(max_length=255, blank=True)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=255, blank=True)
    password = models.BinaryField(default=b"", help_text="sealed")
    folder = models.CharField(max_length=100, default="INBOX")
    validity = models.PositiveBigIntegerField(default=0, help_text="UIDVALIDITY of the folder")
    last_uid = models.PositiveBigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True, help_text="code; empty when it answers")
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()


class Message(models.Model):
    """One message for a pharmacy. `message_id` is the digest of its Message-ID: the same mail is one message.

    The sender's address may hold an INS, and a broken mail may hold anything: both are sealed.
    """

    class Way(models.TextChoices):
        PORTAL = "portal", _("Portail")
        MAIL = "mail", _("Messagerie sécurisée")

    class State(models.TextChoices):
        NEW = "new", _("À ouvrir")
        OPENED = "opened", _("Ouverte")
        DONE = "done", _("Classée")
        BROKEN = "broken", _("Illisible")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(
        "eprescription.Place", on_delete=models.PROTECT, related_name="messages"
    )
    way = models.CharField(max_length=6, choices=Way)
    message_id = models.BinaryField(max_length=32)
    sender = models.BinaryField(default=b"", help_text="sealed")
    sent_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State, default=State.NEW)
    version = models.PositiveIntegerField(default=0, db_default=0)
    problem = models.CharField(max_length=40, blank=True, help_text="code: what is wrong with it")
    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    source = models.BinaryField(default=b"", help_text="a broken mail as it came, sealed")
    seen_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        triggers = [designated_only("NEW.place_id")]
        constraints = [
            models.UniqueConstraint(fields=["place", "message_id"], name="one_message_a_mail"),
            models.CheckConstraint(
                name="broken_says_why", condition=~Q(state="broken") | ~Q(problem="")
            ),
        ]
        indexes = [models.Index(fields=["place", "-received_at"], name="messages_of_place")]


class Letter(models.Model):
    """One secure mail to send exactly once in effect: an outbox like that of the health space."""

    class Kind(models.TextChoices):
        PHARMACY = "pharmacy", _("Ordonnance à une pharmacie")
        PATIENT = "patient", _("Ordonnance au patient")
        NOTE = "note", _("Avis sans contenu")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="letters")
    place = models.ForeignKey(
        "eprescription.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    occasion = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=PushState, default=PushState.WAITING)
    version = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_code = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        triggers = [never_of_anonymous(unless="NEW.kind = 'note'")]
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "kind", "place", "occasion"],
                nulls_distinct=False,
                name="one_letter_an_occasion",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="letter_due",
                condition=Q(state__in=[PushState.WAITING, PushState.SENDING]),
            )
        ]
