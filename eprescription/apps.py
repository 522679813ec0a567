from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class EprescriptionConfig(AppConfig):
    """The shared prescription; its start-up checks refuse a URL without a door."""

    name = "eprescription"

    def ready(self) -> None:
        from eprescription import doors, permissions  # noqa: F401 - doors registers its check

        pre_migrate.connect(_take_the_time_it_needs)
        post_migrate.connect(_go_on_as_usual)
        post_migrate.connect(permissions.forget_permissions)


def _take_the_time_it_needs(using: str, **kwargs: Any) -> None:
    """A migration of a full table lasts longer than a page may; it still waits for no lock for long."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _go_on_as_usual(using: str, **kwargs: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("RESET statement_timeout")
