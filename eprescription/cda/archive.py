"""IHE_XDM.zip: a document on its way by mail, with what stands on its envelope (IHE ITI TF-1 16, CI-SIS)."""

import io
import zipfile
from datetime import datetime

from django.utils import timezone

from eprescription.cda.metadata import metadata_of

NAME = "IHE_XDM.zip"
DOCUMENT = "DOC0001.XML"
FOLDER = "IHE_XDM/SUBSET01"
INDEX = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">
<head><title>Document de santé</title></head>
<body>
<h1>Document de santé</h1>
<p>Envoyé par le portail Ordonnance numérique.</p>
<ul><li><a href="{FOLDER}/{DOCUMENT}">Document</a></li></ul>
</body>
</html>
"""
README = """Portail Ordonnance numérique.

INDEX.HTM : ce que contient l'archive.
IHE_XDM/SUBSET01/METADATA.XML : les métadonnées du document.
IHE_XDM/SUBSET01/DOC0001.XML : le document (CDA R2).
"""


def archive_of(document: bytes, *, sent_at: datetime) -> bytes:
    """The archive of one document: the same bytes for the same document and moment. What is around it names nobody."""
    files = {
        "INDEX.HTM": INDEX.encode(),
        "README.TXT": README.encode(),
        f"{FOLDER}/METADATA.XML": metadata_of(document, sent_at=sent_at, uri=DOCUMENT),
        f"{FOLDER}/{DOCUMENT}": document,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, timezone.localtime(sent_at).timetuple()[:6])
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
