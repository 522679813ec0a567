"""Who sees what: each switch as the patient reads it, from the oppositions that stand, and whose word it waits for."""

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
    receipt_id: UUID | None = None  # of the opposition that stands
    agreed: str = ""  # who has agreed that it ends, and who is still asked; empty: nobody has
    offers: str = ""  # the one button: oppose, withdraw, or none
    decider: str = ""  # who decides, when the reader does not
    prescription_id: UUID | None = None
    prescriber_id: UUID | None = None
    signed_on: date | None = None
    medicines: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        return HIDDEN if self.opposed or self.wider else SEEN


@dataclass(frozen=True)
class Voice:
    """Who reads the page: his account, and whose word counts in this space; `alone`: on care that is kept secret."""

    user_id: UUID
    whose: frozenset[UUID]
    alone: frozenset[UUID] = frozenset()

    def decides(self, *, secret: bool) -> bool:
        return self.user_id in self.of(secret=secret)

    def of(self, *, secret: bool) -> frozenset[UUID]:
        return self.alone if secret else self.whose


class Standing:
    """The oppositions of one patient that stand, with their consents, looked up without a query."""

    def __init__(self, oppositions: Iterable[Opposition], voice: Voice) -> None:
        self._rows = {(o.reach, o.prescription_id or o.prescriber_id): o for o in oppositions}
        self._voice = voice

    def since(self, reach: Reach, target: Any = None) -> datetime | None:
        found = self._rows.get((reach, target))
        return found.since if found else None

    def _word(
        self, reach: Reach, target: Any = None, *, secret: bool = False, wider: str = ""
    ) -> dict[str, Any]:
        """What may be pressed, and what it waits for."""
        found = self._rows.get((reach, target))
        told = {"receipt_id": found.pk if found else None}
        if not self._voice.decides(secret=secret):
            return told | {"decider": who_decides(bool(self._voice.of(secret=secret)))}
        if found is None:
            return told | {"offers": "" if wider else "oppose"}
        agreed = {c.user_id for c in found.consents.all() if c.until is None}
        missing = self._voice.of(secret=secret) - agreed
        mine = self._voice.user_id in agreed
        offers = "oppose" if mine and missing else "withdraw"
        return told | {"offers": offers, "agreed": still_asked(mine, agreed, missing)}

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
            **self._word(Reach.ALL),
        )

    def for_prescriber(self, user_id: UUID, name: str) -> Switch:
        since = self.since(Reach.PRESCRIBER, user_id)
        wider = _("C'est non pour tous les médecins.") if self.since(Reach.ALL) else ""
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
            **self._word(Reach.PRESCRIBER, user_id, wider=wider),
        )

    def for_prescription(self, prescription: Prescription, name: str) -> Switch:
        since = self.since(Reach.PRESCRIPTION, prescription.pk)
        wider, secret = self._wider(prescription), bool(prescription.secret)
        return Switch(
            reach=Reach.PRESCRIPTION,
            title=name,
            now=_("Votre médecin ne voit pas ce que la pharmacie vous a remis.")
            if since or wider
            else _("Votre médecin voit ce que la pharmacie vous a remis."),
            opposed=since is not None,
            since=since,
            wider=wider,
            **self._word(Reach.PRESCRIPTION, prescription.pk, secret=secret, wider=wider),
            prescription_id=prescription.pk,
            signed_on=timezone.localtime(prescription.signed_at).date(),
            medicines=tuple(line.inn or line.name for line in prescription.lines.all()),
        )

    def _but(self, seen: str) -> str:
        """What is seen, without hiding that a narrower choice stands somewhere."""
        return " ".join([seen, _("Sauf là où c'est non.")]) if self._rows else seen

    def _wider(self, prescription: Prescription) -> str:
        if self.since(Reach.ALL):
            return _("C'est non pour tous les médecins.")
        if self.since(Reach.PRESCRIBER, prescription.author.user_id):
            return _("C'est non pour ce médecin.")
        return ""


def still_asked(mine: bool, agreed: set[UUID], missing: frozenset[UUID]) -> str:
    """Who has agreed that an opposition ends; the other is not named, since each knows who he is."""
    if not agreed or not missing:
        return ""
    if mine:
        return _("Vous avez accepté ; l'opposition reste tant que l'autre n'a pas accepté.")
    return _("L'autre représentant a accepté de partager à nouveau ; votre accord manque encore.")


def who_decides(somebody: bool) -> str:
    """To a minor who reads his own space: who decides, and what he can do (CSP R. 4072-1 et s.)."""
    if somebody:
        return _(
            "Ce choix revient à vos représentants légaux, qui décident ensemble. "
            "Vous pouvez en parler à votre médecin : il enregistre ce que vous lui dites."
        )
    return _("Parlez-en à votre médecin : il enregistre ce que vous lui dites.")


def waits() -> str:
    """What follows the agreement of one, while another is still asked."""
    return _(
        "Votre accord est enregistré. L'opposition reste tant que l'autre représentant n'a pas accepté."
    )


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
