"""The addresses of prescribing software."""

from django.urls import path

from prescribers.api import views

urlpatterns = [
    path("fhir/Bundle", views.Prescriptions.as_view(), name="api_prescriptions"),
    path("fhir/Bundle/<uuid:pk>/$cancel", views.Cancel.as_view(), name="api_cancel"),
    path("fhir/Binary/<uuid:pk>", views.Document.as_view(), name="api_document"),
]
