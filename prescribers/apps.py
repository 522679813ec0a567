from django.apps import AppConfig


class PrescribersConfig(AppConfig):
    name = "prescribers"
