"""Everything a pharmacist can open. No number, name or medicine stands in an address."""

from django.urls import path

from pharmacies.views import counter, desk

app_name = "pharmacies"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("code/", desk.scan, name="scan"),
    path("numero/", desk.open_number, name="open_number"),
    path("fichier/", desk.open_file, name="open_file"),
    path("camera/", desk.frame, name="frame"),
    path("ordonnances/<uuid:pk>/", counter.prescription, name="prescription"),
    path("ordonnances/<uuid:pk>/delivrer/", counter.dispense, name="dispense"),
    path("ordonnances/<uuid:pk>/liberer/", counter.release, name="release"),
    path("delivrances/", counter.dispensings, name="dispensings"),
    path("delivrances/<uuid:pk>/", counter.dispensing, name="dispensing"),
]
