"""Everything between the servers and the web process, in one process: Django loads once."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from eprescription.demo import sandbox
from eprescription.demo.progress import step

EXAMPLE = ".venv/bin/python -m eprescription.demo.client"


class Command(BaseCommand):
    """Brings database, static files and invented people of the demo up to date."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write the accounts that `demo_data` prints."""
        parser.add_argument("accounts", type=Path)

    def handle(self, *args: Any, accounts: Path, **options: Any) -> None:
        """Does the work, one line of progress for each part."""
        if not settings.DEMO:
            raise CommandError("Only for the demo: it makes invented people. Run manage.py demo.")
        with step("Base de données", "à jour"):
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        with step("Fichiers statiques", "à jour"):
            collect_static()
        with step("Données de démonstration", "à jour"), accounts.open("w") as lines:
            call_command("demo_data", stdout=lines)
            people = {"LAP": "medecin", "LGO": "pharmacien"}
            sandbox.open_sandbox(accounts.parent / "sandbox", people=people, at=timezone.now())
            print(f"\nAPI : {EXAMPLE} {settings.BASE_URL} {accounts.parent}/sandbox", file=lines)


def collect_static() -> None:
    """Collects and compresses the static files, unless they are those of the last time."""
    root = Path(settings.STATIC_ROOT)
    mark, now = root.with_suffix(".mark"), _fingerprint()
    if root.exists() and mark.exists() and mark.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(now)


def _fingerprint() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
