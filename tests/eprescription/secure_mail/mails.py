"""Mails as they come to a pharmacy: good ones, and ones that somebody broke."""

import base64
import io
import itertools
import zipfile
from email.message import EmailMessage
from typing import Any

from eprescription.documents.code import code_text, new_token
from eprescription.documents.number import new_number
from eprescription.documents.paper import page_of
from eprescription.identity import vault
from eprescription.models import Prescription

_numbers = itertools.count(1)
SENDER = "dr.lemoine@medecin.mssante.exemple"


def page(prescription: Prescription) -> bytes:
    """The printed page with its code."""
    traits = vault.read(prescription.subject_id, prescription.identity_version)
    return page_of(prescription, traits)


def mail(*attached: bytes, name: str = "document.pdf", **fields: str) -> bytes:
    """A mail with these files; `fields` beside or instead of its own (`_` for `-`)."""
    made = EmailMessage()
    own = {
        "From": f"Cabinet <{SENDER}>",
        "To": "pharmacie@mssante.exemple",
        "Subject": "Message sécurisé",
        "Message-ID": f"<{next(_numbers)}@mssante.exemple>",
    } | {key.replace("_", "-"): value for key, value in fields.items()}
    for key, value in own.items():
        if value:
            made[key] = value
    made.set_content("Bonjour, voir la pièce jointe.")
    for content in attached:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def archive(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in files:
            made.writestr(name, content)
    return out.getvalue()


def xdm(document: bytes) -> bytes:
    """IHE_XDM.zip, as far as a receiver looks: an index, metadata, a document."""
    return archive(
        ("INDEX.HTM", b"<html>index</html>"),
        ("IHE_XDM/SUBSET01/METADATA.XML", b'<?xml version="1.0"?><a xmlns="urn:x"/>'),
        ("IHE_XDM/SUBSET01/DOC0001.XML", document),
    )


def cda(pdf: bytes, *, doctype: str = "", media: str = "application/pdf") -> bytes:
    text = base64.encodebytes(pdf).decode()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><nonXMLBody>'
        f'<text mediaType="{media}" representation="B64">{text}</text>'
        "</nonXMLBody></component></ClinicalDocument>"
    ).encode()


def pdf_of(*texts: str) -> bytes:
    """A PDF that shows these codes, one a page."""
    from PIL import Image

    from eprescription.documents.code import qr_png

    sheets = []
    for text in texts:
        sheet = Image.new("L", (1240, 1754), 255)
        if text:
            sheet.paste(Image.open(io.BytesIO(qr_png(text))).convert("L"), (100, 100))
        sheets.append(sheet)
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
    return out.getvalue()


def foreign_code() -> str:
    return code_text(new_number(), new_token())


def receipt(disposition: str) -> bytes:
    """A message disposition notification (RFC 8098)."""
    lines: list[Any] = [
        f"From: <{SENDER}>",
        f"Message-ID: <{next(_numbers)}@mssante.exemple>",
        "Subject: Lu",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Lu",
        "--b",
        "Content-Type: message/disposition-notification",
        "",
        "Original-Message-ID: <x@y>",
        f"Disposition: manual-action/MDN-sent-manually; {disposition}",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()
