"""The environment that the settings read, made for one demo folder."""

import json
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from eprescription.demo.child import DemoError

SECRETS = (
    "SECRET_KEY",
    "FIELD_KEY",
    "INDEX_KEY",
    "CODE_KEY",
    "HEALTH_SPACE_TOKEN",
    "ANCHOR_KEY",
    "PROOF_KEY",
)
EVERYWHERE = ("0.0.0.0", "::")
BESIDE = 1000  # how far from the portal's port the providers of national sign-in answer


@dataclass(frozen=True)
class Place:
    """Where the demo keeps its data and where it answers."""

    folder: Path
    host: str
    port: int

    @property
    def address(self) -> str:
        """What a browser on this machine asks for."""
        return f"http://{self.reached}:{self.port}"

    @property
    def reached(self) -> str:
        """The host by which a browser on this machine reaches what the demo starts."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host


def environment(place: Place, *, database: str, broker: str) -> dict[str, str]:
    """This process's environment with the demo's own: a stray DATABASE_URL must not be used."""
    return (
        dict(os.environ)
        | kept_secrets(place.folder)
        | national(place)
        | {
            "DJANGO_SETTINGS_MODULE": "eprescription.settings",
            "DEMO": "1",
            "DEBUG": "",
            "TESTING": "",
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker,
            "ALLOWED_HOSTS": f"localhost,127.0.0.1,{place.host}",
            "BASE_URL": place.address,
            "HEALTH_SPACE_URL": f"{place.address}/espace-sante/fhir",
            "SECOND_FACTOR": "invited",
            "EMAIL_URL": f"filemail://{place.folder / 'mail'}",
            "STATIC_ROOT": str(place.folder / "static"),
            "PYTHONUNBUFFERED": "1",
        }
    )


def national(place: Place) -> dict[str, str]:
    """The providers of national sign-in that the demo starts beside itself, and its registration with them."""
    address = f"http://{place.reached}:{free_port(place.host, place.port + BESIDE)}"
    registered = {}
    for kind, path in (("PSC", "psc"), ("FRANCECONNECT", "franceconnect")):
        registered[f"{kind}_ISSUER"] = f"{address}/{path}"
        registered[f"{kind}_CLIENT_ID"] = "portail-demo"
        registered[f"{kind}_CLIENT_SECRET"] = secrets.token_urlsafe(32)
    return registered


def free_port(host: str, wanted: int) -> int:
    """The port that is wanted, or any other when it is taken."""
    for port in (wanted if wanted < 65536 else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((host, port))
                return int(probe.getsockname()[1])
    raise DemoError("Aucun port n'est libre.")


def kept_secrets(folder: Path) -> dict[str, str]:
    """The secrets of the demo: made once, since they encrypt what the database keeps."""
    path = folder / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in SECRETS if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(48) for name in missing}
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(kept, indent=1))
        new.replace(path)
    return kept
