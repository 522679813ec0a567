"""Who sees what: each switch as the patient reads it, from the oppositions that stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription.models import Opposition, Prescription, Reach
from eprescription.statuses import Status

SEEN = Status("seen", gettext_lazy("Partagé"), "eye", "information", "")
HIDDEN = Status("hidden", gettext_lazy("Non partagé"), "eye-off", "attention", "")


@dataclass(frozen=True)
class Switch:
    """One choice: what stands now, since when, and whether a wider choice already decides."""

    reach: Reach
    title: str
    now: str
    opposed: bool  # this very choice stands
    since: datetime | None
    wider: str  # the wider choice that decides, in words; empty: none
    prescription_id: UUID | None = None
    prescriber_id: UUID | None = None
    signed_on: date | None = None
    medicines: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        return HIDDEN if self.opposed or self.wider else SEEN


class Standing:
    """The oppositions of one patient that stand, looked up without a query."""

    def __init__(self, oppositions: Iterable[Opposition]) -> None:
        self._since = {
            (o.reach, o.prescription_id or o.prescriber_id): o.since for o in oppositions
        }

    def since(self, reach: Reach, target: Any = None) -> datetime | None:
        return self._since.get((reach, target))

    def for_all(self) -> Switch:
        since = self.since(Reach.ALL)
        return Switch(
            reach=Reach.ALL,
            title=_("Tous mes médecins"),
            now=_("Aucun médecin ne voit ce que la pharmacie vous remet.")
            if since
            else self._but(_("Vos médecins voient ce que la pharmacie vous remet.")),
            opposed=since is not None,
            since=since,
            wider="",
        )

    def for_prescriber(self, user_id: UUID, name: str) -> Switch:
        since = self.since(Reach.PRESCRIBER, user_id)
        wider = _("Vous avez dit non pour tous vos médecins.") if self.since(Reach.ALL) else ""
        return Switch(
            reach=Reach.PRESCRIBER,
            title=name,
            now=_("Ce médecin ne voit pas ce que la pharmacie vous remet.")
            if since or wider
            else self._but(_("Ce médecin voit ce que la pharmacie vous remet.")),
            opposed=since is not None,
            since=since,
            wider=wider,
            prescriber_id=user_id,
        )

    def for_prescription(self, prescription: Prescription, name: str) -> Switch:
        since = self.since(Reach.PRESCRIPTION, prescription.pk)
        return Switch(
            reach=Reach.PRESCRIPTION,
            title=name,
            now=_("Votre médecin ne voit pas ce que la pharmacie vous a remis.")
            if since or self._wider(prescription)
            else _("Votre médecin voit ce que la pharmacie vous a remis."),
            opposed=since is not None,
            since=since,
            wider=self._wider(prescription),
            prescription_id=prescription.pk,
            signed_on=timezone.localtime(prescription.signed_at).date(),
            medicines=tuple(line.inn or line.name for line in prescription.lines.all()),
        )

    def _but(self, seen: str) -> str:
        """What is seen, without hiding that a narrower choice stands somewhere."""
        return " ".join([seen, _("Sauf là où vous avez dit non.")]) if self._since else seen

    def _wider(self, prescription: Prescription) -> str:
        if self.since(Reach.ALL):
            return _("Vous avez dit non pour tous vos médecins.")
        if self.since(Reach.PRESCRIBER, prescription.author.user_id):
            return _("Vous avez dit non pour ce médecin.")
        return ""


def said_no(reach: Reach) -> str:
    """What follows an opposition; no name, since a message travels in the session."""
    if reach is Reach.ALL:
        return _("C'est fait. Aucun médecin ne voit plus ce que la pharmacie vous a remis.")
    if reach is Reach.PRESCRIBER:
        return _("C'est fait. Ce médecin ne voit plus ce que la pharmacie vous a remis.")
    return _("C'est fait. Pour cette ordonnance, votre médecin ne voit plus ce qui a été remis.")


def said_yes(reach: Reach, *, others_stand: bool) -> str:
    """What follows a withdrawal, honest about what still stands."""
    if others_stand:
        return _("C'est fait : ce choix est retiré. Vos autres choix restent en place.")
    if reach is Reach.ALL:
        return _("C'est fait. Vos médecins voient à nouveau ce que la pharmacie vous remet.")
    return _("C'est fait. Votre médecin voit à nouveau ce que la pharmacie vous a remis.")
