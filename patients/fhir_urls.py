"""The receiving side of the health space."""

from django.urls import path

from patients.fhir import Receive

urlpatterns = [path("fhir", Receive.as_view(), name="health_space_receive")]
