"""The receipt of an opposition as a page to keep: what, since when, its reference, how to take it back."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eprescription.documents.setting import ready, set_page
from eprescription.templatetags.words import exact
from patients.receipts import Receipt


def pdf(receipt: Receipt, *, whose: str) -> bytes:
    """One A4 page, the same bytes for the same receipt; `whose`: the patient's name as the reader knows him."""
    words: dict[str, Any] = {
        "lang": (get_language() or "fr")[:2],
        "title": _("Récépissé d'opposition"),
        "stands": _("Elle est en vigueur.") if receipt.stands else _("Elle a été retirée."),
        "rows": [[label, text] for label, text in rows(receipt, whose=whose) if text],
        "law": law(),
        "back": how_to_take_back(),
    }
    return set_page("receipt.typ", ready(words), at=receipt.until or receipt.since)


def rows(receipt: Receipt, *, whose: str) -> list[tuple[str, str]]:
    """Label and value, on the screen as on paper."""
    return [
        (_("Patient"), whose),
        (_("Ce qui est décidé"), receipt.what),
        (_("Depuis le"), exact(receipt.since)),
        (_("Dit"), receipt.where),
        (_("Retirée le"), exact(receipt.until)),
        (_("Retirée"), receipt.ended),
        (_("Référence"), receipt.reference),
    ]


def law() -> str:
    return _(
        "Le patient peut s'opposer à tout moment à ce que le prescripteur consulte les données d'exécution de son "
        "ordonnance (CSP R. 4072-1 et s.). La pharmacie, elle, les voit toujours. Rien d'autre ne change : "
        "l'ordonnance se délivre comme avant."
    )


def how_to_take_back() -> str:
    return _(
        "Pour la retirer : dans l'espace du portail, page « Qui voit quoi », bouton « Partager à nouveau » ; "
        "cela prend effet aussitôt. Deux représentants légaux la retirent ensemble."
    )
