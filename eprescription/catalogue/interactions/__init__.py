"""Drug interactions, doubles and allergies: what the drug data say of lines beside each other.

`alerts` and `not_assessed` are what pages and acts ask; `drugs_of` reads what they ask it about.
"""

from eprescription.catalogue.interactions.composition import drugs_of
from eprescription.catalogue.interactions.drugs import Drug, Moiety
from eprescription.catalogue.interactions.engine import alerts, edition_label, not_assessed
from eprescription.catalogue.interactions.reactions import AllergyFacts

__all__ = ["AllergyFacts", "Drug", "Moiety", "alerts", "drugs_of", "edition_label", "not_assessed"]
