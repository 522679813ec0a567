"""A prescribed device (FR-Dispositif-medical): its words, its LPP code when it was found there, the flags."""

from eprescription.cda.codes import Listing, Said, listed
from eprescription.cda.lines import FLAGS, Item, flags_of, write_flags, write_period
from eprescription.cda.narrative import Cell, yes
from eprescription.cda.nodes import Element, add, number, referring, templates, written_uid

DEVICE = ("2.16.840.1.113883.10.20.1.34", "1.2.250.1.213.1.1.3.20")  # CCD, CI-SIS
NOT_SAID = (Said.OFF_LABEL,)  # a marketing authorisation is a medicine's
HEADS = (
    *("Dispositif médical", "Usage", "Durée", "Quantité", "Renouvellement"),
    *("ALD", "AT/MP", "Prévention", "Non remboursable"),
)


def row_of(item: Item) -> list[Cell]:
    """A device in the narrative, in the order of HEADS."""
    words = item.words
    name = f"{item.line.name} [LPP {item.line.lpp}]" if item.line.lpp else item.line.name
    flags = {flag: said for flag, said in flags_of(item.line).items() if flag not in NOT_SAID}
    return [
        Cell(name, item.anchor),
        *(Cell(text) for text in (words.posology, words.duration, words.quantity, words.renewals)),
        *(Cell(yes(said), f"{item.anchor}-{FLAGS[flag][1]}") for flag, said in flags.items()),
    ]


def write_device(parent: Element, item: Item) -> None:
    """entry: supply, the device as a participant."""
    supply = add(add(parent, "entry"), "supply", classCode="SPLY", moodCode="INT")
    templates(supply, DEVICE)
    add(supply, "id", root=written_uid(item.line.pk))
    referring(supply, "text", item.anchor)
    write_period(supply, item)
    add(supply, "repeatNumber", value=str(item.line.renewals))
    if item.line.quantity is not None:
        add(supply, "quantity", value=number(item.line.quantity))
    role = add(add(supply, "participant", typeCode="DEV"), "participantRole", classCode="MANU")
    device = add(role, "playingDevice", classCode="DEV", determinerCode="INSTANCE")
    # The portal knows the list of reimbursement (LPP), not the European nomenclature that the model names first.
    code = add(device, "code", nullFlavor="UNK")
    referring(code, "originalText", item.anchor)
    if item.line.lpp:
        listed(code, "translation", Listing.LPP, item.line.lpp, item.line.name)
    write_flags(supply, item, without=NOT_SAID)
