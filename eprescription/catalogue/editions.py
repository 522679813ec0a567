"""Which edition of the drug base is in force, said on every page and copied at signature."""

import hashlib
import re
import time
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from eprescription.catalogue.models import Edition

FRESH_SECONDS = 60
# The base is published each month; half a month of delay is not yet an alarm.
STALE = timedelta(days=45)
# To be raised when the same files are read otherwise, so that they are read again.
READING = 1
_FOLDER_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_known: tuple[float, str] = (0.0, "")


def current_label() -> str:
    """The active edition in words; empty when none is loaded. Asked of the database once a minute."""
    global _known
    if time.monotonic() - _known[0] > FRESH_SECONDS or not _known[1]:
        edition = active()
        _known = (time.monotonic(), str(edition) if edition else "")
    return _known[1]


def active() -> Edition | None:
    """The edition of the medicines in force, if one is loaded."""
    return Edition.objects.filter(kind=Edition.Kind.MEDICINES, active=True).first()


def is_stale(today: date) -> bool:
    """Whether the data are more than 45 days old, or there are none: pages then say so."""
    edition = active()
    return edition is None or today - edition.date > STALE


def digest_of(files: Iterable[Path]) -> str:
    """The SHA-256 of a set of files, by which the same edition is known without being read."""
    digest = hashlib.sha256(str(READING).encode())
    for path in files:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256")
        digest.update(f"{path.name}={content.hexdigest()};".encode())
    return digest.hexdigest()


def dated(folder: Path, newest: date | None, *, today: date) -> date:
    """Date an edition by the name of its folder (2026-05-26, or 2026-05 with the newest date in the
    files, kept within that month), else by that newest date alone, else today."""
    named = _FOLDER_DATE.fullmatch(folder.resolve().name)
    if not named:
        return newest or today
    year, month = int(named[1]), int(named[2])
    try:
        if named[3]:
            return date(year, month, int(named[3]))
        first = date(year, month, 1)
    except ValueError:
        return newest or today
    last = first.replace(day=monthrange(year, month)[1])
    return min(max(newest or first, first), last)
