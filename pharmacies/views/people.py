"""Who is at the counter: the lock of the post, taking over by a personal code, one's own code."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eprescription.doors import door
from eprescription.identity.sign_in import proof_is_fresh, prove
from eprescription.models import Role
from eprescription.permissions import Action
from eprescription.refusal import Refusal
from pharmacies import locking, people
from pharmacies.models import Seat
from pharmacies.people_forms import CodeForm, UnlockForm, own_address

LOCKED = 423  # RFC 4918


@require_POST
@door(Role.PHARMACIST, Action.HOME)
def lock(request: HttpRequest) -> HttpResponse:
    """Locks the post; the lock itself answers at the address that is asked for next."""
    locking.lock(request)
    return redirect(own_address(request.POST.get("back", "")))


@door(Role.PHARMACIST, Action.HOME)
def unlock(request: HttpRequest) -> HttpResponse:
    """Somebody of this post proves himself; what was being sent is shown to be sent again."""
    if not locking.is_locked(request):
        return _opened(request, reverse("pharmacies:desk"))
    if request.method != "POST":
        return locked_page(request)
    at = timezone.now()
    form = UnlockForm(request.POST, seats=_seats(request, at))
    if form.is_valid():
        seat = form.cleaned_data["seat"]
        try:
            _prove(request, seat, form.cleaned_data["proof"], at)
        except Refusal as refusal:
            form.add_error("proof", refusal.text)
        else:
            return _after(request, form, seat)
    return _lock(request, form, status=422)


@require_POST
@door(Role.PHARMACIST, Action.HOME)
def leave(request: HttpRequest) -> HttpResponse:
    """Somebody else signs in fully on this post; whoever was there keeps his seat."""
    request.session.flush()
    return redirect("account_login")


@require_POST
@door(Role.PHARMACIST, Action.HOME)
def presence(request: HttpRequest) -> HttpResponse:
    """Somebody is typing in a page that asks nothing: the request itself is the sign."""
    return HttpResponse(status=204)


@door(Role.PHARMACIST, Action.HOME)
def team(request: HttpRequest) -> HttpResponse:
    """Who is at work, and one's own code: set with a fresh proof, else with the password beside it."""
    fresh = proof_is_fresh(request)
    form = CodeForm(request.POST or None, fresh=fresh)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _code_is_set(request, form, fresh=fresh):
            messages.success(request, _("Votre code personnel est enregistré."))
            return redirect("pharmacies:team")
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "form": form,
        "people": people.at_work(actor, at=timezone.now()),
        "has_code": people.has_code(actor),
    }
    return render(request, "pharmacies/team.html", context, status=status)


def locked_page(request: HttpRequest) -> HttpResponse:
    """What a locked post answers to everything: who is there? What was sent is kept, sealed, in the page."""
    back = request.get_full_path() if request.method == "GET" else reverse("pharmacies:desk")
    if back.startswith(reverse("pharmacies:unlock")):
        back = reverse("pharmacies:desk")
    initial = {
        "seat": request.session.get("seat"),
        "back": back,
        "kept": locking.keep_sending(request),
    }
    return _lock(request, UnlockForm(initial=initial, seats=_seats(request, timezone.now())))


def _lock(request: HttpRequest, form: UnlockForm, status: int = LOCKED) -> HttpResponse:
    return render(request, "pharmacies/locked.html", {"form": form, "locked": True}, status=status)


def _seats(request: HttpRequest, at: datetime) -> list[Seat]:
    post = request.COOKIES.get(locking.COOKIE, "")
    return people.seats_on(post, by=request.actor, at=at) if post else []  # type: ignore[attr-defined]


def _prove(request: HttpRequest, seat: Seat, proof: str, at: datetime) -> None:
    """By the personal code; the person of the session also by his password, which is longer than any code."""
    mine = seat.activity_id == request.actor.activity_id  # type: ignore[attr-defined]
    if not mine or len(proof) == people.CODE_LENGTH:
        people.prove_by_code(seat=seat, code=proof, at=at)
        return
    people.count_try(seat=seat, at=at)
    if not prove(request, proof):
        raise people.wrong(seat)
    people.forgive(seat)


def _after(request: HttpRequest, form: UnlockForm, seat: Seat) -> HttpResponse:
    sending = locking.kept_sending(request, form.cleaned_data["kept"])
    locking.unlock(request, seat)
    if sending is None:
        return _opened(request, form.cleaned_data["back"])
    return render(request, "pharmacies/unlocked.html", {"sending": sending})


def _opened(request: HttpRequest, back: str) -> HttpResponse:
    """The page one was on; or, for the script of an open page, who is there now and the token of its forms."""
    if request.headers.get("Accept") != "application/json":
        return redirect(back)
    actor = request.actor  # type: ignore[attr-defined]
    return JsonResponse({"person": actor.person, "token": get_token(request)})


def _code_is_set(request: HttpRequest, form: CodeForm, *, fresh: bool) -> bool:
    said = form.cleaned_data
    if not fresh and not prove(request, said["password"]):
        form.add_error("password", _("Ce n'est pas votre mot de passe."))
        return False
    try:
        people.set_code(code=said["code"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    except Refusal as refusal:
        form.add_error("code", refusal.text)
        return False
    return True
