"""What a reader may ask: every route of his, found from the URL resolver, with every thing that he knows.

A new route under a known path (`ordonnances/<uuid:pk>/…`) is asked by itself; a path of a new kind is an error here
until somebody says what its id is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.twins.worlds import Ask

QUERIES = (
    "",
    "?page=2",
    "?page=999",
    "?status=dispensed",
    "?state=partly&order=-dispensed_at",
    "?ordering=status&dispensed_after=2020-01-01",
)
Fields = Sequence[Mapping[str, str]]


class Uncovered(AssertionError):
    """A route that nobody asks."""


def routes_of(namespace: str) -> list[tuple[str, str]]:
    """Names and paths of all the routes of a namespace, or of those without one (empty)."""
    return sorted(_routes(get_resolver(), namespace, ""))


def _routes(resolver: URLResolver, wanted: str, path: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            if wanted == (resolver.namespace or "") and entry.name:
                yield f"{wanted}:{entry.name}".lstrip(":"), path + str(entry.pattern)
        elif entry.namespace == wanted or (not wanted and not entry.namespace):
            yield from _routes(entry, wanted, path + str(entry.pattern))


def asks_of(
    routes: Sequence[tuple[str, str]],
    things: Mapping[str, Sequence[Any]],
    fields: Mapping[str, Fields],
) -> list[Ask]:
    """Each route read with each query, and sent with each set of `fields` (an empty form when none is said).

    `things`: the ids that stand for `<uuid:pk>`, by the word of the path before them.
    """
    return [ask for name, path in routes for ask in _of_route(name, path, things, fields)]


def _of_route(
    name: str, path: str, things: Mapping[str, Sequence[Any]], fields: Mapping[str, Fields]
) -> Iterator[Ask]:
    for address in _addresses(name, path, things):
        queries = QUERIES if address.count("/") < 5 or "/patients/" in address else QUERIES[:1]
        for query in queries:
            yield Ask(name, address + query)
        for sent in fields.get(name, ({},)):
            yield Ask(name, address, tuple(sent.items()))


def _addresses(name: str, path: str, things: Mapping[str, Sequence[Any]]) -> list[str]:
    if "<" not in path:
        return [reverse(name)]
    before, _bracket, after = path.partition("<")
    kind = before.rstrip("/").rpartition("/")[2]
    if kind not in things or "<" in after:
        raise Uncovered(f"{name} ({path}): say what stands for its id")
    return [reverse(name, args=[pk]) for pk in things[kind]]
