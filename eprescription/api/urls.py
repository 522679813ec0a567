"""The addresses of the API that no role owns."""

from django.urls import path

from eprescription.api import views, views_fhir

urlpatterns = [
    path("token", views.token, name="api_token"),
    path("schema/", views_fhir.Description.as_view(), name="api_schema"),
    path("fhir/metadata", views_fhir.Metadata.as_view(), name="api_metadata"),
    path("fhir/Bundle/<uuid:pk>", views_fhir.PrescriptionDetail.as_view(), name="api_read"),
    path("fhir/Bundle/<uuid:pk>/$execution", views_fhir.Execution.as_view(), name="api_execution"),
]
