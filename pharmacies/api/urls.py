"""The addresses of pharmacy software."""

from django.urls import path

from pharmacies.api import views

urlpatterns = [
    path("fhir/Bundle/$present", views.Present.as_view(), name="api_present"),
    path("fhir/Bundle/<uuid:pk>/$dispense", views.Dispense.as_view(), name="api_dispense"),
    path("fhir/Bundle/<uuid:pk>/$release", views.Release.as_view(), name="api_release"),
    path(
        "fhir/MedicationDispense/<uuid:pk>/$document",
        views.Document.as_view(),
        name="api_dispensed_document",
    ),
]
