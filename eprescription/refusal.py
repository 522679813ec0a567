"""A refusal says why, and by which text: what acts raise and pages show."""

from collections.abc import Sequence

from eprescription.rules import Breach


class Refusal(Exception):
    """Somebody may not do this, or not now. `text` is shown to the person, `code` goes to the journal."""

    status = 403

    def __init__(self, code: str, text: str, article: str = "") -> None:
        super().__init__(code)
        self.code, self.text, self.article = code, text, article


class Overtaken(Refusal):
    """Somebody was faster: what was read has changed since."""

    status = 409


class Unlawful(Refusal):
    """The law forbids the act; all breaches are told together."""

    status = 422

    def __init__(self, breaches: Sequence[Breach]) -> None:
        first = breaches[0]
        super().__init__(first.rule, first.text.fr, first.article)
        self.breaches = list(breaches)
