"""All doors of the portal. Each has a role and an action, or a reason to be open (see doors.py)."""

from allauth.account import views as account
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from eprescription import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("role/", views.choose_activity, name="choose_activity"),
    path("compte/", views.account_security, name="account_security"),
    path("compte/affichage/", views.set_density, name="set_density"),
    path("langue/", views.set_language, name="set_language"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path("etat/", views.status, name="status"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("connexion/preuve/", account.reauthenticate, name="account_reauthenticate"),
    path("connexion/inactif/", account.account_inactive, name="account_inactive"),
    path("compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path("compte/second-facteur/", include("allauth.mfa.urls")),
    path("prescripteur/", include("prescribers.urls")),
    path("pharmacie/", include("pharmacies.urls")),
    path("espace/", include("patients.urls")),
    path("espace-sante/", include("patients.fhir_urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("composants/", views.components, name="components"))

handler404 = "eprescription.views.not_found"
