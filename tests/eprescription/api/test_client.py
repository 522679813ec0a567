"""The example client, against a live server: it signs, presents, dispenses and reads, and knows nothing but the wire."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from eprescription.demo import client, sandbox
from eprescription.models import Dispensing, Prescription, Software, User
from tests import factories as f


@pytest.fixture
def folder(catalogue: None, tmp_path: Path) -> Path:
    people = {"LAP": f.a_prescriber(), "LGO": f.a_pharmacist()}
    names = {k: User.objects.get(pk=a.user_id).username for k, a in people.items()}
    place = tmp_path / "sandbox"
    for _start in range(2):  # a second start of the demo keeps what the first one made
        sandbox.open_sandbox(place, people=names, at=timezone.now())
    return place


def test_the_example_client_goes_the_whole_way(
    live_server: Any, settings: Any, folder: Path
) -> None:
    settings.BASE_URL = live_server.url
    told = client.run(live_server.url, folder)
    row = Prescription.objects.get()
    assert told[0].endswith(row.number or "–") and told[2].endswith("FFC")
    assert Dispensing.objects.get().case.prescription == row
    assert row.lines.get().posology == "1 comprimé le matin et le soir"


def test_the_keys_are_their_owners_alone(folder: Path) -> None:
    assert Software.objects.count() == 2
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_client_imports_nothing_of_the_portal() -> None:
    source = Path(client.__file__).read_text(encoding="utf-8")
    assert "from eprescription" not in source and "import django" not in source


def test_a_refusal_ends_it_with_what_it_says(live_server: Any, settings: Any, folder: Path) -> None:
    settings.BASE_URL = live_server.url
    Software.objects.update(suspended_at=timezone.now())
    with pytest.raises(SystemExit, match="suspended_software"):
        client.run(live_server.url, folder)
