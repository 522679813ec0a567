"""The public page that verifies the second code of an ordonnance, and goes on when the portal does not answer.

A browser that opened it once keeps it with the public keys (static/js/verifying-keeper.js) and verifies by itself. With the
portal at hand and without JavaScript the same form is answered here. Who asks is not looked at: the page is the same for
all, so that what a browser keeps names nobody.
"""

import time
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from eprescription.documents.attestation import Attested, Book, Kind, Problem, published, verify
from eprescription.documents.attestation.verifying import LONGEST
from eprescription.documents.number import grouped
from eprescription.doors import open_door
from eprescription.environment import ROOT

FRESH_SECONDS = 60
_book: tuple[float, dict[str, Any]] | None = None  # when it was made, and the list

WORDS: dict[str, tuple[str, Any, Any]] = {
    "": (
        "success",
        _("Code authentique"),
        _(
            "Le portail a signé ce code. Comparez ce qui suit avec le papier. Il ne dit pas si les médicaments ont déjà été remis."
        ),
    ),
    Problem.EXPIRED: (
        "attention",
        _("Code authentique, mais périmé"),
        _("La date de fin de validité est passée."),
    ),
    Problem.CANCELLED: (
        "danger",
        _("Ordonnance annulée"),
        _("Le prescripteur l'a annulée : ne la délivrez pas."),
    ),
    Problem.LINES: (
        "danger",
        _("Ces lignes ne sont pas celles qui ont été signées"),
        _(
            "Vérifiez votre copie, lettre par lettre. Si elle est exacte, le papier a été modifié : ne le délivrez pas."
        ),
    ),
    Problem.FORGED: (
        "danger",
        _("Code falsifié"),
        _(
            "La signature ne correspond pas. Ne délivrez pas sur ce papier ; appelez le prescripteur."
        ),
    ),
    Problem.KEY_REVOKED: (
        "danger",
        _("Clé révoquée"),
        _("La clé qui a signé ce code n'est plus sûre. Appelez le prescripteur avant de délivrer."),
    ),
    Problem.KEY_UNKNOWN: (
        "danger",
        _("Clé inconnue"),
        _(
            "Ce portail n'a pas signé ce code, ou cette page est trop ancienne pour connaître sa clé. Appelez le prescripteur."
        ),
    ),
    Problem.SHAPE: (
        "attention",
        _("Ce n'est pas un code de vérification"),
        _(
            "Scannez le code sous lequel est écrit « Vérification hors ligne ». Il commence par 2 et un point."
        ),
    ),
}
KINDS = {
    Kind.PRESCRIPTION: _("Ordonnance"),
    Kind.PAD: _("Feuille de secours, à remplir à la main"),
}


class VerifyForm(forms.Form):
    """The code, and the lines for those who want them verified too."""

    code = forms.CharField(
        label=_("Code à vérifier"),
        max_length=LONGEST,
        help_text=_("Scannez-le, collez-le ou tapez-le."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    lines = forms.CharField(
        label=_("Lignes imprimées"),
        required=False,
        max_length=10_000,
        help_text=_(
            "Recopiez-les telles quelles, une par rangée : elles sont alors vérifiées aussi."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )


@open_door("anybody may verify what stands on a paper; nothing is looked up")
def page(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.POST if request.method == "POST" else None)
    at = timezone.now()
    verdict = facts = None
    if form.is_bound and form.is_valid():
        said = verify(
            form.cleaned_data["code"],
            Book.read(_published(at)),
            on=timezone.localdate(at),
            lines=form.cleaned_data["lines"],
        )
        verdict = said.problem or ""
        facts = _facts(said.attested) if said.attested else None
    nobody: dict[str, Any] = {"actor": None, "user": AnonymousUser(), "nav": [], "degraded": []}
    verdicts = [(code, *words) for code, words in WORDS.items()]
    shown = {"form": form, "verdicts": verdicts, "verdict": verdict, "facts": facts}
    answer = render(
        request, "eprescription/verify.html", nobody | shown | {"kinds": list(KINDS.items())}
    )
    answer.status_code = 422 if form.errors else 200
    return answer


@require_safe
@open_door("the public keys, and what they no longer vouch for")
def book(request: HttpRequest) -> JsonResponse:
    return JsonResponse(_published(timezone.now()))


@require_safe
@open_door("the script by which a browser keeps the page")
def keeper(request: HttpRequest) -> HttpResponse:
    """A service worker keeps what lies under its own address: it cannot live among the static files."""
    script = (ROOT / "static" / "js" / "verifying-keeper.js").read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _published(at: datetime) -> dict[str, Any]:
    """The list, made again each minute at most: everybody may ask for it."""
    global _book
    if _book is None or settings.TESTING or time.monotonic() - _book[0] > FRESH_SECONDS:
        _book = (time.monotonic(), published(at=at))
    return _book[1]


def _facts(what: Attested) -> list[tuple[Any, Any]]:
    written = what.kind is Kind.PRESCRIPTION
    return [
        (_("Document"), KINDS[what.kind]),
        (_("Numéro"), grouped(what.number)),
        (_("RPPS du prescripteur"), what.prescriber),
        (_("Date"), what.issued_on),
        (_("Valable jusqu'au"), what.expires_on),
        (_("Lignes"), what.lines if written else ""),
        (_("Boîtes ou unités en tout"), what.boxes if written else ""),
    ]
