"""The doors of the operator."""

from django.urls import path

from eprescription.operators import views, views_software

app_name = "operators"
urlpatterns = [
    path("", views.home, name="home"),
    path("acces/<uuid:pk>/", views.case, name="case"),
    path("acces/<uuid:pk>/repondre/", views.answer, name="answer"),
    path("envois/reprendre/", views.resend, name="resend"),
    path("logiciels/", views_software.softwares, name="softwares"),
    path("logiciels/<uuid:pk>/", views_software.software, name="software"),
    path("logiciels/<uuid:pk>/renouveler/", views_software.renew, name="renew_software"),
    path("logiciels/<uuid:pk>/suspendre/", views_software.suspend, name="suspend_software"),
]
