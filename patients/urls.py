"""The doors of a patient. Addresses hold ids only: no number, no name, no drug."""

from django.urls import path

from patients import (
    views,
    views_access,
    views_choices,
    views_documents,
    views_preferences,
    views_spaces,
)

app_name = "patients"
urlpatterns = [
    path("", views.home, name="home"),
    path("ordonnances/<uuid:pk>/", views.prescription, name="prescription"),
    path("ordonnances/<uuid:pk>/langue/", views.read_in, name="read_in"),
    path("ordonnances/<uuid:pk>/code/", views.code, name="code"),
    path("ordonnances/<uuid:pk>/retrait/", views.collect, name="collect"),
    path("ordonnances/<uuid:pk>/retrait/creer/", views.make_collect, name="make_collect"),
    path("ordonnances/<uuid:pk>/retrait/annuler/", views.end_collect, name="end_collect"),
    path("ordonnances/<uuid:pk>/pharmacie/", views.send, name="send"),
    path("ordonnances/<uuid:pk>/pharmacie/envoyer/", views.send_to, name="send_to"),
    path("documents/<uuid:pk>/", views_documents.document, name="document"),
    path("documents/<uuid:pk>/fhir/", views_documents.document_fhir, name="document_fhir"),
    path("aide/", views_documents.help_page, name="help"),
    path("allergies/", views.allergies, name="allergies"),
    path("allergies/declarer/", views.declare_allergy, name="declare_allergy"),
    path("allergies/retirer/", views.end_allergy, name="end_allergy"),
    path("preferences/", views_preferences.preferences, name="preferences"),
    path("preferences/papier/", views_preferences.wish_paper, name="wish_paper"),
    path("preferences/courriel/", views_preferences.wish_notices, name="wish_notices"),
    path("preferences/adresse/", views_preferences.give_address, name="give_address"),
    path("preferences/code/", views_preferences.confirm_address, name="confirm_address"),
    path("journal/", views_access.access_log, name="access_log"),
    path("journal/exporter/", views_access.access_log_export, name="access_log_export"),
    path("journal/reconnaitre/", views_access.recognise, name="recognise"),
    path("journal/signaler/", views_access.doubt, name="doubt"),
    path("espaces/", views_spaces.spaces, name="spaces"),
    path("espaces/ouvrir/", views_spaces.enter, name="enter_space"),
    path("majorite/garder/", views_spaces.keep, name="keep_choices"),
    path("majorite/partager/", views_spaces.lift, name="lift_choices"),
    path("choix/", views_choices.choices, name="choices"),
    path("choix/opposer/", views_choices.oppose, name="oppose"),
    path("choix/reprendre/", views_choices.withdraw, name="withdraw"),
    path("choix/recepisses/<uuid:pk>/", views_choices.receipt, name="receipt"),
    path("choix/recepisses/<uuid:pk>/pdf/", views_choices.receipt_pdf, name="receipt_pdf"),
]
