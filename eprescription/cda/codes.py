"""Value sets of the French CDA documents, as enums: what stands not here cannot be written.

Sources: CI-SIS, volets eP-MED-DM and eDISP-MED 2024.01; HL7 v3 code systems; LOINC; EDQM standard terms.
"""

import re
from enum import Enum

from eprescription.cda.nodes import Element, add


class Concept(Enum):
    """Codes of one system: (code, French label). The system, `oid` and `system`, stands on the class."""

    oid: str
    system: str

    def __init_subclass__(cls, *, oid: str, system: str) -> None:
        super().__init_subclass__()
        cls.oid, cls.system = oid, system

    def __init__(self, code: str, display: str) -> None:
        self.code, self.display = code, display


class Loinc(Concept, oid="2.16.840.1.113883.6.1", system="LOINC"):
    """Documents, sections and measures."""

    PRESCRIPTION = "57833-6", "Prescription de produits de santé"
    DISPENSING = "60593-1", "Dispensation médicamenteuse"
    BARCODE = "57723-9", "Numéro de code à barres unique"
    MEDICINES = "57828-6", "Prescriptions"
    DEVICES = "46264-8", "Dispositifs médicaux"
    DISPENSED = "60590-7", "Dispensation de médicaments"
    COMMENT = "55112-7", "Commentaire"
    VITAL_SIGNS = "8716-3", "Signes vitaux"
    VITAL_SIGNS_SET = "85353-1", "Signes vitaux"
    WEIGHT = "29463-7", "Poids (mesuré)"
    HEIGHT = "8302-2", "Taille"
    COPY = "55108-5", "Copie du document"
    ATTACHED = "55107-7", "Document attaché"
    KIND_OF_DOCUMENT = "69764-9", "Type de document"


class Said(Concept, oid="1.2.250.1.213.1.1.4.322", system="TA_ASIP"):
    """What is said of a line, yes or no, and of the whole prescription (TA_ASIP)."""

    ALD = "MED-574", "En rapport avec une ALD"
    WORK = "GEN-180", "En rapport avec un accident du travail ou une maladie professionnelle"
    PREVENTION = "GEN-295", "En rapport avec la prévention"
    NOT_REIMBURSABLE = "GEN-181", "Non remboursable"
    OFF_LABEL = "GEN-179", "Hors Autorisation de Mise sur le Marché (AMM)"
    TWO_ZONES = "MED-1096", "Prescription bizone"
    EXCEPTION = "MED-1097", "Prescription médicaments d'exception"
    SECURED = "MED-1098", "Ordonnance sécurisée"


class Class(Concept, oid="1.2.250.1.213.1.1.4.1", system="TRE_A03-ClasseDocument"):
    """Of which class a document is, for who files it (TRE_A03)."""

    PRESCRIPTION = "42", "Prescription"


class Format(Concept, oid="1.3.6.1.4.1.19376.1.2.3", system="TRE_A11-IheFormatCode"):
    """By which model it is written (TRE_A11)."""

    PRESCRIPTION = "urn:ihe:pharm:pre:2010", "Prescription de médicaments"


class Visibility(Concept, oid="1.2.250.1.213.1.1.4.13", system="TRE_A07-StatutVisibiliteDocument"):
    """From whom a document is hidden (TRE_A07)."""

    NO_REPRESENTATIVE = (
        "INVISIBLE_REPRESENTANTS_LEGAUX",
        "Non visible par les représentants légaux du patient",
    )


class Confidentiality(Concept, oid="2.16.840.1.113883.5.25", system="Confidentiality"):
    """Who may read; care that a minor keeps secret is restricted."""

    NORMAL = "N", "Normal"
    RESTRICTED = "R", "Restreint"


class Gender(Concept, oid="2.16.840.1.113883.5.1", system="AdministrativeGender"):
    """Sex, by the letters of the traits: F, M, I."""

    F = "F", "Féminin"
    M = "M", "Masculin"
    I = "U", "Inconnu"  # noqa: E741 - the letter of the RNIV


class Profession(Concept, oid="1.2.250.1.213.1.1.4.5", system="authorSpecialty"):
    """Who acts (JDV_J01), by the code of the national directory; the speciality stands beside, in words."""

    DOCTOR = "G15_10", "Médecin"
    PHARMACIST = "G15_21", "Pharmacien"
    DENTIST = "G15_40", "Chirurgien-dentiste"
    MIDWIFE = "G15_50", "Sage-femme"


class Act(Concept, oid="2.16.840.1.113883.5.4", system="HL7:ActCode"):
    """What is prescribed, and where it was (HL7 ActCode)."""

    DRUG = "DRUG", "Médicament"
    AMBULATORY = "AMB", "Ambulatoire (hors établissement)"


class Completeness(Concept, oid="2.16.840.1.113883.5.4", system="HL7:ActCode"):
    """What a delivery is of its line (JDV_CompletudeDispensation)."""

    FFC = "FFC", "Première délivrance, complète"
    FFP = "FFP", "Première délivrance, partielle"
    RFP = "RFP", "Délivrance suivante, partielle"
    RFC = "RFC", "Délivrance suivante, complète"


class Substituting(
    Concept, oid="2.16.840.1.113883.5.1070", system="HL7_substanceAdminSubstitution"
):
    """Whether a medicine may be replaced, or was (ActSubstanceAdminSubstitutionCode)."""

    NONE = "N", "Aucune substitution permise"
    GENERIC = "G", "Substitution autorisée par un produit générique"
    EQUIVALENT = "E", "Substitution par un produit équivalent"
    THERAPEUTIC = "TE", "Substitution par une alternative thérapeutique"


class Setting(Concept, oid="1.2.250.1.213.1.1.4.9", system="practiceSettingCode"):
    """Where the professional works (practiceSettingCode)."""

    AMBULATORY = "AMBULATOIRE", "Ambulatoire"


class Sector(Concept, oid="1.2.250.1.71.4.2.4", system="secteurActivite"):
    """Kind of the place (TRE_R02)."""

    PRACTICE = "SA07", "Cabinet individuel"
    PHARMACY = "SA33", "Pharmacie d'officine"


class Route(Concept, oid="0.4.0.127.0.16.1.1.2.1", system="EDQM"):
    """By which way a medicine goes, by the places of `eprescription.posology` (EDQM)."""

    mouth = "20053000", "Voie orale"
    skin = "20003000", "Voie cutanée"
    subcutaneous = "20066000", "Voie sous-cutanée"
    muscle = "20035000", "Voie intramusculaire"
    vein = "20045000", "Voie intraveineuse"
    tongue = "20067000", "Voie sublinguale"


class Instruction(Concept, oid="1.3.6.1.4.1.19376.1.5.3.2", system="IHEActCode"):
    """For whom an instruction is."""

    PATIENT = "PINSTRUCT", "Instruction au patient"
    DISPENSER = "FINSTRUCT", "Instruction au dispensateur"


class Item(Concept, oid="1.3.6.1.4.1.19376.1.9.2.2", system="IHE Pharmacy Item Type List"):
    """What a delivery refers to."""

    PRESCRIBED = "PREItem", "Ligne de prescription"


class Listing(Enum):
    """Registers whose codes are too many to be listed: OID, name, and the form of a code."""

    CIS = "1.2.250.1.213.2.3.1", "CIS", r"[0-9]{8}"
    CIP = "1.2.250.1.213.2.3.2", "CIP", r"[0-9]{13}"
    LPP = "1.2.250.1.215.200.2.1", "LPP", r"[0-9]{7}"
    ATC = "2.16.840.1.113883.6.73", "ATC", r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}"

    def holds(self, code: str) -> bool:
        """Whether a code has the form of this register."""
        return bool(re.fullmatch(self.value[2], code))


BOX = "30009000"
"""The unit of what leaves the shelf: a box (EDQM, packaging)."""


def coded(parent: Element, name: str, concept: Concept, *, kind: str = "") -> Element:
    """A child that says one code of a value set."""
    return add(
        parent,
        name,
        kind=kind,
        code=concept.code,
        displayName=concept.display,
        codeSystem=concept.oid,
        codeSystemName=concept.system,
    )


def listed(parent: Element, name: str, of: Listing, code: str, display: str) -> Element:
    """A child that says one code of a register. Raises ValueError for what has not the form of one."""
    if not of.holds(code):
        raise ValueError(f"This is no code of {of.name}.")
    oid, system, _form = of.value
    return add(parent, name, code=code, displayName=display, codeSystem=oid, codeSystemName=system)
