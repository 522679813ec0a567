"""Preparing codes for an outage of the national sign-in, and entering with one."""

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from eprescription import prepared
from eprescription.accounts import ONLY, PREPARED
from eprescription.audit.journal import record
from eprescription.doors import open_door
from eprescription.identity.sign_in import proof_is_fresh, prove
from eprescription.models import Deed, Outcome, User

TRIES = {"prepared": "10/5m/ip"}
SECRET = {"autocomplete": "off", "spellcheck": "false"}


class EnterForm(forms.Form):
    """Login or RPPS, password, one printed code."""

    login = forms.CharField(label=gettext_lazy("Identifiant ou RPPS"), max_length=150)
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Un code imprimé"),
        max_length=30,
        help_text=gettext_lazy("Il ne sert qu'une fois : barrez-le ensuite."),
        widget=forms.TextInput(attrs=SECRET),
    )


class PrepareForm(forms.Form):
    """The password of the account: proved, or chosen by somebody who came by a national service and has none."""

    password = forms.CharField(
        strip=False, max_length=200, widget=forms.PasswordInput(attrs=SECRET), label=""
    )

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user, self.chooses = user, not user.has_usable_password()
        known = gettext_lazy("Votre mot de passe")
        new = gettext_lazy("Choisissez un mot de passe pour les jours de panne")
        self.fields["password"].label = new if self.chooses else known

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if self.chooses:
            validate_password(password, self.user)
        return password


@sensitive_post_parameters("password")
@open_door("one's own codes for an outage, whatever the role", visitors=False)
def prepare(request: HttpRequest) -> HttpResponse:
    """Shows a new set once; it is made with a fresh proof."""
    user = request.user
    assert isinstance(user, User)
    if not prepared.activities_of(user):
        raise Http404
    form = PrepareForm(request.POST if request.method == "POST" else None, user=user)
    codes = []
    if form.is_valid():
        if _is_himself(request, form):
            codes = prepared.prepare(user, at=timezone.now())
        else:
            form.add_error(
                "password",
                _(
                    "Ce n'est pas votre mot de passe, ou votre preuve d'identité est trop ancienne : reconnectez-vous."
                ),
            )
    context = {"form": form, "codes": codes, "left": prepared.left(user)}
    status = 422 if form.errors else 200
    return render(request, "eprescription/prepared_codes.html", context, status=status)


def _is_himself(request: HttpRequest, form: PrepareForm) -> bool:
    password = form.cleaned_data["password"]
    if not form.chooses:
        return prove(request, password)
    if not proof_is_fresh(request):
        return False
    form.user.set_password(password)
    form.user.save(update_fields=["password"])
    update_session_auth_hash(request, form.user)
    return True


@sensitive_post_parameters("password", "code")
@open_door("entering with a prepared code while the national service is down")
def enter(request: HttpRequest) -> HttpResponse:
    """Open only while it is down: otherwise the page says where to enter."""
    if request.user.is_authenticated:
        return redirect("home")
    down = prepared.needed()
    form = EnterForm(request.POST if request.method == "POST" and down else None)
    if form.is_valid() and _entered(request, form):
        return redirect("choose_activity")
    context = {"form": form, "down": down}
    return render(
        request, "eprescription/prepared_enter.html", context, status=422 if form.errors else 200
    )


def _entered(request: HttpRequest, form: EnterForm) -> bool:
    """Signs in for the professional roles alone, and marks the session; a miss says nothing of what was wrong."""
    values = form.cleaned_data
    usage = ratelimit.consume(
        request, app="prepared", action="prepared", config=TRIES, limit_get=True
    )
    user = (
        prepared.account_of(
            values["login"].strip(), values["password"], values["code"], at=timezone.now()
        )
        if usage
        else None
    )
    if user is None:
        with transaction.atomic():
            record(Deed.REFUSED, by=None, outcome=Outcome.REFUSED, code="prepared_code")
        form.add_error(
            None,
            _("Identifiant, mot de passe ou code refusé. Après dix essais, attendez cinq minutes."),
        )
        return False
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[PREPARED] = True
    request.session[ONLY] = prepared.activities_of(user)
    return True
