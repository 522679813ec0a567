"""How the people of the journeys sign in: through the real form, or with a session made beforehand, which is faster."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Page

from eprescription.actor import Actor
from eprescription.models import User
from eprescription.models.session import SessionStore
from tests.factories import PASSWORD


def sign_in(page: Page, live_server: Any, who: Actor | str, password: str | None = None) -> None:
    """Brings `who` to their home. With a password: by the form (needs settings.SECOND_FACTOR = "invited").

    Without: an Actor gets a session like the one that the form makes.
    """
    if password is not None or isinstance(who, str):
        _by_the_form(page, live_server, who, password or PASSWORD)
        return
    page.context.add_cookies([session_cookie(live_server, who)])
    page.goto(live_server.url + "/")


def session_cookie(live_server: Any, actor: Actor) -> dict[str, Any]:
    """The cookie of a session in which `actor` acts, for a browser context."""
    user = User.objects.get(pk=actor.user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["activity"] = str(actor.activity_id)
    session["several"] = False
    session["seen"] = session["proved_at"] = session["signed_in_at"] = time.time()
    session.create()
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": session.session_key,
        "url": live_server.url,
    }


def _by_the_form(page: Page, live_server: Any, who: Actor | str, password: str) -> None:
    username = who if isinstance(who, str) else User.objects.get(pk=who.user_id).username
    page.goto(live_server.url + "/connexion/")
    page.fill("#id_login", username)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion/" not in url)
