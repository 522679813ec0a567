"""Why somebody is not let in: a code for the journal, a sentence for the person. Never a claim nor a token in either."""

from django.utils.translation import gettext as _

from eprescription.national.registered import Provider
from eprescription.refusal import Refusal


class NotProved(Refusal):
    """What the provider sent back proves nothing. `code` names the guard that stopped it."""

    def __init__(self, code: str) -> None:
        text = _(
            "Cette connexion n'a pas pu être vérifiée. Recommencez depuis la page de connexion."
        )
        super().__init__(code, text)


class Unreachable(Refusal):
    """The provider is down, too slow, or answers nothing that can be read. Trying again may help."""

    status = 503

    def __init__(self, provider: Provider, code: str) -> None:
        text = _("%(provider)s ne répond pas.") % {"provider": provider.name}
        super().__init__(f"down_{code}"[:40], text)


class NotHere(Refusal):
    """The person proved who he is, and has nothing to enter here."""


class GivenUp(Refusal):
    """The person closed the provider's page: nothing happened."""

    def __init__(self) -> None:
        super().__init__("given_up", "")
