"""The cast of the demonstration as the national providers know it, and two people whom the portal does not let in."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from eprescription.demo.identity_realm import Person

LILAS = ("310000018", "Cabinet des Lilas")
STATION = ("310000026", "Pharmacie de la Gare")
MARKET = ("310000034", "Pharmacie du Marché")
CLINIC = ("310000042", "Clinique des Tilleuls")  # known nationally, not open on the portal
DOCTOR, PHARMACIST, NURSE, PREPARER_ROLE = "10", "21", "60", "317"


def professionals() -> dict[str, Person]:
    """Who holds a card, by a word for the button."""
    return {
        "lemoine": professional(
            "81000000018",
            "Claire",
            "Lemoine",
            DOCTOR,
            [LILAS, CLINIC],
            "Dr Claire Lemoine, médecin",
        ),
        "roy": professional(
            "81000000026", "Inès", "Roy", PHARMACIST, [STATION], "Inès Roy, pharmacienne"
        ),
        "kerdaniel": professional(
            "81000000034", "Malo", "Kerdaniel", PHARMACIST, [MARKET], "Malo Kerdaniel, pharmacien"
        ),
        "abadie": professional(
            "81000000042", "Noé", "Abadie", DOCTOR, [LILAS], "Dr Noé Abadie, médecin et patient"
        ),
        "vasseur": professional(
            *("81000000059", "Lina", "Vasseur", "", [STATION], "Lina Vasseur, préparatrice"),
            role=PREPARER_ROLE,
        ),
        "marin": professional(
            *("81000000067", "Hugo", "Marin", NURSE, [CLINIC]),
            "Hugo Marin, infirmier (non servi par le portail)",
        ),
    }


def professional(
    rpps: str,
    first_name: str,
    surname: str,
    profession: str,
    places: Sequence[tuple[str, str]],
    called: str = "",
    *,
    role: str = "",
) -> Person:
    """The userinfo of Pro Santé Connect for one person in one profession (domain.md 6.4)."""
    number = f"8{rpps}"
    activities = [
        {"codeRole": role, "numeroFinessSite": finess, "raisonSocialeSite": name}
        for finess, name in places
    ]
    exercise = {"codeProfession": profession, "activities": activities}
    claims: dict[str, Any] = {
        "SubjectNameID": number,
        "preferred_username": number,
        "given_name": first_name,
        "family_name": surname,
        "SubjectRefPro": {"exercices": [exercise]},
    }
    return Person(called, f"f:4f1a2c9e-0000-4000-8000-000000000001:{number}", claims)


def citizens() -> dict[str, Person]:
    """Who has an account with taxes or health insurance, by a word for the button."""
    born = date.today().year - 15
    return {
        "martel": citizen("Martel", "Jeanne Marie", "1951-03-04", "female", "Jeanne Martel"),
        "anne": citizen("Morel", "Anne", "1983-09-09", "female", "Anne Morel, mère de Léa"),
        "lea": citizen("Morel", "Léa", f"{born}-01-12", "female", "Léa Morel, quinze ans"),
        "haddad": citizen(
            "Haddad",
            "Samir",
            "1990-07-21",
            "male",
            "Samir Haddad (identité non vérifiée au portail)",
        ),
        "arnaud": citizen(
            "Arnaud", "Lucie", "1975-05-15", "female", "Lucie Arnaud (inconnue du portail)"
        ),
    }


def citizen(
    surname: str, first_names: str, born: str, gender: str, called: str = "", **more: str
) -> Person:
    """The five traits of FranceConnect."""
    claims = {
        "family_name": surname,
        "given_name": first_names,
        "birthdate": born,
        "gender": gender,
        "birthplace": "31555",
        "birthcountry": "99100",
        **more,
    }
    known_by = hashlib.sha256(repr(sorted(claims.items())).encode()).hexdigest()
    return Person(called, f"{known_by}v1", claims)
