"""How the product handed over is tied to the one prescribed: by which right it stands in for it."""

from eprescription.catalogue import search
from eprescription.models import Line, Substitution
from pharmacies.decisions import Decision


def substitution_of(line: Line, decision: Decision) -> Substitution:
    """The code of a substitution, from the reference groups and from what the pharmacist said."""
    if decision.cis == line.cis or not decision.quantity:
        return Substitution.NONE
    if search.same_group(line.cis, decision.cis):
        return Substitution.GENERIC
    if decision.shortage:
        return Substitution.SHORTAGE
    return Substitution.URGENT if decision.urgent else Substitution.AGREED
