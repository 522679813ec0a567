"""Write an edition of the LPP: one transaction, nothing deleted, the live edition kept on refusal."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from eprescription.catalogue.devices import label_words
from eprescription.catalogue.devices.nx import BadRecord, Code, Lpp, read
from eprescription.catalogue.models import Device, Edition, Issue

SOURCE = "LPP"
BATCH = 2000
MOST_BAD, MOST_BAD_SHARE = 20, 0.005
LEAST_KEPT = 0.95

_LOCK = 2026_0165  # the advisory lock under which devices are written
_FIELDS = ("label", "words", "kind", "tariff_cents", "prior_agreement", "ends_on", "edition")


class Refused(Exception):
    """The file is not used and nothing has changed; the message says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did."""

    edition: Edition
    codes: int
    ended: int = 0
    bad: tuple[BadRecord, ...] = ()
    unchanged: bool = False


@transaction.atomic
def load(content: bytes, *, at: datetime, on: date | None = None, force: bool = False) -> Loaded:
    """Make this file the active edition of the devices and say what was done.

    `on` dates the edition when the file has no date of its own. Codes that it does not tell any more
    end that day. `force` accepts an edition that is older or much smaller than the live one. Raises
    Refused, or nx.NotLpp, before anything is written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    live = Edition.objects.filter(kind=Edition.Kind.DEVICES, active=True).first()
    digest = hashlib.sha256(content).hexdigest()
    if live and live.digest == digest:
        return Loaded(live, live.counts.get("codes", 0), unchanged=True)
    lpp = read(content)
    day = on or lpp.made_on
    if day is None:
        raise Refused("the file has no date: give one")
    _check(lpp, day, live, force=force)
    return _write(lpp, _edition(day, digest, at, lpp))


def _check(lpp: Lpp, day: date, live: Edition | None, *, force: bool) -> None:
    codes, bad = len(lpp.codes), len(lpp.bad)
    if bad > max(MOST_BAD, MOST_BAD_SHARE * codes):
        raise Refused(f"{bad} records cannot be used; the first is record {lpp.bad[0].number}")
    if live is None or force:
        return
    if day < live.date:
        raise Refused(f"the file is older than the live edition ({live})")
    known = live.counts.get("codes", 0)
    if codes < LEAST_KEPT * known:
        raise Refused(f"the file has {codes} codes, the live edition {known}")


def _edition(day: date, digest: str, at: datetime, lpp: Lpp) -> Edition:
    Edition.objects.filter(kind=Edition.Kind.DEVICES, active=True).update(active=False)
    edition, _ = Edition.objects.update_or_create(
        kind=Edition.Kind.DEVICES,
        source=SOURCE,
        date=day,
        defaults={
            "digest": digest,
            "loaded_at": at,
            "active": True,
            "counts": {"codes": len(lpp.codes), "bad": len(lpp.bad)},
        },
    )
    return edition


def _write(lpp: Lpp, edition: Edition) -> Loaded:
    Device.objects.bulk_create(
        [_device(code, edition) for code in lpp.codes.values()],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=_FIELDS,
    )
    gone = Device.objects.exclude(code__in=list(lpp.codes))
    ended = gone.filter(Q(ends_on=None) | Q(ends_on__gt=edition.date)).update(ends_on=edition.date)
    edition.issues.all().delete()
    Issue.objects.bulk_create(
        Issue(edition=edition, file="NX", line=b.number, reason=b.reason, excerpt=b.excerpt)
        for b in lpp.bad
    )
    return Loaded(edition, len(lpp.codes), ended, tuple(lpp.bad))


def _device(code: Code, edition: Edition) -> Device:
    price = code.price(edition.date)
    return Device(
        code=code.code,
        label=code.label,
        words=label_words(code.label),
        kind=price.kind if price else "",
        tariff_cents=price.tariff_cents if price else None,
        prior_agreement=price.prior_agreement if price else None,
        ends_on=code.ends_on,
        edition=edition,
    )
