"""Signing out, here and there; and a provider that is down."""

import threading
from html import unescape
from typing import Any

import httpx
import pytest

from eprescription.demo.identity_realm import Reply
from eprescription.national import wire
from eprescription.national.registered import FRANCECONNECT, PSC
from tests import factories as f
from tests.national import Nation, Traveller, asked, card_of
from tests.timing import ends_within

pytestmark = pytest.mark.django_db


@pytest.fixture
def traveller(nation: Nation, db: Any) -> Traveller:
    doctor = f.a_prescriber()
    traveller = Traveller(nation, PSC)
    traveller.realm.people["one"] = card_of(doctor)
    return traveller


def onward(page: str) -> str:
    """Where the page goes by itself."""
    return unescape(page.split('http-equiv="refresh" content="0; url=')[1].split('"')[0])


def test_signing_out_ends_the_session_at_the_provider_too(traveller: Traveller) -> None:
    """Given a shared machine, when the doctor signs out, then the next person is asked for a card."""
    traveller.signs_in("one")
    answer = traveller.client.post("/deconnexion/")
    assert answer["Location"] == "/connexion/fin/" and not traveller.is_in
    url = onward(traveller.client.get("/connexion/fin/").content.decode())
    assert asked(url)["post_logout_redirect_uri"] == "http://testserver/connexion/fin/retour/"
    back = traveller.provider.get(url)
    assert back.status_code == 302 and not traveller.realm.sessions
    assert traveller.arrives(back.headers["location"])["Location"] == "/"
    assert traveller.provider.get(traveller.leaves()).status_code == 200  # asks who it is


def test_the_way_out_is_given_once(traveller: Traveller) -> None:
    traveller.signs_in("one")
    traveller.client.post("/deconnexion/")
    traveller.client.get("/connexion/fin/")
    assert traveller.client.get("/connexion/fin/")["Location"] == "/"


def test_who_came_by_password_is_led_nowhere(nation: Nation, db: Any) -> None:
    user = f.a_user("claire")
    traveller = Traveller(nation, PSC)
    traveller.client.force_login(user)
    assert traveller.client.post("/deconnexion/")["Location"] == "/"


def test_a_provider_that_is_down_when_leaving_is_told(traveller: Traveller, nation: Nation) -> None:
    traveller.signs_in("one")
    nation.server.failing = True
    wire.forget()
    traveller.client.post("/deconnexion/")
    page = unescape(traveller.client.get("/connexion/fin/").content.decode())
    assert "fermez toutes les fenêtres" in page and not traveller.is_in


@pytest.mark.parametrize("key", [PSC, FRANCECONNECT])
def test_a_provider_that_is_down_is_a_clear_page_and_the_other_ways_stay_open(
    nation: Nation, db: Any, key: str
) -> None:
    nation.server.failing = True
    traveller = Traveller(nation, key)
    answer = traveller.client.get(f"/connexion/{key}/")
    page = unescape(answer.content.decode())
    assert answer.status_code == 503
    assert "est injoignable" in page and "par votre identifiant" in page
    assert 'href="/connexion/"' in page
    assert "Mot de passe" in traveller.client.get("/connexion/").content.decode()


def test_a_provider_that_goes_down_on_the_way_back(traveller: Traveller, nation: Nation) -> None:
    back = traveller.proves(traveller.leaves(), "one")
    nation.server.failing = True
    answer = traveller.arrives(back)
    assert answer.status_code == 503 and not traveller.is_in


def test_a_provider_that_trickles_is_not_waited_for(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "TIMEOUT", httpx.Timeout(0.2))

    left = threading.Event()

    def slow(access: str) -> Reply:
        left.wait(30)
        return Reply(200, "application/jwt", "")

    monkeypatch.setattr(traveller.realm, "userinfo", slow)
    with ends_within(1):
        answer = traveller.signs_in("one")
    left.set()
    assert answer.status_code == 503 and not traveller.is_in


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, "text/html", "<p>Maintenance</p>"),
        Reply(200, "application/json", "[]"),
        Reply(200, "application/json", "[" * 10_000),
        Reply(200, "application/json", "x" * 300_000),
        Reply(302, "text/plain", "", (("Location", "http://127.0.0.1:1/"),)),
    ],
)
def test_an_answer_that_is_none_is_told_as_down(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    """A page of a proxy, a list, endless brackets, too much, a redirection elsewhere: none is followed or believed."""
    monkeypatch.setattr(traveller.realm, "tokens", lambda form: Raw(reply))
    monkeypatch.setattr(Reply, "of", classmethod(_raw(Reply.of.__func__)))  # type: ignore[attr-defined]
    answer = traveller.signs_in("one")
    assert answer.status_code == 503 and not traveller.is_in


def test_an_answer_that_does_not_end_is_not_read(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = traveller.realm.tokens
    monkeypatch.setattr(
        traveller.realm, "tokens", lambda form: honest(form) | {"more": "x" * 300_000}
    )
    assert traveller.signs_in("one").status_code == 503 and not traveller.is_in


class Raw(dict[str, Any]):
    """An answer that goes out as it is."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


def _raw(honest: Any) -> Any:
    def of(cls: Any, answer: Any, status: int = 200) -> Any:
        return answer.reply if isinstance(answer, Raw) else honest(cls, answer, status)

    return of


def test_a_description_of_somebody_else_is_not_believed(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = traveller.realm.description()
    monkeypatch.setattr(
        traveller.realm, "description", lambda: told | {"issuer": "https://auth.exemple"}
    )
    assert traveller.client.get("/connexion/pro-sante-connect/").status_code == 503


def test_endpoints_in_the_clear_are_refused_where_the_portal_speaks_tls(
    traveller: Traveller, settings: Any
) -> None:
    settings.PLAIN_HTTP = False
    assert traveller.client.get("/connexion/pro-sante-connect/").status_code == 503


def test_who_gives_up_at_the_provider_is_back_at_the_door(traveller: Traveller) -> None:
    answer = traveller.signs_in("")
    assert answer["Location"] == "/connexion/" and not traveller.is_in
    assert "vous avez renoncé" in unescape(traveller.client.get("/connexion/").content.decode())


def test_keys_that_the_provider_changed_are_found(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given keys read a minute ago, when the provider signs with a new one, then it is looked for once."""
    traveller.leaves()
    traveller.realm.__post_init__()
    assert traveller.signs_in("one").status_code == 403  # a moment ago: not asked again
    monkeypatch.setattr(wire, "NO_SOONER", 0)
    traveller.signs_in("one")
    assert traveller.is_in


def test_too_many_failures_from_one_address_stop(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eprescription.national.views.FAILURES", {"national": "2/5m/ip"})
    for _again in range(2):
        assert traveller.arrives(back_of(traveller)).status_code == 403
    page = unescape(traveller.arrives(back_of(traveller)).content.decode())
    assert "Trop d'essais" in page


def back_of(traveller: Traveller) -> str:
    return f"http://testserver/connexion/{traveller.key}/retour/?state=x&code=y"


def test_without_registration_there_is_no_button_and_no_way(client: Any, db: Any) -> None:
    assert "data-national" not in client.get("/connexion/").content.decode()
    for path in ("", "retour/"):
        assert client.get(f"/connexion/franceconnect/{path}").status_code == 404


def test_with_registration_both_buttons_stand_on_the_page(
    client: Any, nation: Nation, db: Any
) -> None:
    page = unescape(client.get("/connexion/").content.decode())
    assert "S'identifier avec Pro Santé Connect" in page
    assert "S'identifier avec FranceConnect" in page


def test_no_log_says_who_came_or_holds_a_token(
    traveller: Traveller, capsys: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    card = traveller.realm.people["one"]
    traveller.realm.people["two"] = type(card)("", "f:x", card.claims | {"SubjectNameID": "8"})
    traveller.signs_in("one")
    traveller.client.post("/deconnexion/")
    traveller.client.get("/connexion/fin/")
    traveller.provider = httpx.Client()
    traveller.signs_in("two")
    told = "\n".join(r.getMessage() for r in caplog.records if r.name.split(".")[0] != "httpcore")
    told += "".join(capsys.readouterr())
    mine = [line for line in told.splitlines() if "/authorize" not in line]
    assert not [line for line in mine if "eyJ" in line or card.claims["SubjectNameID"] in line]
