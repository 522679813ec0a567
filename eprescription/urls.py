"""All doors of the portal. Each has a role and an action, or a reason to be open (see doors.py)."""

from allauth.account import views as account
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from eprescription import prepared_views, verification, views
from eprescription.national.views import no_password

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("role/", views.choose_activity, name="choose_activity"),
    path("compte/", views.account_security, name="account_security"),
    path("compte/sessions/fermer/", views.end_session, name="end_session"),
    path("compte/affichage/", views.set_density, name="set_density"),
    path("langue/", views.set_language, name="set_language"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path("etat/", views.status, name="status"),
    path("verifier/", verification.page, name="verify"),
    path("verifier/cles.json", verification.book, name="verify_book"),
    path("verifier/veille.js", verification.keeper, name="verify_keeper"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("connexion/panne/", prepared_views.enter, name="prepared_enter"),
    path("compte/codes-de-panne/", prepared_views.prepare, name="prepared_codes"),
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("connexion/preuve/", account.reauthenticate, name="account_reauthenticate"),
    path("connexion/", include("eprescription.national.urls")),
    path("connexion/inactif/", account.account_inactive, name="account_inactive"),
    path("compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path("compte/sans-mot-de-passe/", no_password, name="account_set_password"),
    path("compte/second-facteur/", include("allauth.mfa.urls")),
    path("prescripteur/", include("prescribers.urls")),
    path("pharmacie/", include("pharmacies.urls")),
    path("espace/", include("patients.urls")),
    path("exploitation/", include("eprescription.operators.urls")),
    path("espace-sante/", include("patients.fhir_urls")),
    path("api/", include("eprescription.api.urls")),
    path("api/", include("prescribers.api.urls")),
    path("api/", include("pharmacies.api.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("composants/", views.showcase, name="components"))

handler404 = "eprescription.views.not_found"
