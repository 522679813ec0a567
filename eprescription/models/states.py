"""The states a prescription, its dispensing and its push go through."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PrescriptionState(TextChoices):
    """What the author did, and the passing of time; nothing of the dispensing."""

    DRAFT = "draft", _("Brouillon")
    ISSUED = "issued", _("Émise")
    CANCELLED = "cancelled", _("Annulée")
    EXPIRED = "expired", _("Expirée")


class CaseState(TextChoices):
    """Where the dispensing stands, across pharmacies."""

    WAITING = "waiting", _("À délivrer")
    CLAIMED = "claimed", _("Prise en charge")
    PARTLY = "partly", _("Délivrée en partie")
    DISPENSED = "dispensed", _("Délivrée")
    STOPPED = "stopped", _("Arrêtée")
    EXPIRED = "expired", _("Expirée")


class QuestionState(TextChoices):
    """Where a pharmacist's question to the prescriber stands."""

    WAITING = "waiting", _("En attente de réponse")
    TO_CALL = "to_call", _("Le prescripteur demande un appel")
    ACCEPTED = "accepted", _("Acceptée")
    REFUSED = "refused", _("Refusée")
    WITHDRAWN = "withdrawn", _("Retirée")


class PushState(TextChoices):
    """Where a document on its way to the health space stands."""

    WAITING = "waiting", _("En attente d'envoi")
    SENDING = "sending", _("Envoi en cours")
    DELIVERED = "delivered", _("Reçue par l'espace santé")
    WITHHELD = "withheld", _("Non envoyée")
    DEAD = "dead", _("Envoi en échec")
