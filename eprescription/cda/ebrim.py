"""Objects of a registry in ebRIM 3.0, the syntax of XDS metadata (IHE ITI TF-3 4.2.1): slots, names, codes, identifiers.

The schema wants the parts of an object in that order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from eprescription.cda.nodes import Element, add

_TYPES = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject"
_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"


@dataclass(frozen=True)
class Coded:
    """A code with its French label and the OID of its system."""

    code: str
    display: str
    system: str


def slot(parent: Element, name: str, *values: str) -> None:
    """A slot with its values; none is written without a value."""
    told = [value for value in values if value]
    if told:
        held = add(add(parent, "rim:Slot", name=name), "rim:ValueList")
        for value in told:
            add(held, "rim:Value", value)


def named(parent: Element, name: str) -> None:
    """What people call the object."""
    add(add(parent, "rim:Name"), "rim:LocalizedString", value=name)


def coded(parent: Element, scheme: str, said: Coded) -> None:
    """One code of the object, by the scheme that tells what it is a code of."""
    held = _classified(parent, scheme, said.code)
    slot(held, "codingScheme", said.system)
    named(held, said.display)


def authored(parent: Element, scheme: str, slots: Mapping[str, str]) -> None:
    """Who is the author of the object: a classification without code."""
    held = _classified(parent, scheme, "")
    for name, value in slots.items():
        slot(held, name, value)


def identified(parent: Element, scheme: str, name: str, value: str) -> None:
    """An identifier that others know the object by."""
    rank = f"{parent.get('id')}-i{len(parent)}"
    held = add(
        parent,
        "rim:ExternalIdentifier",
        id=rank,
        objectType=f"{_TYPES}:ExternalIdentifier",
        registryObject=parent.get("id", ""),
        identificationScheme=scheme,
        value=value,
    )
    named(held, name)


def is_a(parent: Element, node: str) -> None:
    """That the object is of this kind."""
    _classification(parent, classificationNode=node)


def member(objects: Element, whole: str, part: str) -> None:
    """That `part` comes with `whole`, for the first time."""
    held = add(
        objects,
        "rim:Association",
        id=f"{whole}-{part}",
        objectType=f"{_TYPES}:Association",
        associationType=_MEMBER,
        sourceObject=whole,
        targetObject=part,
    )
    slot(held, "SubmissionSetStatus", "Original")


def _classified(parent: Element, scheme: str, code: str) -> Element:
    held = _classification(parent, classificationScheme=scheme)
    held.set("nodeRepresentation", code)  # compulsory, though empty for an author
    return held


def _classification(parent: Element, **how: str) -> Element:
    return add(
        parent,
        "rim:Classification",
        id=f"{parent.get('id')}-c{len(parent)}",
        objectType=f"{_TYPES}:Classification",
        classifiedObject=parent.get("id", ""),
        **how,
    )
