"""Extracts what the portal says, updates both catalogues and compiles them, without GNU gettext.

The source is French. English translates every message; French has entries for plurals alone, because zero is singular
in French and gettext's own rule would say « 0 ordonnances ».
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

SOURCES = ("eprescription", "prescribers", "pharmacies", "patients", "templates")
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
# Which argument is what: (1, "c") is the context; then the message and its plural.
KEYWORDS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


class Message(NamedTuple):
    """A message of the sources; an empty plural means that it has none."""

    context: str
    text: str
    plural: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def tool(name: str) -> ModuleType:
    """A development dependency: the portal runs without it, its catalogues are committed."""
    try:
        return import_module(name)
    except ImportError as missing:
        raise CommandError(
            f"{name} is missing: install the development dependencies (requirements-dev.txt)."
        ) from missing


def source_files() -> Iterator[Path]:
    """Every module and template that may speak to a person."""
    for top in SOURCES:
        for path in sorted((settings.ROOT / top).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def messages_of(path: Path) -> Iterator[Message]:
    """The messages of one file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template keeps its indentation, which means nothing between brackets.
        source = f"(\n{templatize(source, origin=str(path))}\n)"
    extract = tool("babel.messages.extract").extract
    for _line, words, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        text, plural = words if isinstance(words, tuple) else (words, "")
        if text:
            yield Message(context or "", text, plural)


def all_messages() -> list[Message]:
    """Every message once, in order; a message said with and without plural keeps its plural."""
    found: dict[tuple[str, str], Message] = {}
    for path in source_files():
        for message in messages_of(path):
            if message.plural or message.key not in found:
                found[message.key] = message
    return sorted(found.values(), key=lambda m: (m.text.casefold(), m.text, m.context))


def path_of(language: str) -> Path:
    """The catalogue of a language, in its text form."""
    folder: Path = settings.LOCALE_PATHS[0]
    return folder / language / "LC_MESSAGES" / "django.po"


def translations(language: str) -> dict[tuple[str, str], Any]:
    """What is translated already."""
    path = path_of(language)
    if not path.exists():
        return {}
    catalogue = tool("polib").pofile(str(path))
    return {(e.msgctxt or "", e.msgid): e for e in catalogue if not e.obsolete}


def updated(language: str, messages: list[Message]) -> Any:
    """The catalogue as the sources want it: translations kept, what nobody says any more left out."""
    catalogue = tool("polib").POFile(wrapwidth=100)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    known = translations(language)
    for message in messages:
        if language != "fr" or message.plural:
            catalogue.append(entry(message, known.get(message.key), source=language == "fr"))
    return catalogue


def entry(message: Message, old: Any, *, source: bool) -> Any:
    """A message with its translation; in the source language it says itself."""
    new = tool("polib").POEntry(msgid=message.text, msgctxt=message.context or None)
    if "%(" in message.text + message.plural:
        new.flags = ["python-format"]
    if not message.plural:
        new.msgstr = old.msgstr if old else ""
        return new
    new.msgid_plural = message.plural
    kept = old.msgstr_plural if old and old.msgid_plural == message.plural else {}
    own = {0: message.text, 1: message.plural} if source else {0: "", 1: ""}
    new.msgstr_plural = own | ({} if source else kept)
    return new


def missing(catalogue: Any) -> list[str]:
    """The messages that have no translation."""
    return [e.msgid for e in catalogue if not e.translated()]


class Command(BaseCommand):
    help = "Update and compile the catalogues of messages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when late.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        messages = all_messages()
        faults = [
            fault
            for language in PLURALS
            for fault in self.settle(language, updated(language, messages), check=check)
        ]
        for fault in faults:
            self.stderr.write(fault)
        if faults and check:
            raise CommandError("The catalogues are late: run manage.py messages, then translate.")
        self.stdout.write(f"{len(messages)} messages.")

    def settle(self, language: str, catalogue: Any, *, check: bool) -> list[str]:
        """Write both forms of a catalogue, or say which of them differs; say what is missing."""
        text, compiled = f"{catalogue}\n".encode(), catalogue.to_binary()
        faults = [f"{language}: no translation of {msgid!r}" for msgid in missing(catalogue)]
        for path, content in (
            (path_of(language), text),
            (path_of(language).with_suffix(".mo"), compiled),
        ):
            if path.exists() and path.read_bytes() == content:
                continue
            if check:
                faults.append(f"{language}: {path.name} is not up to date")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return faults
