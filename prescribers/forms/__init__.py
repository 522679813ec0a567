"""Shapes of what a prescriber types. A form checks shape; the law speaks once, in the act."""

from prescribers.forms.abortion import AbortionForm, IvgForm
from prescribers.forms.links import EndLinkForm, LinkForm
from prescribers.forms.patients import FindPatientForm, PatientForm
from prescribers.forms.signing import AnonymousSignForm, SignForm
from prescribers.forms.writing import (
    CodedLineForm,
    LineForm,
    OtherKindForm,
    OtherLineForm,
    SearchForm,
    WholeForm,
)

__all__ = [
    "AbortionForm",
    "AnonymousSignForm",
    "CodedLineForm",
    "EndLinkForm",
    "FindPatientForm",
    "IvgForm",
    "LineForm",
    "LinkForm",
    "OtherKindForm",
    "OtherLineForm",
    "PatientForm",
    "SearchForm",
    "SignForm",
    "WholeForm",
]
