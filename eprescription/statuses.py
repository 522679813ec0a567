"""One module for code, word, shape, colour and help of every state that a person sees."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eprescription.models import CaseState, PrescriptionState, PushState, QuestionState

Words = str | Promise


@dataclass(frozen=True)
class Status:
    """What the status component shows: `tone` is neutral, information, success, attention or danger."""

    code: str
    label: Words
    icon: str
    tone: str
    help: Words


WRITTEN: dict[str, Status] = {
    PrescriptionState.DRAFT: Status(
        "draft", _("Brouillon"), "edit", "neutral", _("Pas encore signée : vous seul la voyez.")
    ),
    PrescriptionState.ISSUED: Status(
        "issued", _("Émise"), "qr", "information", _("Signée : une pharmacie peut la délivrer.")
    ),
    PrescriptionState.CANCELLED: Status(
        "cancelled", _("Annulée"), "cross", "danger", _("Annulée : rien n'est plus délivré.")
    ),
    PrescriptionState.EXPIRED: Status(
        "expired", _("Expirée"), "clock", "neutral", _("Sa validité a pris fin.")
    ),
}

EXECUTED: dict[str, Status] = {
    CaseState.WAITING: Status(
        "waiting", _("Pas encore délivrée"), "clock", "neutral", _("Aucune délivrance à ce jour.")
    ),
    CaseState.CLAIMED: Status(
        "claimed",
        _("Prise en charge"),
        "pharmacy",
        "information",
        _("Une pharmacie prépare la délivrance."),
    ),
    CaseState.PARTLY: Status(
        "partly",
        _("Délivrée en partie"),
        "part",
        "attention",
        _("Il reste quelque chose à délivrer."),
    ),
    CaseState.DISPENSED: Status(
        "dispensed", _("Délivrée"), "check", "success", _("Tout a été délivré.")
    ),
    CaseState.STOPPED: Status(
        "stopped", _("Arrêtée"), "cross", "danger", _("Annulée avant la fin de la délivrance.")
    ),
    CaseState.EXPIRED: Status(
        "expired",
        _("Expirée"),
        "clock",
        "neutral",
        _("La validité a pris fin avant la délivrance."),
    ),
}

OPPOSED = Status(
    "opposed",
    _("Suivi non consulté : le patient s'y est opposé"),
    "eye-off",
    "neutral",
    _("Le patient s'est opposé à ce que vous lisiez la délivrance (CSP R. 4072-1 et s.)."),
)

PUSHED: dict[str, Status] = {
    PushState.WAITING: Status(
        "push_waiting",
        _("Envoi à l'espace santé en attente"),
        "clock",
        "attention",
        _("Le portail réessaie de lui-même."),
    ),
    PushState.SENDING: Status(
        "push_sending",
        _("Envoi à l'espace santé en cours"),
        "clock",
        "information",
        _("Quelques secondes."),
    ),
    PushState.DELIVERED: Status(
        "push_delivered",
        _("Reçue dans l'espace santé"),
        "check",
        "success",
        _("Le patient peut la lire."),
    ),
    PushState.WITHHELD: Status(
        "push_withheld",
        _("Non envoyée à l'espace santé"),
        "info",
        "neutral",
        _("La loi ne permet pas cet envoi."),
    ),
    PushState.DEAD: Status(
        "push_dead",
        _("Envoi à l'espace santé en échec"),
        "alert",
        "danger",
        _("L'opérateur est prévenu."),
    ),
}


ASKED: dict[str, Status] = {
    QuestionState.WAITING: Status(
        "question_waiting",
        _("En attente de réponse"),
        "clock",
        "attention",
        _("Le prescripteur n'a pas encore répondu."),
    ),
    QuestionState.TO_CALL: Status(
        "question_to_call",
        _("Le prescripteur demande un appel"),
        "phone",
        "attention",
        _("Appelez son cabinet."),
    ),
    QuestionState.ACCEPTED: Status(
        "question_accepted",
        _("Acceptée"),
        "check",
        "success",
        _("L'accord du prescripteur est enregistré."),
    ),
    QuestionState.REFUSED: Status(
        "question_refused",
        _("Refusée"),
        "cross",
        "danger",
        _("Le prescripteur maintient ce qu'il a prescrit."),
    ),
    QuestionState.WITHDRAWN: Status(
        "question_withdrawn",
        _("Retirée"),
        "minus",
        "neutral",
        _("La pharmacie a retiré sa question."),
    ),
}


def journey(written: str, executed: str) -> Status:
    """The one status of a prescription for somebody who may read its execution."""
    if written == PrescriptionState.CANCELLED and executed != CaseState.DISPENSED:
        return WRITTEN[PrescriptionState.CANCELLED]
    if written == PrescriptionState.EXPIRED and executed != CaseState.DISPENSED:
        return WRITTEN[PrescriptionState.EXPIRED]
    return EXECUTED[executed]
