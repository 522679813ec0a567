"""Writes one backup: a file of pg_dump, and beside it what is needed to trust it."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

from eprescription.backups.programs import ProgramError, folder_of, run
from eprescription.models import JournalHead


@dataclass(frozen=True)
class Facts:
    """What stands beside a backup. `taken_at` is never later than the moment that the file holds.

    `links` and `head` are the end of the sealed journal just before, which the file must hold as well.
    """

    taken_at: str  # ISO 8601, UTC
    sha256: str
    size: int
    links: int
    head: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)


def write(folder: Path) -> Path:
    """A new backup in this folder, readable by its owner alone. A cut one never bears the name of a whole one.

    The identities in it are sealed as they are in the base: it opens nothing without the keys, which it does not hold.
    """
    taken_at = timezone.now().astimezone(UTC)
    path = folder_of(folder) / f"portal-{taken_at:%Y%m%dT%H%M%S%fZ}.dump"
    half = path.with_suffix(".part")
    head = JournalHead.objects.first()
    os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={half}")
        facts = Facts(
            taken_at=taken_at.isoformat(),
            sha256=digest(half),
            size=half.stat().st_size,
            links=head.count if head else 0,
            head=bytes(head.hash).hex() if head else "",
        )
        _keep(beside(path), json.dumps(asdict(facts)))
        _sync(half)
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    return path


def read_facts(path: Path) -> Facts:
    """What stands beside this backup, once its bytes were compared with it. Raises ProgramError."""
    try:
        facts = Facts(**json.loads(beside(path).read_text()))
        same = path.stat().st_size == facts.size and digest(path) == facts.sha256
    except (OSError, ValueError, TypeError) as error:
        raise ProgramError(f"{path.name} cannot be read with what stands beside it.") from error
    if not same:
        raise ProgramError(f"{path.name} is not what was written: it was cut or changed.")
    return facts


def beside(path: Path) -> Path:
    return path.with_suffix(".json")


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    """On the disk before it gets its name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
