"""What the catalogue holds: medicines, what interacts, devices, and the lists of the law."""

from eprescription.catalogue.models.devices import Device
from eprescription.catalogue.models.editions import Edition, Issue
from eprescription.catalogue.models.interactions import (
    GroupedSubstance,
    Interaction,
    Level,
    SubstanceName,
)
from eprescription.catalogue.models.listed import Listed
from eprescription.catalogue.models.medicines import (
    GenericGroup,
    Ingredient,
    Medicine,
    Membership,
    Opinion,
    OpinionPage,
    Pack,
    Shortage,
    Substance,
    Token,
)

__all__ = [
    "Device",
    "Edition",
    "GenericGroup",
    "GroupedSubstance",
    "Ingredient",
    "Interaction",
    "Issue",
    "Level",
    "Listed",
    "Medicine",
    "Membership",
    "Opinion",
    "OpinionPage",
    "Pack",
    "Shortage",
    "Substance",
    "SubstanceName",
    "Token",
]
