"""Invented ordonnances, and what the tests need to look at a printed page."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
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


def codes_in(picture: Image.Image) -> list[zxingcpp.Barcode]:
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
