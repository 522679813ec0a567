"""All that a prescriber can get: his pages, what he may send, the mails of his practice."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from unittest.mock import patch

from django.test import override_settings
from django.urls import reverse

from eprescription.models import Question
from eprescription.outbox import Answer
from eprescription.secure_mail import letters
from tests.twins.asking import Fields, asks_of, routes_of
from tests.twins.clock import Clock
from tests.twins.town import ADDRESS, Town, things_of
from tests.twins.worlds import Ask

KEY = "0c3f6a52-7b7e-4a55-9d0e-5b1f0d9b8c11"  # of a form: the same press in both worlds


def asks_of_a_prescriber(town: Town) -> list[Ask]:
    """Every route of a prescriber with every thing he knows but questions, and the pages that belong to no role."""
    routes = [(name, path) for name, path in routes_of("prescribers") if "questions/<" not in path]
    shared = [(name, path) for name, path in routes_of("") if "<" not in path]
    own = asks_of(routes, things_of(town), fields_of(town))
    return [*own, *(Ask(name, reverse(name)) for name, _path in shared)]


def asks_about(question: Question, town: Town) -> list[Ask]:
    """The routes of a question; after each answer the prescription is read again."""
    routes = [(name, path) for name, path in routes_of("prescribers") if "questions/<" in path]
    after = reverse("prescribers:prescription", args=[question.prescription_id])
    asks = asks_of(routes, {"questions": [question.pk]}, fields_of(town))
    return [replace(ask, then=(after,)) if ask.fields else ask for ask in asks]


def fields_of(town: Town) -> Mapping[str, Fields]:
    """What he sends, by route; an empty form elsewhere."""
    pharmacy = str(town.pharmacists[0].place_id)
    return {
        "prescribers:question": [
            {"key": KEY, "act": act, "answer": "", "reason": "Pesé"}
            for act in ("accept", "refuse", "call")
        ],
        "prescribers:send": [{"text": "Gare"}],
        "prescribers:send_to": [{"place": pharmacy}],
        "prescribers:template_keep": [{"name": "Un nom"}],
        "prescribers:patients": [{"birth_name": "MARTEL", "birth_date": "04/03/1951"}],
        "prescribers:medicines": [{"search": "amox"}, {"search": "dolip 1g 3/j"}],
        "prescribers:sign": [{"version": "9", "may_follow": "no", "paper": "paper"}],
        "prescribers:write": [{"version": "1", "act": "save"}, {"version": "2", "act": "last"}],
    }


@dataclass
class Postman:
    """The mail server as the worker finds it: all that was handed in, by address."""

    handed_in: list[tuple[str, EmailMessage]] = field(default_factory=list)

    def send(self, message: EmailMessage, *, to: str) -> Answer:
        self.handed_in.append((to, message))
        return Answer(True, True, "250")

    def comes(self, clock: Clock) -> None:
        """The worker sends all that is due."""
        for pk in letters.LETTERS.due(at=clock.at):
            letters.deliver(pk, at=clock.at)

    def mails_of(self, clock: Clock, address: str = ADDRESS) -> Callable[[], dict[str, bytes]]:
        """What one address gets, now that the worker comes."""

        def heard() -> dict[str, bytes]:
            self.handed_in.clear()
            self.comes(clock)
            mails = [mail for to, mail in self.handed_in if to == address]
            return {f"mail {n}": mail.as_bytes() for n, mail in enumerate(mails)}

        return heard


@contextmanager
def mail_works() -> Iterator[Postman]:
    """Secure mail is configured, and its server is a list."""
    postman = Postman()
    configured = override_settings(
        SMTP_URL="smtps://mail.exemple", MAIL_SENDER="portail@portail.exemple"
    )
    with configured, patch.object(letters.smtp, "send", postman.send):
        yield postman
