"""Shapes of what a prescriber types. A form checks shape; the law speaks once, in the act."""

from prescribers.forms.patients import FindPatientForm, PatientForm
from prescribers.forms.signing import SignForm
from prescribers.forms.writing import (
    IvgForm,
    LineForm,
    OtherKindForm,
    OtherLineForm,
    SearchForm,
    WholeForm,
)

__all__ = [
    "FindPatientForm",
    "IvgForm",
    "LineForm",
    "OtherKindForm",
    "OtherLineForm",
    "PatientForm",
    "SearchForm",
    "SignForm",
    "WholeForm",
]
