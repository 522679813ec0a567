"""Guardian's rows by their codename: what an event granted and another may take back."""

from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Permission


@lru_cache(maxsize=8)
def permission_of(codename: str) -> Permission:
    """One of the two codenames; they are made by migrations and live as long as the database."""
    return Permission.objects.get(
        codename=codename,
        content_type__app_label="eprescription",
        content_type__model="prescription",
    )


def forget_permissions(**kwargs: Any) -> None:
    """Migrations have run: the rows may be others."""
    permission_of.cache_clear()
