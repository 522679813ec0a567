"""Where the real files are, for tests that read the whole of them. They are never copied here."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def shared_data(*parts: str) -> Path:
    """The path of a real file or folder, in PORTAL_DATA or beside the repository.

    Without it the test is skipped, which PORTAL_REQUIRE_ALL=1 forbids (tests/strict.py).
    """
    path = Path(os.environ.get("PORTAL_DATA") or BESIDE).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)}: set PORTAL_DATA to the folder that holds it")
    return path
