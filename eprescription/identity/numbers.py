"""Check the numbers that France gives to people and places. Pure: no Django, no database.

A right key only says that the number was typed well. It never proves who stands in front of us.
Sources: domain.md 3.1, 3.2 and 3.6 (annexes of the Référentiel national d'identitovigilance,
decree 2017-412 on the NIR as health identifier, INSEE's rule for the NIR key).
"""

import re

INS_NIR_OID = "1.2.250.1.213.1.4.8"
INS_NIA_OID = "1.2.250.1.213.1.4.9"
INS_TEST_OID = "1.2.250.1.213.1.4.10"
INS_DEMO_OID = "1.2.250.1.213.1.4.11"
INS_OIDS = frozenset({INS_NIR_OID, INS_NIA_OID, INS_TEST_OID, INS_DEMO_OID})

_NIR_BODY = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}")
_NIR = re.compile(_NIR_BODY.pattern + r"[0-9]{2}")
_FINESS = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{7}")

# Billing under secrecy uses invented persons born in "55 55" in department 55: contraception of
# minors ends with 042, abortion with 030. They pass the key, are shared by thousands of people, and
# would join their files into one. The whole invented birth is refused, whatever the ending: a new
# ending must not open a hole, and month 55 in that one place belongs to nobody we know of.
_SECRET_BIRTH = "2555555"


def luhn_ok(text: str) -> bool:
    """Tell whether the last digit is the Luhn key of the others (RPPS, FINESS, AM number)."""
    if not re.fullmatch(r"[0-9]+", text):
        return False
    total = 0
    for rank, character in enumerate(reversed(text)):
        digit = int(character) * (2 if rank % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def rpps_ok(text: str) -> bool:
    """Tell whether `text` is the 11-digit number of a health professional."""
    return len(text) == 11 and luhn_ok(text)


def finess_ok(text: str) -> bool:
    """Tell whether `text` is the 9-character number of a health establishment.

    How the letter of Corsica (2A, 2B) enters the key is published nowhere that we could verify, so
    only the shape of a Corsican number is checked: refusing a real pharmacy would be worse.
    """
    if not _FINESS.fullmatch(text):
        return False
    return not text.isdigit() or luhn_ok(text)


def nir_key(body: str) -> str:
    """Return the two-digit key of a 13-character NIR or NIA; ValueError for another shape."""
    if not _NIR_BODY.fullmatch(body):
        raise ValueError("A NIR is 13 characters, with 2A or 2B for Corsica.")
    corsica = {"2A": "19", "2B": "18"}
    digits = body[:5] + corsica.get(body[5:7], body[5:7]) + body[7:]
    return f"{97 - int(digits) % 97:02d}"


def nir_ok(text: str) -> bool:
    """Tell whether `text` is 13 characters of a NIR or NIA followed by their key."""
    return bool(_NIR.fullmatch(text)) and nir_key(text[:13]) == text[13:]


def normalise_ins(text: str) -> str:
    """Return the matricule as it is stored: what people put between the groups goes away."""
    return re.sub(r"[\s.\-]", "", text).upper()


def ins_ok(text: str) -> bool:
    """Tell whether `text`, as people type it, may be somebody's INS (with its key, 15 characters).

    Sex, month and place inside the number are not read: they are no proof, and unusual ones exist.
    """
    matricule = normalise_ins(text)
    return nir_ok(matricule) and not matricule.startswith(_SECRET_BIRTH)
