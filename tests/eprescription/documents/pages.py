"""Invented ordonnances, and what the tests need to look at a printed page."""

import ctypes
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import zxingcpp
from PIL import Image

from eprescription.documents.number import check_character
from eprescription.documents.ordonnance import (
    Ordonnance,
    PrintedLine,
    PrintedPatient,
    PrintedPrescriber,
)

NUMBER = "01B2C3D4E5F6G7H8J" + check_character("01B2C3D4E5F6G7H8J")
CODE = f"{NUMBER}.4V2WY50H8M6C6WDK2N99Y0Y36R"
ATTESTATION = "2." + "8G7M4QX0T" * 19 + "8R"
"""As long as all of them, and of no worth."""
PRESCRIBER = PrintedPrescriber(
    name="Ariane Delmas",
    title="Docteur",
    speciality="Médecine générale",
    identifier="10101234567",
    place_name="Cabinet médical des Tilleuls",
    place_identifier="FINESS 750000123",
    address=("12 rue des Tilleuls", "75011 Paris", "France"),
    phone="+33 1 23 45 67 89",
    email="ariane.delmas@exemple.fr",
)
PATIENT = PrintedPatient(
    birth_name="Castel",
    used_name="Morel",
    first_names="Jeanne Louise",
    birth_date=date(1950, 3, 1),
    sex="F",
    ins="250037507800612",
    age="76 ans",
    weight_kg=62.5,
)
LINE = PrintedLine(
    inn="Amoxicilline",
    name="CLAMOXYL 1 g, comprimé dispersible",
    strength="1 g",
    form="comprimé dispersible",
    posology="1 comprimé le matin et 1 comprimé le soir, pendant les repas.",
    duration="7 jours",
    quantity="14 comprimés",
    quantity_words=None,
    renewals="",
    ald=False,
    non_substitutable="",
)
LONG_LINE = replace(
    LINE,
    inn="Ramipril et hydrochlorothiazide",
    name="COTRIATEC 5 mg/12,5 mg, comprimé pelliculé sécable, boîte de 30",
    strength="5 mg/12,5 mg",
    form="comprimé pelliculé sécable",
    posology=("1 comprimé le matin à jeun avec un verre d'eau, puis un demi le soir. " * 5)[:300],
    duration="3 mois",
    quantity="3 boîtes de 30 comprimés",
    renewals="à renouveler 3 fois",
    non_substitutable="Non substituable (MTE)",
)
LONGEST_LINE = replace(
    LONG_LINE,
    duration="30 jours",
    total="soit 12 mois au total",
    quantity="3 boîtes",
    renewals="à renouveler 11 fois",
    non_substitutable=(
        "Non substituable (EFG : enfant de moins de 6 ans, aucune forme générique adaptée)"
    ),
    mentions=(
        "délivrance fractionnée de 14 jours",
        "prescription hors autorisation de mise sur le marché (hors AMM)",
        "non remboursable",
        "prévention",
    ),
)
"""The longest posology that a row holds, with all that may be said beside it."""
WHOLE = (
    "Pharmacie désignée : Pharmacie de la Gare, 2 place de la Gare, 75012 Paris",
    "Prescription établie lors d'une téléconsultation",
    "Convention avec Centre hospitalier des Glycines, signée le 3 mars 2025",
)
STOCKINGS = replace(
    LINE,
    kind="device",
    inn="",
    strength="",
    form="",
    name="Bas de compression veineuse de classe II",
    lpp="2123456",
    posology="Le jour",
    duration="",
    quantity="2",
)
MORPHINE = replace(
    LINE,
    inn="Morphine (sulfate)",
    quantity="28 gélules",
    quantity_words="vingt-huit gélules de dix milligrammes, deux prises d'une gélule par jour",
)


def an_ordonnance(*lines: PrintedLine, **changes: Any) -> Ordonnance:
    facts: dict[str, Any] = {
        "number": NUMBER,
        "code": CODE,
        "attestation": ATTESTATION,
        "issued_at": datetime(2026, 11, 24, 23, 42, tzinfo=UTC),
        "prescriber": PRESCRIBER,
        "patient": PATIENT,
        "lines": lines or (LINE,),
        "opposition": False,
        "secured": False,
        "paper": True,
        "cancelled_at": None,
    }
    return Ordonnance(**{**facts, **changes})


def text_of(pdf: bytes) -> str:
    """All the text of the page, with single blanks and without the marks where words may break."""
    pages = (page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    return " ".join(" ".join(pages).replace("\u200b", "").replace("\ufffe", "").split())


def picture_of(pdf: bytes, dpi: int) -> Image.Image:
    """The first page in grey."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return page.render(scale=dpi / 72, grayscale=True).to_pil()


def faxed(pdf: bytes, dpi: int = 150) -> Image.Image:
    """The first page in black or white, without dithering, as a fax shows it."""
    return picture_of(pdf, dpi).point(lambda grey: 255 * (grey > 127)).convert("1").convert("L")


def letters_of(pdf: bytes) -> Iterator[tuple[str, float, bool]]:
    """Each letter of the document with its size in points and whether it is bold."""
    name, flags = ctypes.create_string_buffer(64), ctypes.c_int()
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        for index in range(text.count_chars()):
            raw.FPDFText_GetFontInfo(text, index, name, 64, flags)
            letter, size = text.get_text_range(index, 1), raw.FPDFText_GetFontSize(text, index)
            yield letter, size, b"Bold" in name.value


def bold_text_of(pdf: bytes) -> str:
    """The text in bold, blanks aside."""
    return "".join(letter for letter, _, bold in letters_of(pdf) if bold and letter.strip())


def codes_in(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """The codes of numbers; what is verified offline is for `attestations_in`."""
    return [code for code in _all_in(picture) if not code.text.startswith("2.")]


def attestations_in(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """The codes that are verified offline."""
    return [code for code in _all_in(picture) if code.text.startswith("2.")]


def _all_in(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)


def metadata_of(pdf: bytes) -> str:
    """The information dictionary and the XMP packets, in one text."""
    document = pypdfium2.PdfDocument(pdf)
    packets = pdf.decode("latin-1").split("<?xpacket begin")[1:]
    xmp = [packet.split("<?xpacket end")[0] for packet in packets]
    return str(document.get_metadata_dict()) + "".join(xmp)


def inked(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box around everything that is not white."""
    box = picture.point(lambda grey: 255 * (grey < 200)).getbbox()
    assert box is not None
    return box


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
