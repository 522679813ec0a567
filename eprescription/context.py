"""What every page knows: who acts, where he may go, and what is late."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from eprescription.accounts import came_by
from eprescription.catalogue.editions import current_label
from eprescription.components import away, news_for
from eprescription.health import late_text, pushes_are_late
from eprescription.models import ComponentState, Role

PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "prescriber": (
        ("prescribers:home", gettext_noop("Accueil")),
        ("prescribers:patients", gettext_noop("Patients")),
        ("prescribers:prescriptions", gettext_noop("Ordonnances")),
        ("prescribers:templates", gettext_noop("Mes modèles")),
    ),
    "pharmacist": (
        ("pharmacies:desk", gettext_noop("Comptoir")),
        ("pharmacies:mailbox", gettext_noop("Messagerie")),
        ("pharmacies:dispensings", gettext_noop("Délivrances")),
        ("pharmacies:register", gettext_noop("Registre")),
    ),
    "operator": (("operators:home", gettext_noop("Exploitation")),),
    "patient": (
        ("patients:home", gettext_noop("Ordonnances")),
        ("patients:allergies", gettext_noop("Allergies")),
        ("patients:choices", gettext_noop("Qui voit quoi")),
        ("patients:access_log", gettext_noop("Qui a lu quoi")),
        ("patients:spaces", gettext_noop("Espaces")),
        ("patients:preferences", gettext_noop("Préférences")),
    ),
}


def portal(request: HttpRequest) -> dict[str, Any]:
    """`actor`, `nav`, `degraded`, `portal` for the base template."""
    actor = getattr(request, "actor", None)
    places = PLACES.get(actor.role, ()) if actor else ()
    return {
        "actor": actor,
        "nav": [_entry(request, name, label) for name, label in places],
        "degraded": _degraded(actor.role if actor else None),
        "portal": {
            "version": settings.VERSION,
            "edition": SimpleLazyObject(current_label),
            "demo": settings.DEMO,
            "national": settings.NATIONAL_PROVIDERS,
            "came_by": came_by(request),
            "identity_is_away": SimpleLazyObject(_identity_is_away),
            "counter_idle": int(settings.COUNTER_IDLE.total_seconds()),
        },
    }


def _degraded(role: str | None) -> list[Any]:
    """What is late and concerns this role (None: a visitor), and what to do; work goes on."""
    at = timezone.now()
    news: list[Any] = list(news_for(role, at=at))
    waits = role in (Role.PRESCRIBER, Role.PATIENT)
    return news or ([late_text()] if waits and pushes_are_late(at=at) else [])


def _identity_is_away() -> bool:
    return ComponentState.Name.IDENTITY in away(at=timezone.now())


def _entry(request: HttpRequest, name: str, label: str) -> dict[str, Any]:
    href = reverse(name)
    return {"href": href, "label": _(label), "current": request.path == href, "count": None}
