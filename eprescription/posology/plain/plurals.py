"""Which form of a word goes with a number: the plural rules of Unicode CLDR, for the languages that are said here.

Written out, since the library that knows them all serves the tests alone: there it checks each rule. Millions, which
some languages count apart, are no dose.
"""

from collections.abc import Callable
from decimal import Decimal

Rule = Callable[[Decimal], str]


def _whole(n: Decimal) -> bool:
    """Whether no decimal is written (`v = 0` in CLDR)."""
    return n == int(n)


def _only_one(n: Decimal) -> str:
    return "one" if n == 1 else "other"


def _below_two(n: Decimal) -> str:
    return "one" if int(n) in (0, 1) else "other"


def _romanian(n: Decimal) -> str:
    if n == 1:
        return "one"
    return "few" if not _whole(n) or n == 0 or 1 <= n % 100 <= 19 else "other"


def _polish(n: Decimal) -> str:
    if not _whole(n):
        return "other"
    return "one" if n == 1 else _two_to_four(n)


def _ukrainian(n: Decimal) -> str:
    if not _whole(n):
        return "other"
    return "one" if n % 10 == 1 and n % 100 != 11 else _two_to_four(n)


def _two_to_four(n: Decimal) -> str:
    return "few" if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else "many"


def _arabic(n: Decimal) -> str:
    if not _whole(n):
        return "other"
    if n in (0, 1, 2):
        return ("zero", "one", "two")[int(n)]
    rest = n % 100
    return "few" if 3 <= rest <= 10 else "many" if 11 <= rest <= 99 else "other"


# The categories in the order in which a file writes the forms of a word, and the rule that picks one.
ONE_OTHER = ("one", "other")
RULES: dict[str, tuple[tuple[str, ...], Rule]] = {
    "fr": (ONE_OTHER, _below_two),
    "en": (ONE_OTHER, _only_one),
    "de": (ONE_OTHER, _only_one),
    "es": (ONE_OTHER, _only_one),
    "it": (ONE_OTHER, _only_one),
    "pt-PT": (ONE_OTHER, _only_one),
    "tr": (ONE_OTHER, _only_one),
    "ro": (("one", "few", "other"), _romanian),
    "pl": (("one", "few", "many", "other"), _polish),
    "uk": (("one", "few", "many", "other"), _ukrainian),
    "ar": (("zero", "one", "two", "few", "many", "other"), _arabic),
    "zh-Hans": (("other",), lambda n: "other"),
}
