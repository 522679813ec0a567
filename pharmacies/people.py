"""Who works at the counter: seats on a post, and the personal code by which somebody comes back to his.

A post is a browser of the pharmacy, known by a random cookie. Whoever signs in fully on it (password and second factor)
has a seat there for half a day: colleagues take over from each other by their personal codes, and every act keeps its
own author. After five misses, and once the half day is over, only a full sign-in helps.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.identity.keys import field_keys
from eprescription.models import Activity
from eprescription.refusal import Refusal
from pharmacies.models import CounterCode, Seat

LASTS = timedelta(hours=12)
MOST_MISSES = 5
CODE_LENGTH = 6


class NotProved(Refusal):
    """The proof at the lock is wrong, or none helps any more."""

    status = 403


def new_post() -> str:
    """The secret of a browser's cookie; only its digest is kept."""
    return secrets.token_urlsafe(32)


def take_seat(*, post: str, by: Actor, since: datetime) -> Seat:
    """The seat of somebody who signed in fully on this post at `since`; a later sign-in forgets misses."""
    assert by.place_id  # a pharmacist works somewhere
    row = Seat(
        post=_digest(post),
        activity_id=by.activity_id,
        place_id=by.place_id,
        since=since,
        until=since + LASTS,
    )
    with transaction.atomic():
        Seat.objects.bulk_create([row], ignore_conflicts=True)
        mine = Seat.objects.filter(post=row.post, activity_id=by.activity_id)
        mine.filter(since__lt=since).update(
            since=since, until=row.until, misses=0, left_at=None, place_id=by.place_id
        )
        return mine.get()


def seats_on(post: str, *, by: Actor, at: datetime) -> list[Seat]:
    """Who may take over on this post: whoever has a code, and who is there now; in the order of their sign-ins."""
    assert by.place_id
    rows = _alive(at).filter(post=_digest(post), place_id=by.place_id)
    coded = Q(activity__user__in=CounterCode.objects.values("user"))
    return list(rows.filter(coded | Q(activity_id=by.activity_id)).order_by("since"))


def at_work(by: Actor, *, at: datetime) -> list[str]:
    """The people present at this pharmacy, on whichever post, by name; one query."""
    assert by.place_id
    seated = _alive(at).filter(place_id=by.place_id).values("activity")
    people = Activity.objects.filter(pk__in=seated).only("title", "first_name", "surname")
    return [activity.person for activity in people.order_by("surname", "first_name")]


def prove_by_code(*, seat: Seat, code: str, at: datetime) -> None:
    """Counts a miss first, so that parallel guesses are counted too; a right code forgets them. Raises NotProved."""
    count_try(seat=seat, at=at)
    kept = CounterCode.objects.filter(user=seat.activity.user_id).first()
    if kept is None or not _is_right(code, kept):
        raise wrong(seat)
    forgive(seat)


def count_try(*, seat: Seat, at: datetime) -> None:
    """One more try at this seat; NotProved when there were five, or when the half day is over."""
    mine = _alive(at).filter(pk=seat.pk, misses__lt=MOST_MISSES)
    if not mine.update(misses=F("misses") + 1):
        raise NotProved(
            "seat_over", _("Ici, seule une connexion complète est encore possible pour vous.")
        )


def wrong(seat: Seat) -> NotProved:
    """What is told after a miss, with how many tries are left."""
    misses = Seat.objects.values_list("misses", flat=True).get(pk=seat.pk)
    left = MOST_MISSES - misses
    if left <= 0:
        return NotProved(
            "seat_over", _("Cinq essais manqués : une connexion complète est nécessaire.")
        )
    return NotProved(
        "wrong_code", _("Ce n'est pas le bon code. Essais restants : %(left)d.") % {"left": left}
    )


def forgive(seat: Seat) -> None:
    """A right proof forgets the misses."""
    Seat.objects.filter(pk=seat.pk).update(misses=0)


def set_code(*, code: str, by: Actor, at: datetime) -> None:
    """Keeps the personal code of this person; the caller has seen a fresh proof. Refuses what is guessed first."""
    if len(code) != CODE_LENGTH or not (code.isascii() and code.isdigit()):
        raise Refusal("code_shape", _("Un code personnel a six chiffres."))
    if _is_guessed_first(code):
        raise Refusal("code_weak", _("Ce code se devine : évitez les suites et les répétitions."))
    CounterCode.objects.update_or_create(
        user_id=by.user_id, defaults={"digest": make_password(_peppered(code)[0]), "set_at": at}
    )


def has_code(by: Actor) -> bool:
    """Whether this person has a personal code."""
    return CounterCode.objects.filter(user_id=by.user_id).exists()


def leave(*, seat_id: int, at: datetime) -> None:
    """The person goes home: the seat takes nobody back without a full sign-in."""
    Seat.objects.filter(pk=seat_id, left_at=None).update(left_at=at)


def _alive(at: datetime) -> QuerySet[Seat]:
    rows = Seat.objects.filter(until__gt=at, left_at=None)
    return rows.filter(activity__is_active=True, activity__user__is_active=True).select_related(
        "activity__user"
    )


def _is_guessed_first(code: str) -> bool:
    steps = {int(b) - int(a) for a, b in pairwise(code)}
    return len(steps) == 1 or len(set(code)) <= 2 or code[:3] == code[3:]


def _digest(post: str) -> bytes:
    return hashlib.sha256(post.encode()).digest()


def _is_right(code: str, kept: CounterCode) -> bool:
    """A code that was kept under a former key is kept under the present one from now on."""
    present, *former = _peppered(code)
    if check_password(present, kept.digest):
        return True
    if not any(check_password(text, kept.digest) for text in former):
        return False
    CounterCode.objects.filter(pk=kept.pk, digest=kept.digest).update(digest=make_password(present))
    return True


def _peppered(code: str) -> list[str]:
    """Six digits alone are tried out in minutes by whoever holds the table: the key is not in the database."""
    keys = field_keys("counter.code")
    return [hmac.new(key.secret, code.encode(), hashlib.sha256).hexdigest() for key in keys]
