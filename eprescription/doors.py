"""Every URL has a door: a role and a policy action, or a stated reason to be open. The others are refused at start."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.checks import CheckMessage, Error, register
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.audit.journal import record
from eprescription.models import Deed, Outcome, Role
from eprescription.permissions import ROLES, Action, check_role
from eprescription.refusal import Refusal

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Door:
    """Who may pass: one role for one action; or everybody, for a reason."""

    role: str | None
    action: Action | None
    reason: str = ""


def door(role: Role, action: Action) -> Callable[[View], View]:
    """Lets the view serve only people acting in `role`; a Refusal raised inside becomes a page that says why."""
    assert role in ROLES[action], f"{role} may not {action}"

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            if actor is None:
                return redirect("home")
            try:
                if actor.role != role:
                    raise Http404
                check_role(actor, action)
                _check_space(request)
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                with transaction.atomic():
                    outcome = Outcome.REFUSED
                    record(Deed.REFUSED, by=actor, outcome=outcome, code=refusal.code[:40])
                return refused(request, refusal)

        guarded.door = Door(role, action)  # type: ignore[attr-defined]
        return guarded

    return decorate


def _check_space(request: HttpRequest) -> None:
    """What is sent from a patient's page counts for the space in which it was read, and for no other.

    A parent who opened another child's space in a second window must not decide for the wrong one.
    """
    actor = request.actor  # type: ignore[attr-defined]
    if (
        request.method == "POST"
        and actor.is_patient
        and request.POST.get("space", "") != actor.space
    ):
        raise Refusal(
            "other_space",
            _("Cette page est celle d'un autre espace : rouvrez-la avant de décider."),
        )


def open_door(reason: str, *, visitors: bool = True) -> Callable[[View], View]:
    """A view without role, for a stated reason; for visitors too unless said otherwise."""

    def decorate(view: View) -> View:
        view.door = Door(None, None, reason)  # type: ignore[attr-defined]
        return login_not_required(view) if visitors else view

    return decorate


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says why, by which text, and when to try again if that may help."""
    context = {"refusal": refusal, "breaches": getattr(refusal, "breaches", [])}
    answer = render(request, "eprescription/refused.html", context, status=refusal.status)
    if again_at := getattr(refusal, "again_at", None):
        answer["Retry-After"] = max(1, int((again_at - timezone.now()).total_seconds()) + 1)
    return answer


def of_library(pattern: URLPattern) -> bool:
    """Whether it is one of allauth's own pages, which guard themselves."""
    return pattern.callback.__module__.startswith("allauth.")


def routes(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """All routes with their path, for the start-up check and for the tests' matrix."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        else:
            yield path, pattern


@register()
def every_url_has_a_door(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuses to start when a URL has neither role and action nor a reason to be open."""
    return [
        Error(f"The URL {path} has no door.", hint="Use @door or @open_door.", id="portal.E001")
        for path, pattern in routes()
        if not of_library(pattern) and door_of(pattern) is None
    ]


def door_of(pattern: URLPattern) -> Door | None:
    view = pattern.callback
    return getattr(view, "door", None) or getattr(getattr(view, "cls", None), "door", None)
