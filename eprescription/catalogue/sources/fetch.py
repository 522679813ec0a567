"""Fetch the files of an edition from a web site, one by one, into a folder of our own.

The old addresses of the drug base answer with a page and status 200, and with 0 bytes now and then
(medicines.md 1.3): a required file that is no table is refused here; an optional one is left out,
and the guards notice that the edition lacks it.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import httpx

from eprescription.catalogue.sources import ansm, bdpm
from eprescription.catalogue.sources.lines import UnreadableError, check_table

LARGEST = 64 * 1024 * 1024
TIMEOUT = httpx.Timeout(30, connect=10)

# adapter → file → whether there is no edition without it
FILES: Mapping[str, Mapping[str, bool]] = {
    "bdpm": {name: table in bdpm.REQUIRED for table, (name, _) in bdpm.FILES.items()},
    "ansm": {f"{name}.csv": name in ansm.REQUIRED for name in ansm.FILES},
}


def fetch(
    base: str, adapter: str, folder: Path, *, progress: Callable[[str], None] = lambda name: None
) -> None:
    """Fetch base/name for each file of the adapter. Raises UnreadableError, which names the file."""
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
        for name, needed in FILES[adapter].items():
            progress(name)
            path = folder / name
            try:
                _fetch(client, f"{base.rstrip('/')}/{name}", path)
                check_table(path)
            except UnreadableError:
                path.unlink(missing_ok=True)
                if needed:
                    raise


def _fetch(client: httpx.Client, url: str, path: Path) -> None:
    try:
        with client.stream("GET", url) as answer:
            if answer.status_code != httpx.codes.OK:
                raise UnreadableError(f"{path.name}: answered {answer.status_code}")
            _write(answer.iter_bytes(), path)
    except (httpx.HTTPError, httpx.InvalidURL) as wrong:
        raise UnreadableError(f"{path.name}: {type(wrong).__name__}") from wrong


def _write(chunks: Iterable[bytes], path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise UnreadableError(f"{path.name}: larger than {LARGEST >> 20} MiB")
            file.write(chunk)
