"""To the provider and back, the fresh proof, and signing out there."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from eprescription.accounts import came_by
from eprescription.audit.journal import record
from eprescription.doors import open_door
from eprescription.models import Deed, Outcome
from eprescription.national import claims, entering, flow, leaving, matching
from eprescription.national.refusing import GivenUp, NotHere
from eprescription.national.registered import Provider
from eprescription.refusal import Refusal

FAILURES = {"national": "60/5m/ip"}  # a whole hospital goes out by one address


@require_GET
@open_door("signing in by a national provider")
def begin(request: HttpRequest, key: str) -> HttpResponse:
    provider = _provider(key)
    if request.user.is_authenticated:
        return redirect("home")
    return _leave(request, provider)


@require_GET
@open_door("a fresh proof of identity, whatever the role", visitors=False)
def prove(request: HttpRequest) -> HttpResponse:
    """Before signing: the provider asks for the card again, and says when it was shown."""
    to = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()):
        to = ""
    return _leave(request, _provider(came_by(request)), to=to, again=True)


def _leave(
    request: HttpRequest, provider: Provider, *, to: str = "", again: bool = False
) -> HttpResponse:
    try:
        return redirect(flow.leave(request, provider, to=to, again=again))
    except Refusal as down:
        return _refused(request, provider, down)


@require_GET
@open_door("coming back from a national provider")
def arrive(request: HttpRequest, key: str) -> HttpResponse:
    provider = _provider(key)
    if not _counts(request, dry_run=True):
        return _refused(
            request, provider, Refusal("too_many", _("Trop d'essais. Attendez cinq minutes."))
        )
    try:
        arrival = flow.arrive(request, provider)
        if arrival.asked.again:
            return _proved(request, provider, arrival)
        return _enter(request, provider, arrival)
    except GivenUp:
        messages.info(request, _("Vous n'êtes pas connecté : vous avez renoncé."))
        return redirect("home" if request.user.is_authenticated else "account_login")
    except Refusal as refusal:
        _counts(request)
        with transaction.atomic():
            record(Deed.REFUSED, by=None, outcome=Outcome.REFUSED, code=refusal.code[:40])
        return _refused(request, provider, refusal)


def _enter(request: HttpRequest, provider: Provider, arrival: flow.Arrival) -> HttpResponse:
    try:
        found = _found(provider, arrival)
    except NotHere:
        leaving.offer(request, provider, arrival.id_token)
        raise
    entering.begin(request, provider, arrival, found)
    if found.elsewhere:
        told = _("Lieux d'exercice connus de Pro Santé Connect et non ouverts ici : %(places)s.")
        messages.info(request, told % {"places": ", ".join(found.elsewhere)})
    return redirect("choose_activity")


def _found(provider: Provider, arrival: flow.Arrival) -> matching.Found:
    at = timezone.now()
    if provider.professional:
        who = claims.professional(arrival.userinfo)
        return matching.account_of_professional(provider, arrival.subject, who, at=at)
    traits = claims.person(arrival.userinfo)
    return matching.account_of_patient(provider, arrival.subject, traits, at=at)


def _proved(request: HttpRequest, provider: Provider, arrival: flow.Arrival) -> HttpResponse:
    entering.confirm(request, provider, arrival)
    messages.success(request, _("Votre identité est prouvée."))
    return redirect(arrival.asked.next or "home")


@require_GET
@open_door("signing out at the national provider too")
def leave(request: HttpRequest) -> HttpResponse:
    """A page that goes on by itself: a redirection after a form may not leave the portal (CSP form-action)."""
    provider, onward = leaving.farewell(request)
    if provider is None:
        return redirect("home")
    context = {"provider": provider.name, "onward": onward}
    return render(request, "national/left.html", context)


@require_GET
@open_door("back from signing out at the national provider")
def left(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Vous êtes déconnecté, ici et auprès du service national."))
    return redirect("home")


@open_door("one's own account, whatever the role", visitors=False)
def no_password(request: HttpRequest) -> HttpResponse:
    """Where allauth sends an account without password that wants to change it."""
    text = _("Ce compte n'a pas de mot de passe : vous y entrez par un service national.")
    messages.info(request, text)
    return redirect("account_security")


def _provider(key: str) -> Provider:
    provider = settings.NATIONAL_PROVIDERS.get(key)
    if provider is None:
        raise Http404
    return provider


def _counts(request: HttpRequest, *, dry_run: bool = False) -> bool:
    """Whether this address may fail once more; counts a failure unless it is only asked."""
    usage = ratelimit.consume(
        request,
        app="national",
        action="national",
        config=FAILURES,
        limit_get=True,
        dry_run=dry_run,
    )
    return usage is not None


def _refused(request: HttpRequest, provider: Provider, refusal: Refusal) -> HttpResponse:
    context = {
        "provider": provider.name,
        "refusal": refusal,
        "down": refusal.status == 503,
        "signed_in": request.user.is_authenticated,
        "known_there": leaving.FAREWELL in request.session,
    }
    return render(request, "national/refused.html", context, status=refusal.status)
