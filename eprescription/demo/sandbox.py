"""Two invented software for the demo, one of each kind, with keys made at start: what the example client signs with."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from joserfc.jwk import ECKey

from eprescription.catalogue.search import search
from eprescription.models import Activity, Role, Software
from eprescription.operators import software as registry

EDITOR = "Éditeur de démonstration"
KINDS = {Software.Kind.LAP: Role.PRESCRIBER, Software.Kind.LGO: Role.PHARMACIST}
LASTS = timedelta(days=365)
MEDICINE = "amoxicilline 1 g"


def open_sandbox(folder: Path, *, people: dict[str, str], at: datetime) -> None:
    """Lists the two software and writes for each a file with its private key, in a folder that only its owner reads.

    `people`: by kind, the account of the professional it acts for. What was made before stays.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    for kind, role in KINDS.items():
        path = folder / f"{kind.lower()}.json"
        if not path.exists():
            activity = Activity.objects.select_related("place").get(
                user__username=people[kind], role=role
            )
            _write(path, _opened(kind, activity, at))


def _opened(kind: str, activity: Activity, at: datetime) -> dict[str, Any]:
    assert activity.place
    key = ECKey.generate_key("P-256", {"kid": f"{kind.lower()}-1"})
    software = registry.enlist(values=_values(kind, key, at), by=None, at=at)
    return {
        "client_id": str(software.pk),
        "key": key.as_dict(private=True),
        "rpps": activity.identifier,
        "place": activity.place.identifier,
        "medicine": search(MEDICINE, limit=1)[0].cis,
    }


def _values(kind: str, key: ECKey, at: datetime) -> dict[str, Any]:
    today = timezone.localdate(at)
    return {
        "editor": EDITOR,
        "product": f"Exemple {kind}",
        "version": f"{at:%y%m%d%H%M%S}",
        "kind": kind,
        "wave": Software.Wave.SECOND,
        "certificate": "DEMO",
        "keys": {"keys": [key.as_dict(private=False)]},
        "valid_from": today,
        "valid_until": today + LASTS,
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
