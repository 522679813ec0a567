"""The one main button of the counter: what it does, said before it is pressed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.models import Profession
from pharmacies.counter_presenter import Counter
from pharmacies.dispensing_form.page import ALL, CHANGED, PREPARE, DispensingForm


@dataclass(frozen=True)
class Button:
    """`act` and `words` as the page stands; the others for when a line differs, or no longer does."""

    act: str
    words: Any
    act_usual: str
    act_changed: str
    words_usual: Any
    words_changed: Any

    @property
    def varies(self) -> bool:
        """Whether the page offers two buttons to who has no script: as prescribed, or with changes."""
        return self.act == ALL


def main_button(form: DispensingForm, page: Counter, actor: Actor) -> Button:
    """A préparateur prepares; a pharmacist delivers, validates, or goes on by exception (CSP L. 4241-1)."""
    if actor.profession == Profession.PREPARER:
        return _steady(PREPARE, _("Préparer pour validation"))
    if page.over:
        return _steady(CHANGED, _("Délivrer à titre exceptionnel"))
    if page.prepared:
        return _steady(CHANGED, _("Valider et délivrer"))
    usual, changed = _("Délivrer tel que prescrit"), _("Délivrer avec les changements")
    now = (CHANGED, changed) if form.main_act == CHANGED else (ALL, usual)
    return Button(*now, ALL, CHANGED, usual, changed)


def correcting_button() -> Button:
    return _steady(CHANGED, _("Enregistrer la correction"))


def _steady(act: str, words: Any) -> Button:
    return Button(act, words, act, act, words, words)
