"""The fresh proof of identity that a signature asks, and whatever is worth one (ASVS 7.5.3)."""

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from eprescription.identity.sign_in import proof_is_fresh, prove


def proved(request: HttpRequest, form: Form) -> bool:
    """Whether the proof is fresh, or the `password` of a valid form makes it so; else the form says why."""
    if proof_is_fresh(request):
        return True
    if not form.cleaned_data["password"]:
        form.add_error("password", _("Prouvez votre identité pour signer."))
    elif prove(request, form.cleaned_data["password"]):
        return True
    else:
        form.add_error(
            "password", _("Ce mot de passe n'est pas le bon, ou trop d'essais en une minute.")
        )
    return False
