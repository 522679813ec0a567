"""Twelve canaries that stand for one woman, every sink in which one could sing, and hands that type them everywhere."""

import base64
import binascii
import gzip
import itertools
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from redis import Redis

from eprescription.identity.numbers import nir_key
from tests.eprescription.documents.pages import codes_in, metadata_of, picture_of, text_of

_NIR = "2930764445128"
CANARIES: dict[str, tuple[str, ...]] = {
    "birth name": ("CANARIOLLE",),
    "used name": ("QUINQUERELLE",),
    "first names": ("ZEPHIRINE AUXANE", "ZEPHIRINE"),
    "INS": (_NIR + nir_key(_NIR), "2 93 07 64 445 128"),
    "phone": ("0698712345", "06 98 71 23 45", "+33698712345"),
    "mail": ("serin.jaune@voliere.exemple",),
    "address": ("17 impasse du Grand-Perchoir",),
    "birth date": ("14/07/1993", "1993-07-14", "14071993", "14 juillet 1993", "July 14, 1993"),
    "birth place": ("64445",),
    "doctor's words": ("chante-dans-la-marge",),
    "patient's words": ("ne-le-dites-pas-a-mon-frere",),
    "file name": ("ordonnance-de-perruche.png",),
}
SPELLINGS = [spelling for spellings in CANARIES.values() for spelling in spellings]
# Digits alone are looked for as words: a random number may hold five of them in a row.
_SONG = re.compile(
    "|".join(
        rf"(?<![0-9A-Za-z]){re.escape(s)}(?![0-9A-Za-z])" if s.isdigit() else re.escape(s)
        for s in SPELLINGS
    ),
    re.IGNORECASE,
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
VAULT = "identity_"
Sink = Iterator[tuple[str, Any]]


def songs(value: Any) -> set[str]:
    """The canaries that sing in a value: as it is, unquoted, decoded or decompressed."""
    return {found for text in _readings(value) for found in _SONG.findall(text)}


def _readings(value: Any) -> Iterator[str]:
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        yield from (raw.decode("utf-8", "replace"), raw.decode("utf-16-le", "replace"))
        yield from (opened.decode("utf-8", "replace") for opened in _opened(raw))
        value = raw.decode("latin-1")
    text = str(value)
    yield from (text, unquote(text.replace("+", " ")))
    for packed in set(_BASE64.findall(text)):
        for decode in (base64.b64decode, base64.urlsafe_b64decode):
            try:
                raw = decode(packed + "=" * (-len(packed) % 4))
            except (binascii.Error, ValueError):
                continue
            yield raw.decode("utf-8", "replace")
            yield from (opened.decode("utf-8", "replace") for opened in _opened(raw))


def _opened(raw: bytes) -> Iterator[bytes]:
    for open_ in (zlib.decompress, gzip.decompress):
        try:
            yield open_(raw)
        except (zlib.error, OSError, EOFError):
            continue


# --- Sinks


def tables(*, vault: bool = False) -> Sink:
    """Every column of every row, outside the vault unless told; sessions opened as well."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(VAULT) and not vault:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if not isinstance(value, int):  # a serial number sings of nobody
                        yield f"{table}.{name}", value
    for session in Session.objects.all():
        yield "session", session.get_decoded()


def broker() -> Sink:
    """Every key of Valkey with what it holds: queues, headers of tasks, whatever else."""
    client = Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://"))
    readers: dict[bytes, Callable[[bytes], Any]] = {
        b"string": client.get,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"hash": client.hgetall,
        b"zset": lambda key: client.zrange(key, 0, -1),
    }
    for key in client.scan_iter():
        yield "key", key
        held = readers[client.type(key)](key)
        for value in held if isinstance(held, list | set | tuple) else [held]:
            yield key.decode(), value


class Heard(logging.Handler):
    """All that any logger says, as the console of the portal would write it: through its own filter."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        from eprescription.logs import Discreet

        self.addFilter(Discreet())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {self.format(record)}")

    def sink(self) -> Sink:
        yield from (("log", line) for line in self.lines)


def mails(sent: list[Any] = []) -> Sink:  # noqa: B006 - nothing is added
    """Heads and bodies of the mails that left."""
    for message in [*mail.outbox, *sent]:
        source = message if hasattr(message, "as_bytes") else message.message()
        yield "mail", source.as_bytes()
        for part in source.walk() if hasattr(source, "walk") else []:
            yield "mail part", part.get_payload(decode=True) or b""


def pdf(content: bytes) -> Sink:
    """Text, metadata, bytes and codes of one PDF."""
    yield "pdf text", text_of(content)
    yield "pdf metadata", metadata_of(content)
    yield "pdf bytes", content
    for start in re.finditer(rb"stream\r?\n", content):
        try:
            yield "pdf stream", zlib.decompressobj().decompress(content[start.end() :])
        except zlib.error:
            continue
    for code in codes_in(picture_of(content, 200)):
        yield "qr", code.text


def answer(response: Any) -> Sink:
    """Status line, headers and body of one answer."""
    for name, value in response.items():
        yield f"header {name}", value
    for morsel in response.cookies.values():
        yield "cookie", morsel.OutputString()
    body = response.content
    yield from pdf(body) if body.startswith(b"%PDF") else [("page", body)]


def files(folder: Path) -> Sink:
    """Names and contents of what was written to disk."""
    for path in folder.rglob("*"):
        yield "file name", str(path.relative_to(folder))
        if path.is_file():
            yield path.name, path.read_bytes()


def hits(sink: Sink) -> list[str]:
    """Where a canary sings, and which."""
    return [
        f"{where}: {', '.join(sorted(found))}" for where, value in sink if (found := songs(value))
    ]


# --- Hands


class _Forms(HTMLParser):
    """The forms of a page: action, method and the fields with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.loose: dict[str, dict[str, Any]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            made = {
                "action": said.get("action", ""),
                "method": said.get("method", "get"),
                "fields": [],
            }
            self.forms.append(made)
            if said.get("id"):
                self.loose[said["id"]] = made
        form = self.loose.get(said.get("form", "")) or (self.forms[-1] if self.forms else None)
        if form is None:
            return
        if tag in ("input", "textarea", "select", "button") and said.get("name"):
            kind = said.get("type", "text") if tag == "input" else tag
            form["fields"].append((kind, said["name"], said.get("value", "")))


TYPED = ("text", "textarea", "search", "tel", "email", "number", "password", "datetime-local")
NEVER = (
    "supprimer",
    "annuler",
    "deconnexion",
    "verrou",
    "langue",
    "liberer",
    "nouveau-code",
    "signer",
)


def type_everywhere(client: Client, path: str) -> list[Any]:
    """Opens a page, and sends each of its forms with a canary in every field that takes words, once a button."""
    page = client.get(path)
    answers = [page]
    if "html" not in page.get("Content-Type", ""):
        return answers
    reader = _Forms()
    reader.feed(page.content.decode())
    for form in reader.forms:
        action = form["action"] or path
        if form["method"].lower() != "post" or any(word in action for word in NEVER):
            continue
        buttons = {(n, v) for kind, n, v in form["fields"] if kind == "button"} or {("", "")}
        for name, value in sorted(buttons):
            data = _filled(form["fields"]) | ({name: value} if name else {})
            if not any(word in value for word in ("remove", "delete")):
                answers.append(client.post(action, data))
    return answers


_next_one = itertools.cycle(SPELLINGS)


def _filled(fields: list[tuple[str, str, str]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for kind, name, value in fields:
        if kind in TYPED:
            data[name] = next(_next_one)
        elif kind == "file":
            content = b"\x89PNG " + " ".join(SPELLINGS).encode()
            data[name] = SimpleUploadedFile(CANARIES["file name"][0], content)
        elif kind in ("hidden", "radio") and name not in data:
            data[name] = value
    return data


__all__ = [
    "CANARIES",
    "Heard",
    "answer",
    "broker",
    "files",
    "hits",
    "mails",
    "pdf",
    "songs",
    "tables",
    "type_everywhere",
]
