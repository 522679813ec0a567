"""Two national providers of invented people, over real HTTP: Pro Santé Connect and FranceConnect as their documents say.

Only the demonstration and the tests start it, and its pages say so: whoever opens them chooses who he wants to be.
OpenID Connect Core 1.0 with the authorization code alone, PKCE (RFC 7636) and a signed userinfo.
"""

import html
import os
import threading
from collections.abc import Callable
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from eprescription.demo.identity_realm import Denied, Realm, Reply

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body{{font:18px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}}
button{{display:block;width:100%;margin:.5rem 0;padding:.75rem 1rem;font:inherit;text-align:left;cursor:pointer;
border:1px solid #555;border-radius:.5rem;background:#f4f4f4;color:inherit}}
.note{{border:2px dashed #8a5a00;padding:.75rem 1rem;border-radius:.5rem}}</style></head>
<body><main><h1>{title}</h1><p class="note"><strong>Démonstration.</strong> Ce n'est pas le vrai service : ces personnes
sont inventées, et aucune preuve n'est demandée.</p>{body}</main></body></html>"""


class IdentityProvider:
    """Serves realms on one port, each under its own path, in threads of its own."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.realms: dict[str, Realm] = {}
        self.failing = False  # answers 500 to everything, for tests
        provider = self

        class Handler(BaseHTTPRequestHandler):
            """Hands each request to the provider; logs nothing, for queries hold codes."""

            def do_GET(self) -> None:
                provider.answer(self, {})

            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length") or 0), 64 * 1024)
                provider.answer(self, dict(parse_qsl(self.rfile.read(size).decode())))

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                pass

        self.server = ThreadingHTTPServer((host, port), Handler)
        self.server.daemon_threads = True
        self.address = f"http://{host}:{self.server.server_address[1]}"

    def add(self, realm: Realm) -> Realm:
        """Serves `realm`, whose issuer is its path under this address."""
        self.realms[urlsplit(realm.issuer).path.strip("/")] = realm
        return realm

    def start(self) -> None:
        """Answers from now on; returns at once."""
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Connections are refused from now on."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, http: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        """One request to its end."""
        reply = self._reply(http, form)
        body = reply.body.encode()
        http.send_response(reply.status)
        http.send_header("Content-Type", reply.media_type)
        http.send_header("Content-Length", str(len(body)))
        http.send_header("Cache-Control", "no-store")
        for name, value in reply.headers:
            http.send_header(name, value)
        http.end_headers()
        http.wfile.write(body)

    def _reply(self, http: BaseHTTPRequestHandler, form: dict[str, str]) -> Reply:
        parts = urlsplit(http.path)
        name, _slash, rest = parts.path.strip("/").partition("/")
        realm, query = self.realms.get(name), dict(parse_qsl(parts.query))
        if self.failing or realm is None:
            return Reply(500 if self.failing else 404, "text/plain", "")
        cookie = SimpleCookie(http.headers.get("Cookie", ""))
        known = cookie[realm.cookie].value if realm.cookie in cookie else ""
        bearer = (http.headers.get("Authorization") or "").removeprefix("Bearer ")
        served: dict[tuple[str, str], Callable[[], Reply]] = {
            ("GET", ".well-known/openid-configuration"): lambda: Reply.of(realm.description()),
            ("GET", "jwks"): lambda: Reply.of(realm.published_keys()),
            ("GET", "authorize"): lambda: _authorize(realm, query, known),
            ("POST", "authorize"): lambda: _chosen(realm, query, form),
            ("POST", "token"): lambda: Reply.of(realm.tokens(form)),
            ("GET", "userinfo"): lambda: realm.userinfo(bearer),
            ("GET", "session/end"): lambda: _end(realm, query, known),
        }
        try:
            serve = served.get((http.command, rest))
            return serve() if serve else Reply(404, "text/plain", "")
        except Denied as denied:
            return Reply.of({"error": denied.code}, status=denied.status)


def _authorize(realm: Realm, query: dict[str, str], known: str) -> Reply:
    """Who is known goes on at once, as at the real ones, unless he must prove himself again."""
    realm.check_question(query)
    session = realm.sessions.get(known)
    if session and query.get("prompt") != "login":
        return realm.send_back(query, *session)
    rows = [
        f'<button name="person" value="{html.escape(key)}">{html.escape(person.called)}</button>'
        for key, person in realm.people.items()
    ]
    rows.append('<button name="person" value="">Renoncer</button>')
    body = f'<form method="post"><p>Qui êtes-vous ?</p>{"".join(rows)}</form>'
    return Reply(200, "text/html; charset=utf-8", PAGE.format(title=realm.name, body=body))


def _chosen(realm: Realm, query: dict[str, str], form: dict[str, str]) -> Reply:
    realm.check_question(query)
    if form.get("person") not in realm.people:
        return realm.give_up(query)
    return realm.sign_in(query, form["person"])


def _end(realm: Realm, query: dict[str, str], known: str) -> Reply:
    realm.sessions.pop(known, None)
    return realm.sent_off(query)


def main() -> None:
    """The providers of the demonstration, as its environment registers the portal with them."""
    from eprescription.demo import national_people

    place = urlsplit(os.environ["PSC_ISSUER"])
    provider = IdentityProvider(place.hostname or "127.0.0.1", place.port or 0)
    for kind, people, algorithm, name in (
        ("PSC", national_people.professionals(), "RS256", "Pro Santé Connect"),
        ("FRANCECONNECT", national_people.citizens(), "ES256", "FranceConnect"),
    ):
        provider.add(
            Realm(
                name=name,
                issuer=os.environ[f"{kind}_ISSUER"],
                client_id=os.environ[f"{kind}_CLIENT_ID"],
                secret=os.environ[f"{kind}_CLIENT_SECRET"],
                portal=os.environ["BASE_URL"],
                algorithm=algorithm,
                people=people,
            )
        )
    provider.server.serve_forever()


if __name__ == "__main__":
    main()
