"""The prepared second factor: printed codes by which a known professional enters while the national service is down.

With the password of the account, each code opens one session, in professional roles only; the journal tells it. While the
national service answers, they open nothing: they are no way around it.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from eprescription import components
from eprescription.documents.number import CROCKFORD
from eprescription.documents.proof import normalise
from eprescription.identity.keys import code_keys
from eprescription.models import Activity, PreparedCode, Role, User

COUNT, LENGTH = 10, 10  # 50 bits a code, beside a password, and few tries
PROFESSIONAL = (Role.PRESCRIBER, Role.PHARMACIST)


def prepare(user: User, *, at: datetime) -> list[str]:
    """Makes a new set, shown once; the one before opens nothing from now on."""
    codes = ["".join(secrets.choice(CROCKFORD) for _i in range(LENGTH)) for _code in range(COUNT)]
    with transaction.atomic():
        PreparedCode.objects.filter(user=user).delete()
        PreparedCode.objects.bulk_create(
            PreparedCode(user=user, digest=_digests(user, code)[0], made_at=at) for code in codes
        )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def left(user: User) -> int:
    """How many codes still open."""
    return PreparedCode.objects.filter(user=user, used_at=None).count()


def needed() -> bool:
    """Whether the national service is down at this very moment: asked, not remembered."""
    return bool(settings.NATIONAL_PROVIDERS) and not components.identity_answers()


def account_of(typed: str, password: str, code: str, *, at: datetime) -> User | None:
    """The account whose login (or RPPS), password and unused code these are; the code is spent. None for all else alike.

    An unknown login costs the same time as a known one.
    """
    user = _known(typed)
    right = (user or User()).check_password(password) if user else _as_slow(password)
    if user is None or not right or not user.is_active or not activities_of(user):
        return None
    unused = PreparedCode.objects.filter(user=user, digest__in=_digests(user, code), used_at=None)
    return user if unused.update(used_at=at) else None


def activities_of(user: User) -> list[str]:
    """The professional roles in force: a code opens no other."""
    rows = Activity.objects.filter(user=user, is_active=True, role__in=PROFESSIONAL)
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _known(typed: str) -> User | None:
    mine = Q(username=typed) | Q(activities__identifier=typed, activities__role__in=PROFESSIONAL)
    found = list(User.objects.filter(mine).distinct()[:2]) if typed else []
    return found[0] if len(found) == 1 else None


def _as_slow(password: str) -> bool:
    User().set_password(password)
    return False


def _digests(user: Any, code: str) -> list[bytes]:
    """Under the present key, then under those that were."""
    said = f"{user.pk} {normalise(code)}".encode()
    keys = code_keys("prepared.code")
    return [hmac.new(key.secret, said, hashlib.sha256).digest() for key in keys]
