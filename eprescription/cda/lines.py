"""One prescribed medicine or preparation (FR-Traitement-prescrit), and what is said of any line: the flags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eprescription.cda.codes import BOX, Act, Instruction, Said, Substituting, coded
from eprescription.cda.narrative import Cell, yes
from eprescription.cda.nodes import (
    Element,
    add,
    day,
    instant,
    number,
    referring,
    templates,
    uid,
    written_uid,
)
from eprescription.cda.products import write_prescribed
from eprescription.cda.rhythms import Part, parts_of
from eprescription.cda.taking import (
    STRUCTURED,
    mode_of,
    write_condition,
    write_doses,
    write_place,
    write_rhythm,
    write_subordinate,
)
from eprescription.documents.printed import PrintedLine
from eprescription.models import Cover, Line, LineKind
from eprescription.posology import Posology, sentence
from eprescription.quantities import structure

PRESCRIBED = (
    "2.16.840.1.113883.10.20.1.24",  # CCD
    "1.3.6.1.4.1.19376.1.5.3.1.4.7",  # IHE PCC
    "1.3.6.1.4.1.19376.1.9.1.3.2",  # IHE PHARM PRE
    "1.2.250.1.213.1.1.3.83",  # CI-SIS
)
QUANTITY = ("1.3.6.1.4.1.19376.1.9.1.3.8", "1.2.250.1.213.1.1.3.86")
PERMISSION = ("1.3.6.1.4.1.19376.1.9.1.3.9.1", "1.2.250.1.213.1.1.3.87")
OBSERVED = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48")
TO_DISPENSER = (
    *("2.16.840.1.113883.10.20.1.43", "1.3.6.1.4.1.19376.1.5.3.1.4.3.1"),
    "1.2.250.1.213.1.1.3.34",
)
FLAGS = {
    Said.ALD: ("1.2.250.1.213.1.1.3.48.13", "ald"),
    Said.WORK: ("1.2.250.1.213.1.1.3.48.14", "atmp"),
    Said.PREVENTION: ("1.2.250.1.213.1.1.3.48.34", "prevention"),
    Said.NOT_REIMBURSABLE: ("1.2.250.1.213.1.1.3.48.15", "non-remboursable"),
    Said.OFF_LABEL: ("1.2.250.1.213.1.1.3.48.12", "hors-amm"),
}
HEADS = (
    *("Produit", "Posologie", "Étapes", "Durée", "Quantité", "Substitution", "Renouvellement"),
    *(
        "ALD",
        "AT/MP",
        "Prévention",
        "Non remboursable",
        "Hors AMM",
        "À l'attention du dispensateur",
    ),
)


@dataclass(frozen=True)
class Item:
    """A line with its words as they are printed; `rank` names its anchors."""

    line: Line
    words: PrintedLine
    rank: int
    signed_at: datetime
    day: date  # of the signature, where it was signed

    @property
    def anchor(self) -> str:
        return f"ligne-{self.rank:03d}"

    @property
    def taken(self) -> Posology | None:
        return structure(self.line)

    @property
    def parts(self) -> Sequence[Part]:
        """What CDA can say of the posology; nothing when it stays in words."""
        return (parts_of(self.taken, self.day) or ()) if self.taken else ()

    @property
    def notes(self) -> str:
        """What the law asks to say of the line beside all the rest."""
        said = (self.words.quantity_words or "", self.words.total, *self.words.mentions)
        return " ; ".join(filter(None, said))


def flags_of(line: Line) -> dict[Said, bool]:
    """What the prescriber said of a line, each yes or no."""
    return {
        Said.ALD: line.ald,
        Said.WORK: line.cover == Cover.WORK,
        Said.PREVENTION: line.cover == Cover.PREVENTION,
        Said.NOT_REIMBURSABLE: line.not_reimbursable,
        Said.OFF_LABEL: line.off_label,
    }


def name_of(item: Item) -> str:
    """How the product is called on the page: the INN with its strength, the brand, or the words of a preparation."""
    line, words = item.line, item.words
    named = " ".join(filter(None, [words.inn, words.strength, words.form]))
    if line.kind != LineKind.MEDICINE:
        return line.name
    return f"{line.name} ({named})" if words.name and named else words.name or named


def row_of(item: Item) -> list[Cell]:
    """A line in the narrative, in the order of HEADS."""
    words, anchor = item.words, item.anchor
    steps = [sentence(Posology((step,))) for step in item.taken.steps] if item.parts else []  # type: ignore[union-attr]
    return [
        Cell(name_of(item), anchor),
        Cell(words.posology, f"{anchor}-posologie"),
        *([Cell(text, f"{anchor}-etape-{i}") for i, text in enumerate(steps, 1)] or [Cell("")]),
        Cell(words.duration),
        Cell(words.quantity),
        Cell(words.non_substitutable or "Possible", f"{anchor}-substitution"),
        Cell(words.renewals),
        *(Cell(yes(said), _of(item, flag)) for flag, said in flags_of(item.line).items()),
        Cell(item.notes, f"{anchor}-dispensateur"),
    ]


def _of(item: Item, flag: Said) -> str:
    return f"{item.anchor}-{FLAGS[flag][1]}"


def write_prescribed_line(parent: Element, item: Item) -> None:
    """entry: substanceAdministration, its product, its parts, quantity, substitution and flags."""
    line, parts = item.line, item.parts
    taken = add(add(parent, "entry"), "substanceAdministration", classCode="SBADM", moodCode="INT")
    templates(taken, (*PRESCRIBED, *([STRUCTURED] if parts else []), mode_of(parts)))
    add(taken, "id", root=written_uid(line.pk))
    coded(taken, "code", Act.DRUG)
    referring(taken, "text", item.anchor)
    add(taken, "statusCode", code="completed")
    write_period(taken, item)
    alone = parts[0] if len(parts) == 1 else None
    if alone and alone.rhythm:
        write_rhythm(taken, alone.rhythm, "effectiveTime", f"{item.anchor}-etape-1")
    add(taken, "repeatNumber", value=str(line.renewals))
    if parts:
        write_place(taken, [part.step for part in parts], f"{item.anchor}-posologie")
    if alone:
        write_doses(taken, alone, f"{item.anchor}-etape-1")
    write_prescribed(taken, line, item.anchor)
    _write_relations(taken, item, () if alone else parts)
    if alone:
        write_condition(taken, alone.step, f"{item.anchor}-etape-1")


def _write_relations(taken: Element, item: Item, parts: Sequence[Part]) -> None:
    for rank, part in enumerate(parts, 1):
        words = f"{item.anchor}-etape-{part.rank}"
        write_subordinate(taken, part, rank, item.line.pk, words)
    if item.notes:
        write_instruction(taken, Instruction.DISPENSER, TO_DISPENSER, f"{item.anchor}-dispensateur")
    if item.line.quantity is not None:
        _write_quantity(taken, item.line)
    _write_permission(taken, item)
    write_flags(taken, item)


def write_period(parent: Element, item: Item) -> None:
    """The treatment, from the day of the signature to its last day."""
    lasts = add(parent, "effectiveTime", kind="IVL_TS")
    add(lasts, "low", value=day(item.day))
    days = item.line.duration_days
    if days:
        add(lasts, "high", value=day(item.day + timedelta(days=days - 1)))
    else:
        add(lasts, "high", nullFlavor="UNK")


def _write_quantity(parent: Element, line: Line) -> None:
    supply = add(
        add(parent, "entryRelationship", typeCode="COMP"),
        "supply",
        classCode="SPLY",
        moodCode="RQO",
    )
    templates(supply, QUANTITY)
    add(supply, "independentInd", value="false")
    unit = BOX if line.kind == LineKind.MEDICINE else ""
    add(supply, "quantity", value=number(line.quantity or 0), unit=unit)


def _write_permission(parent: Element, item: Item) -> None:
    """Whether it may be substituted; when not, why (CSP L. 5125-23)."""
    act = add(
        add(parent, "entryRelationship", typeCode="COMP"), "act", classCode="ACT", moodCode="DEF"
    )
    templates(act, PERMISSION)
    refused = bool(item.line.non_substitutable)
    code = coded(act, "code", Substituting.NONE if refused else Substituting.GENERIC)
    if refused:
        referring(code, "originalText", f"{item.anchor}-substitution")
    add(act, "statusCode", code="completed")


def write_instruction(parent: Element, to: Instruction, models: Sequence[str], anchor: str) -> None:
    """Words for somebody, which stand in the narrative."""
    relation = add(parent, "entryRelationship", typeCode="SUBJ", inversionInd="true")
    act = add(relation, "act", classCode="ACT", moodCode="INT")
    templates(act, models)
    coded(act, "code", to)
    referring(act, "text", anchor)
    add(act, "statusCode", code="completed")


def write_flags(parent: Element, item: Item, without: Sequence[Said] = ()) -> None:
    """Each flag as an observation that says true or false."""
    for flag, said in flags_of(item.line).items():
        if flag in without:
            continue
        relation = add(parent, "entryRelationship", typeCode="COMP")
        seen = add(relation, "observation", classCode="OBS", moodCode="EVN")
        templates(seen, (*OBSERVED, FLAGS[flag][0]))
        add(seen, "id", root=uid(item.line.pk, flag.code))
        coded(seen, "code", flag)
        referring(seen, "text", _of(item, flag))
        add(seen, "statusCode", code="completed")
        add(seen, "effectiveTime", value=instant(item.signed_at))
        add(seen, "value", kind="BL", value="true" if said else "false")
