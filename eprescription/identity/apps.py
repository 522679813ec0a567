from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "eprescription.identity"
    label = "identity"
