"""Pages that belong to no role: the welcome, the choice of a role, the account, the state of the service."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from eprescription import components, sessions
from eprescription.accounts import ONLY, PREPARED, activities_of, choose_density, enter, renew
from eprescription.doors import open_door
from eprescription.health import Probe, probes
from eprescription.identity.sign_in import has_second_factor, may_enter
from eprescription.models import Activity, Role, User
from eprescription.national.entering import strongly
from eprescription.sample import SampleForm, sample_page

HOMES = {
    Role.PRESCRIBER: "prescribers:home",
    Role.PHARMACIST: "pharmacies:desk",
    Role.PATIENT: "patients:home",
    Role.OPERATOR: "operators:home",
}


@open_door("the welcome page, and the way to one's own home")
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "eprescription/welcome.html")
    actor = request.actor  # type: ignore[attr-defined]
    return redirect(HOMES[Role(actor.role)] if actor else "choose_activity")


@open_door("the choice of a role comes before any role", visitors=False)
def choose_activity(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    mine = activities_of(request.user, only=request.session.get(ONLY))
    wanted = request.POST.get("activity") if request.method == "POST" else None
    chosen = [a for a in mine if str(a.pk) == wanted or len(mine) == 1]
    acting = request.actor is not None  # type: ignore[attr-defined]
    if not chosen or (acting and not wanted):
        return render(request, "eprescription/choose_activity.html", {"activities": _cards(mine)})
    return _enter(request, chosen[0], several=len(mine) > 1)


def _enter(request: HttpRequest, activity: Activity, *, several: bool) -> HttpResponse:
    professional = activity.role != Role.PATIENT
    proved = strongly(request) or request.session.get(PREPARED)  # a printed code is a second factor
    if not proved and not may_enter(request.user, professional=professional):
        messages.warning(
            request,
            _("Un second facteur est exigé des professionnels : ajoutez-en un pour entrer."),
        )
        return redirect("mfa_index")
    if request.session.get("activity"):  # switching ends the former session
        renew(request, activity.user, signed_in_at=request.session.get("signed_in_at"))
    enter(request, activity, several=several)
    return redirect("home")


def _cards(activities: list[Activity]) -> list[dict[str, Any]]:
    return [
        {
            "id": a.pk,
            "role": a.role,
            "role_label": a.get_role_display(),
            "person": a.person,
            "place": a.place.name if a.place else "",
        }
        for a in activities
    ]


@open_door("one's own account, whatever the role", visitors=False)
def account_security(request: HttpRequest) -> HttpResponse:
    context = {
        "second_factor": has_second_factor(request.user),
        "densities": User.Density.choices,
        "places": sessions.places(request),
    }
    return render(request, "eprescription/account_security.html", context)


@require_POST
@open_door("one's own sessions, whatever the role", visitors=False)
def end_session(request: HttpRequest) -> HttpResponse:
    """One of them, or all the others."""
    mark = request.POST.get("mark", "")
    done = sessions.end(request, mark) if mark else sessions.end_others(request) > 0
    text = _("C'est déconnecté.") if done else _("Cette session était déjà fermée.")
    messages.success(request, text)
    return redirect("account_security")


@require_POST
@open_door("one's own display, whatever the role", visitors=False)
def set_density(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    if choose_density(request.user, request.POST.get("density", "")):
        messages.success(request, _("Affichage enregistré."))
    return redirect("account_security")


@require_POST
@open_door("the language of the page")
def set_language(request: HttpRequest) -> HttpResponse:
    return django_set_language(request)


@open_door("a declaration that everybody may read")
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "eprescription/accessibility.html")


@open_door("a declaration that everybody may read")
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "eprescription/legal.html")


@open_door("the state of the service, without anything about a person")
def status(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    return render(
        request,
        "eprescription/status.html",
        {"checks": probes(at=at), "board": components.board(at=at)},
    )


@never_cache
@open_door("the platform asks whether the process lives")
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "version": settings.VERSION})


@never_cache
@open_door("the platform asks whether the process may serve")
def ready(request: HttpRequest) -> JsonResponse:
    found = probes(at=timezone.now())
    serving = all(p.ok for p in found if p.vital)
    state = "ok" if all(p.ok for p in found) else "degraded" if serving else "down"
    body = {"status": state, "checks": {p.code: _probe(p) for p in found}}
    return JsonResponse(body, status=200 if serving else 503)


def _probe(probe: Probe) -> dict[str, Any]:
    return {"ok": probe.ok, "value": probe.value}


@open_door("every token and component, in debug only")
def showcase(request: HttpRequest) -> HttpResponse:
    form = SampleForm({"name": "", "email": "faux"})
    form.is_valid()
    return render(
        request, "eprescription/components.html", {"form": form, "page": sample_page(request)}
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)
