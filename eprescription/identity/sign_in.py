"""Local accounts: what allauth is told, the fresh proof before signing, and the choice of a role."""

import base64
import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
)
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from eprescription.addresses import browser_of
from eprescription.identity.crypto import Keys, present_head, seal, unseal
from eprescription.identity.keys import field_keys

PLACE = "mfa_authenticator|secret"


class PortalAccounts(DefaultAccountAdapter):
    """Accounts are opened by the operator; a visitor cannot make one, and no mail is sent."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("L'identifiant ou le mot de passe n'est pas juste."),
    }
    QUIET = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: Any, level: int, template: Any = None, *args: Any, **kw: Any
    ) -> None:
        """The page that follows a sign-in says enough by itself."""
        if template not in self.QUIET:
            super().add_message(request, level, template, *args, **kw)

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """The portal has no address of its users."""


class PortalSecondFactors(DefaultMFAAdapter):
    """Secrets of TOTP and recovery codes rest sealed, under a key of their own."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), aad=PLACE, keys=second_factor_keys())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(
            base64.b64decode(encrypted_text), aad=PLACE, keys=second_factor_keys()
        ).decode()

    @staticmethod
    def present_head() -> str:
        """How a text begins that was sealed under the present key (28 bits of the key's name)."""
        return base64.b64encode(present_head(second_factor_keys()))[:6].decode()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The portal has no address of its users."""


def has_second_factor(user: Any) -> bool:
    """Whether the account has TOTP or a passkey."""
    return PortalSecondFactors().is_mfa_enabled(user)


def may_enter(user: Any, *, professional: bool) -> bool:
    """Professionals need a second factor, unless the installation only invites to one (the demo)."""
    if not professional or settings.SECOND_FACTOR != "required":
        return True
    return has_second_factor(user)


@receiver(user_logged_in)
def _signing_in_is_a_proof(request: HttpRequest, **kwargs: Any) -> None:
    request.session["proved_at"] = request.session["signed_in_at"] = time.time()
    request.session["browser"] = browser_of(request)


def proof_is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who he is within 15 minutes (ASVS 7.5.3)."""
    age = time.time() - request.session.get("proved_at", 0)
    if age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return True
    # To allauth an account that has nothing to prove itself with (no password, no key) is always fresh: here, never.
    return bool(get_reauthentication_flows(request.user)) and did_recently_reauthenticate(request)


def prove(request: HttpRequest, password: str) -> bool:
    """A fresh proof by the password; at most five tries a minute, right or wrong."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return False
    if not request.user.check_password(password):
        return False
    request.session["proved_at"] = time.time()
    return True


def second_factor_keys() -> Keys:
    """Return the keys of the secrets of TOTP and of recovery codes."""
    return field_keys("mfa.authenticator.secret")
