"""A prescription and its dispensing as FHIR R4, both ways: values in, JSON out, and back. No database here.

Profiles of the French ePrescription guide (ans.fhir.fr.eprescription) and of FR Core; what they have no element for
stands in extensions of the portal's own. The reader is strict: an element that it does not carry is refused, so that
nothing a prescriber wrote is dropped in silence.
"""
