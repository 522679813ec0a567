"""One address for each provider to leave from and to come back to, so that no answer is taken for another's."""

from django.urls import path

from eprescription.national import views
from eprescription.national.registered import FRANCECONNECT, PSC

app_name = "national"

urlpatterns = [
    path("pro-sante-connect/", views.begin, {"key": PSC}, name=PSC),
    path("pro-sante-connect/retour/", views.arrive, {"key": PSC}, name=f"{PSC}-return"),
    path("franceconnect/", views.begin, {"key": FRANCECONNECT}, name=FRANCECONNECT),
    path(
        "franceconnect/retour/",
        views.arrive,
        {"key": FRANCECONNECT},
        name=f"{FRANCECONNECT}-return",
    ),
    path("preuve-nationale/", views.prove, name="prove"),
    path("fin/", views.leave, name="leave"),
    path("fin/retour/", views.left, name="left"),
]
