"""Files come one by one over HTTP, from a real server that sometimes lies."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eprescription.catalogue.sources import fetch as fetching
from eprescription.catalogue.sources.fetch import fetch
from eprescription.catalogue.sources.lines import UnreadableError
from tests.eprescription.catalogue.base import FILES


class Site:
    """Answers each file with (status, bytes); what it does not know is a page and status 404."""

    def __init__(self) -> None:
        self.answers = {name: (200, "\r\n".join(lines).encode()) for name, lines in FILES.items()}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rsplit("/", 1)[-1]
                status, body = site.answers.get(name, (404, b"<html>"))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/download/file"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def test_fetches_what_there_is(site, tmp_path):
    steps = []
    fetch(site.url + "/", "bdpm", tmp_path, progress=steps.append)

    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    assert (tmp_path / "CIS_bdpm.txt").read_bytes() == site.answers["CIS_bdpm.txt"][1]
    assert "CIS_HAS_SMR_bdpm.txt" in steps


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, b"x"), "answered 404"),
        ((503, b"x"), "answered 503"),
        ((200, b"<html>moved</html>"), "a web page"),
        ((200, b""), "empty"),
    ],
)
def test_a_required_file_that_is_no_table_is_refused(site, tmp_path, answer, said):
    site.answers["CIS_bdpm.txt"] = answer

    with pytest.raises(UnreadableError, match=f"CIS_bdpm.txt: {said}"):
        fetch(site.url, "bdpm", tmp_path)


@pytest.mark.parametrize("answer", [(200, b"<html>"), (200, b""), (500, b"")])
def test_an_optional_file_that_is_no_table_is_left_out(site, tmp_path, answer):
    site.answers["CIS_MITM.txt"] = answer
    fetch(site.url, "bdpm", tmp_path)

    assert not (tmp_path / "CIS_MITM.txt").exists()


def test_a_file_without_end_is_cut(site, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 10)

    with pytest.raises(UnreadableError, match="larger than"):
        fetch(site.url, "bdpm", tmp_path)


@pytest.mark.parametrize("base", ["http://127.0.0.1:9/", "http://["])
def test_a_site_that_does_not_answer_is_refused_in_words(tmp_path, base):
    with pytest.raises(UnreadableError, match=r"CIS_bdpm\.txt: "):
        fetch(base, "bdpm", tmp_path)
