from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EprescriptionConfig(AppConfig):
    """The shared prescription; its start-up checks refuse a URL without a door."""

    name = "eprescription"

    def ready(self) -> None:
        from eprescription import doors, permissions  # noqa: F401 - doors registers its check

        post_migrate.connect(permissions.forget_permissions)
