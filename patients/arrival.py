"""Where the document of a prescription stands on its way to the patient, said to the patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eprescription.models import Paper, Prescription, PrescriptionState, Push, PushState
from eprescription.rules import Breach
from patients.models import ReceivedDocument

PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Arrival:
    """`kind` is that of an alert; `on_its_way`: it is worth looking again soon."""

    kind: str
    title: str
    text: str = ""
    document_id: UUID | None = None
    on_its_way: bool = False


def arrival(
    prescription: Prescription,
    document: ReceivedDocument | None,
    pushes: Iterable[Push],
    stopped: list[Breach],
    *,
    at: datetime,
) -> Arrival:
    """`stopped` are the present obstacles of law to a push (health_space.delivery.obstacles)."""
    push = max(pushes, key=lambda p: p.created_at, default=None)
    if document is not None:
        return _received(prescription, document, push)
    if stopped:
        return _withheld(prescription, stopped[0].text.in_language(get_language() or "fr"))
    if push is None or push.state in (PushState.WITHHELD, PushState.DELIVERED):
        return _withheld(
            prescription,
            _("Votre identité n'était pas encore vérifiée le jour où elle a été signée."),
        )
    if push.state == PushState.DEAD:
        return _failed(prescription)
    return _coming(prescription, push, at)


def _received(prescription: Prescription, document: ReceivedDocument, push: Push | None) -> Arrival:
    newer = push is not None and push.state in (PushState.WAITING, PushState.SENDING)
    if prescription.state == PrescriptionState.CANCELLED:
        title, text = _("Votre ordonnance est ici"), _("Elle est annulée.")
    elif newer:
        title, text = _("Votre ordonnance est ici"), _("Une version plus récente arrive.")
    else:
        title, text = _("Votre ordonnance est arrivée"), ""
    return Arrival("success", title, text, document.pk, on_its_way=newer)


def _withheld(prescription: Prescription, reason: str) -> Arrival:
    remedy = _(
        "Pour la prochaine fois, montrez votre carte Vitale ou votre pièce d'identité à votre médecin."
    )
    text = " ".join([reason, _stays_valid(prescription), remedy])
    return Arrival("info", _("Le document n'est pas dans votre espace"), text)


def _failed(prescription: Prescription) -> Arrival:
    text = " ".join([_("L'envoi a échoué, nous sommes prévenus."), _stays_valid(prescription)])
    return Arrival("attention", _("Le document n'est pas arrivé"), text)


def _coming(prescription: Prescription, push: Push, at: datetime) -> Arrival:
    if push.attempts < 2 and at - push.created_at < PATIENCE:
        return Arrival(
            "info",
            _("Le document arrive"),
            _("Il sera là dans quelques secondes."),
            on_its_way=True,
        )
    text = " ".join([_("Le portail réessaie tout seul."), _stays_valid(prescription)])
    return Arrival("attention", _("Le document a du retard"), text, on_its_way=True)


def _stays_valid(prescription: Prescription) -> str:
    if prescription.state != PrescriptionState.ISSUED:
        return ""
    if prescription.paper == Paper.PAPER:
        return _("Votre ordonnance reste valable : montrez le papier à la pharmacie.")
    return _("Votre ordonnance reste valable : demandez le papier à votre médecin.")
