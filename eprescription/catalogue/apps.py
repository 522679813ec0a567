from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "eprescription.catalogue"
    label = "catalogue"
