"""Moments are said as people say them, and numbers written as the law asks, in French first."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from eprescription.templatetags.words import exact, is_near, when
from eprescription.words import decimal_words, number_words

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 14, 30, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def tuesday_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW.astimezone(UTC))
    with timezone.override(PARIS), translation.override("fr"):
        yield


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW - timedelta(seconds=20), "à l'instant"),
        (NOW - timedelta(minutes=5), "il y a 5\u00a0min"),
        (NOW - timedelta(minutes=59), "il y a 59\u00a0min"),
        (NOW + timedelta(minutes=12), "dans 12\u00a0min"),
        (NOW.replace(hour=9, minute=3), "aujourd'hui à 9:03"),
        (NOW.replace(hour=18, minute=0), "aujourd'hui à 18:00"),
        (datetime(2026, 11, 23, 9, 10, tzinfo=PARIS), "hier à 9:10"),
        (datetime(2026, 11, 25, 8, 0, tzinfo=PARIS), "demain à 8:00"),
        (datetime(2026, 11, 17, 10, 0, tzinfo=PARIS), "mardi 17 novembre à 10:00"),
        (datetime(2026, 12, 1, 10, 0, tzinfo=PARIS), "mardi 1er décembre à 10:00"),
        (datetime(2025, 11, 24, 10, 0, tzinfo=PARIS), "lundi 24 novembre 2025 à 10:00"),
    ],
)
def test_says_a_moment_in_words(at, words):
    assert when(at) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 23), "hier"),
        (date(2026, 11, 24), "aujourd'hui"),
        (date(2026, 11, 25), "demain"),
        (date(2026, 12, 1), "mardi 1er décembre"),
        (date(2027, 3, 3), "mercredi 3 mars 2027"),
    ],
)
def test_says_a_day_in_words(day, words):
    assert when(day) == words


def test_yesterday_is_yesterday_in_paris_and_not_in_utc():
    just_after_midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert when(just_after_midnight) == "aujourd'hui à 0:30"


def test_a_moment_across_midnight_stays_relative_within_the_hour(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 24, 0, 10, tzinfo=PARIS))
    assert when(datetime(2026, 11, 23, 23, 50, tzinfo=PARIS)) == "il y a 20\u00a0min"


def test_the_exact_moment_has_its_year():
    assert exact(NOW) == "mardi 24 novembre 2026 à 14:30"
    assert exact(NOW.date()) == "mardi 24 novembre 2026"


def test_nothing_is_said_of_nothing():
    assert when(None) == exact(None) == ""
    assert not is_near(None)


@pytest.mark.parametrize(
    ("days", "near"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_only_neighbouring_days_need_an_exact_date_beside_them(days, near):
    assert is_near(NOW + timedelta(days=days)) is near
    assert is_near((NOW + timedelta(days=days)).date()) is near


def test_english_does_not_write_the_first_as_in_french():
    with translation.override("en"):
        assert exact(date(2026, 12, 1)) == "Tuesday 1 December 2026"


def test_the_component_gives_the_exact_moment_to_the_keyboard():
    page = Template('{% include "components/moment.html" with at=at only %}')
    shown = page.render(Context({"at": NOW - timedelta(minutes=5)}))
    assert 'datetime="2026-11-24T14:25:00+01:00"' in shown
    assert 'tabindex="0"' in shown
    assert "mardi 24 novembre 2026 à 14:25" in shown


def test_the_component_adds_no_tab_stop_to_a_date_that_says_all():
    page = Template('{% include "components/moment.html" with at=at only %}')
    assert "tabindex" not in page.render(Context({"at": NOW - timedelta(days=9)}))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (1, "un"),
        (21, "vingt et un"),
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (100, "cent"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (999, "neuf cent quatre-vingt-dix-neuf"),
        (1000, "mille"),
        (1001, "mille un"),
        (1500, "mille cinq cents"),
        (2000, "deux mille"),
        (80_000, "quatre-vingt mille"),
        (100_000, "cent mille"),
        (200_000, "deux cent mille"),
        (201_300, "deux cent un mille trois cents"),
        (1_000_000, "un million"),
        (2_000_080, "deux millions quatre-vingts"),
    ],
)
def test_numbers_are_written_in_french_words(number, words):
    assert number_words(number) == words


@pytest.mark.parametrize("number", [-1, 1_000_000_000])
def test_a_number_without_words_is_refused(number):
    with pytest.raises(ValueError, match="number"):
        number_words(number)


@given(st.integers(0, 999_999_999), st.integers(0, 999_999_999))
def test_two_numbers_never_share_their_words(one, other):
    assert (number_words(one) == number_words(other)) == (one == other)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("12.5", "douze virgule cinq"),
        ("0.5", "zéro virgule cinq"),
        ("0.05", "zéro virgule zéro cinq"),
        ("2.75", "deux virgule soixante-quinze"),
        ("10.00", "dix"),
        ("1000", "mille"),
    ],
)
def test_decimals_are_written_in_words(value, words):
    assert decimal_words(Decimal(value)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [("1", "une"), ("21", "vingt et une"), ("2", "deux"), ("1.5", "un virgule cinq")],
)
def test_one_agrees_with_what_it_counts(value, words):
    assert decimal_words(Decimal(value), feminine=True) == words
