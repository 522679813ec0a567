"""What every page knows: who acts, where he may go, and what is late."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from eprescription.catalogue.editions import current_label
from eprescription.health import late_text, pushes_are_late
from eprescription.models import Role

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
    "patient": (
        ("patients:home", gettext_noop("Mes ordonnances")),
        ("patients:allergies", gettext_noop("Mes allergies")),
        ("patients:choices", gettext_noop("Qui voit quoi")),
    ),
}


def portal(request: HttpRequest) -> dict[str, Any]:
    """`actor`, `nav`, `degraded`, `portal` for the base template."""
    actor = getattr(request, "actor", None)
    places = PLACES.get(actor.role, ()) if actor else ()
    return {
        "actor": actor,
        "nav": [_entry(request, name, label) for name, label in places],
        "degraded": _degraded(actor.role) if actor else [],
        "portal": {
            "version": settings.VERSION,
            "edition": SimpleLazyObject(current_label),
            "demo": settings.DEMO,
            "counter_idle": int(settings.COUNTER_IDLE.total_seconds()),
        },
    }


def _degraded(role: str) -> list[str]:
    """What is late and concerns this role; work goes on."""
    waits = role in (Role.PRESCRIBER, Role.PATIENT)
    return [late_text()] if waits and pushes_are_late(at=timezone.now()) else []


def _entry(request: HttpRequest, name: str, label: str) -> dict[str, Any]:
    href = reverse(name)
    return {"href": href, "label": _(label), "current": request.path == href, "count": None}
