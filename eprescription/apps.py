from django.apps import AppConfig


class EprescriptionConfig(AppConfig):
    """The shared prescription; its start-up checks refuse a URL without a door."""

    name = "eprescription"

    def ready(self) -> None:
        from eprescription import doors  # noqa: F401 - registers the check
