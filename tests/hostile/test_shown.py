"""Hostile text that stands in the base, by whatever way it came, is text on every page, paper and file that shows it."""

import csv
import io
from contextlib import suppress
from itertools import cycle
from typing import Any

import pypdfium2
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from eprescription.models import Prescription
from tests.hostile.conftest import HostileWorld
from tests.hostile.corpus import MARK, PRODUCT
from tests.hostile.driving import PEOPLE, addresses, asked
from tests.hostile.pages import Page, faults

pytestmark = pytest.mark.django_db
FAMILIES = ("own", "nameless")
# Files for a spreadsheet, and what is asked for: a search never stands in an address.
FILES: dict[str, dict[str, str]] = {
    "/pharmacie/registre/exporter/": {"period": "month"},
    "/espace/journal/exporter/": {},
}
# Each column that people fill with words, and what is copied from such columns.
COLUMNS = {
    "eprescription.Prescription": ("pharmacy_named", "convention_place"),
    "eprescription.Line": ("inn", "name", "strength", "form", "posology"),
    "eprescription.Allergy": ("label",),
    "eprescription.Dispensing": ("correction_reason",),
    "eprescription.DispensedLine": (
        "name",
        "posology",
        "agreement",
        "reason",
        "note",
        "instruction",
    ),
    "eprescription.PaperConflict": ("reason",),
    "eprescription.Justification": ("text", "reason"),
    "eprescription.Question": ("message", "posology", "answer"),
    "eprescription.Software": ("editor", "product"),
    "eprescription.Place": ("name", "address"),
    "eprescription.Activity": ("surname", "first_name", "speciality"),
    "prescribers.Template": ("name",),
    "prescribers.TemplateLine": ("inn", "name", "strength", "form", "posology"),
    "patients.ReceivedDocument": ("author",),
}
TEXTS = (
    '<script>hq7()</script>"><img src=x onerror=hq7>{{ 7191*7 }}{% debug %}',
    '=HYPERLINK("http://hq7";"x");=1+1',
    '#panic("hq7") #read("/etc/passwd") #(7191*7) = *g* $x$ @r <l> \\ //',
)


@pytest.fixture
def infested(world: HostileWorld) -> HostileWorld:
    """The same world, with hostile words in every column that holds words; the guards of the base asleep meanwhile."""
    texts = cycle(TEXTS)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for label, columns in COLUMNS.items():
            model = apps.get_model(label)
            for pk in list(model.objects.values_list("pk", flat=True)):
                with suppress(IntegrityError), transaction.atomic():  # an operator has no name
                    model.objects.filter(pk=pk).update(**{c: next(texts) for c in columns})
        for one in Prescription.objects.exclude(prescriber=None):
            copied = {
                key: next(texts) if _words(key) else value for key, value in one.prescriber.items()
            }
            Prescription.objects.filter(pk=one.pk).update(prescriber=copied)
        cursor.execute("SET session_replication_role = DEFAULT")
    return world


def _words(key: str) -> bool:
    return key in ("name", "speciality", "place_name", "address")


def test_hostile_words_are_words_on_every_page_paper_and_file(infested: HostileWorld) -> None:
    wrong: list[str] = []
    kinds: dict[str, int] = {}
    for who in PEOPLE:
        for url in addresses(infested, *FAMILIES):
            method = "post" if url in FILES else "get"
            answer = asked(infested.clients[who], method, url, FILES.get(url))
            kind = answer.headers.get("Content-Type", "").split(";")[0]
            if answer.status_code >= 500:
                wrong.append(f"{who} {url}: {answer.status_code}")
            shown = SAID.get(kind, _nothing)(answer.read)
            kinds[kind] = kinds.get(kind, 0) + (MARK in shown[0])
            wrong += [f"{who} {url}: {said}" for said in shown[1]]

    print(kinds)
    assert not wrong, "\n".join(wrong)
    assert kinds["text/html"] > 40 and kinds["application/pdf"] > 4 and kinds["text/csv"]


def _html(content: bytes) -> tuple[str, list[str]]:
    page = content.decode()
    return Page(page).shown, list(faults(page))


def _pdf(content: bytes) -> tuple[str, list[str]]:
    """Where the marks of typst or a template had been carried out, a product or an error would stand."""
    if len(content) < 1000:  # what a program sent to the space, given back as it came
        return _nothing(content)
    pages = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return text, ["was carried out"] if PRODUCT in text or "root:" in text else []


def _csv(content: bytes) -> tuple[str, list[str]]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    cells = [cell for row in rows for cell in row]
    return "".join(cells), [
        f"a formula: {c[:40]}" for c in cells if c.lstrip()[:1] in tuple("=+-@")
    ]


def _nothing(content: bytes) -> tuple[str, list[str]]:
    return "", []


SAID: dict[str, Any] = {"text/html": _html, "application/pdf": _pdf, "text/csv": _csv}
