"""The doors of a patient. Addresses hold ids only: no number, no name, no drug."""

from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("", views.home, name="home"),
    path("ordonnances/<uuid:pk>/", views.prescription, name="prescription"),
    path("ordonnances/<uuid:pk>/code/", views.code, name="code"),
    path("documents/<uuid:pk>/", views.document, name="document"),
    path("choix/", views.choices, name="choices"),
    path("choix/opposer/", views.oppose, name="oppose"),
    path("choix/reprendre/", views.withdraw, name="withdraw"),
]
