"""What a patient wishes for all his prescriptions: paper or not, and how he is told that something waits."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.identity import vault
from eprescription.models import Deed, Notices, PaperWish, Preferences
from eprescription.permissions import check_self
from eprescription.refusal import Refusal
from eprescription.telling import is_configured
from patients.addressing import address


@dataclass(frozen=True)
class Wishes:
    """What stands now. `may_refuse_paper`: the identity is qualified, so that something else can carry it (RNIV)."""

    paper: PaperWish
    may_refuse_paper: bool
    notices: Notices = Notices.NONE
    address: str = ""
    confirmed: bool = False
    can_be_told: bool = False  # ordinary mail leaves from here


def wishes(by: Actor) -> Wishes:
    """The wishes of the space that is open; the defaults hold until something is chosen."""
    check_self(by, by.subject_id)
    assert by.subject_id
    chosen = Preferences.objects.filter(subject=by.subject_id).first() or Preferences()
    email, confirmed = address(by)
    qualified = vault.qualified(by.subject_id)
    return Wishes(
        paper=PaperWish(chosen.paper),
        may_refuse_paper=qualified,
        notices=Notices(chosen.notices),
        address=email,
        confirmed=confirmed,
        can_be_told=is_configured(),
    )


def wish_paper(*, paper: PaperWish, by: Actor, at: datetime) -> None:
    """The prescriber reads it when he signs, with the answer ticked; he still asks. Twice is once.

    Raises Refusal for "no paper" without a qualified identity: nothing else could carry the prescription.
    """
    check_self(by, by.subject_id)
    assert by.subject_id
    if paper is PaperWish.MAIL and not vault.qualified(by.subject_id):
        raise Refusal(
            "not_qualified",
            _(
                "Votre identité n'est pas encore qualifiée : le papier est nécessaire pour le moment."
            ),
        )
    with transaction.atomic():
        said = {"paper": paper, "changed_at": at, "by_id": by.activity_id}
        Preferences.objects.update_or_create(subject_id=by.subject_id, defaults=said)
        record(Deed.PREFERRED, by=by, subject_id=by.subject_id, code=f"paper {paper}")
