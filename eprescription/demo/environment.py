"""The environment that the settings read, made for one demo folder."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SECRETS = ("SECRET_KEY", "FIELD_KEY", "INDEX_KEY", "CODE_KEY", "HEALTH_SPACE_TOKEN")
EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Place:
    """Where the demo keeps its data and where it answers."""

    folder: Path
    host: str
    port: int

    @property
    def address(self) -> str:
        """What a browser on this machine asks for."""
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://{host}:{self.port}"


def environment(place: Place, *, database: str, broker: str) -> dict[str, str]:
    """This process's environment with the demo's own: a stray DATABASE_URL must not be used."""
    return (
        dict(os.environ)
        | kept_secrets(place.folder)
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
            "STATIC_ROOT": str(place.folder / "static"),
            "PYTHONUNBUFFERED": "1",
        }
    )


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
