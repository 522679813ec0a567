"""The doors of a patient. Addresses hold ids only: no number, no name, no drug."""

from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("", views.home, name="home"),
    path("ordonnances/<uuid:pk>/", views.prescription, name="prescription"),
    path("ordonnances/<uuid:pk>/code/", views.code, name="code"),
    path("ordonnances/<uuid:pk>/retrait/", views.collect, name="collect"),
    path("ordonnances/<uuid:pk>/retrait/creer/", views.make_collect, name="make_collect"),
    path("ordonnances/<uuid:pk>/retrait/annuler/", views.end_collect, name="end_collect"),
    path("ordonnances/<uuid:pk>/pharmacie/", views.send, name="send"),
    path("ordonnances/<uuid:pk>/pharmacie/envoyer/", views.send_to, name="send_to"),
    path("documents/<uuid:pk>/", views.document, name="document"),
    path("allergies/", views.allergies, name="allergies"),
    path("allergies/declarer/", views.declare_allergy, name="declare_allergy"),
    path("allergies/retirer/", views.end_allergy, name="end_allergy"),
    path("choix/", views.choices, name="choices"),
    path("choix/opposer/", views.oppose, name="oppose"),
    path("choix/reprendre/", views.withdraw, name="withdraw"),
]
