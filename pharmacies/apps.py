from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class PharmaciesConfig(AppConfig):
    name = "pharmacies"

    def ready(self) -> None:
        user_logged_out.connect(_goes_home, dispatch_uid="pharmacies.goes_home")


def _goes_home(request: Any, **kwargs: Any) -> None:
    """Who signs out leaves his post: his code takes him back to it no more."""
    from django.utils import timezone

    from pharmacies.people import leave

    seat = request.session.get("seat")
    if seat:
        leave(seat_id=seat, at=timezone.now())
