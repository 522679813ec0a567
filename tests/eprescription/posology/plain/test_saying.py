"""Plain sentences: whatever the posology, each language says each quantity and each moment, and nothing in French."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given

from eprescription.posology import TAKE, Amount, Posology, Step, read
from eprescription.posology.plain import LANGUAGES, Tongue, said, tongue_of
from eprescription.posology.reasons import reason_code
from eprescription.posology.units import UNITS
from tests.eprescription.posology.strategies import posologies

OTHERS = [code for code in LANGUAGES if code != "fr"]
GLYPHS = {"½": ".5", "¼": ".25", "¾": ".75"}


def plain(typed: str, code: str) -> str:
    posology = read(typed).posology
    assert posology is not None
    return said(posology, tongue_of(code)).text


def numbers_in(text: str, tongue: Tongue) -> Counter[Decimal]:
    """The numbers that somebody finds in a text, wherever they stand."""
    thousands, point = (
        (",", ".") if tongue.word("sentence", "numbers") == "point" else ("\u202f", ",")
    )
    text = re.sub(rf"(?<=\d){thousands}(?=\d{{3}})", "", text)
    text = re.sub(rf"(?<=\d){re.escape(point)}(?=\d)", ".", text)
    text = re.sub(r"\d\d:\d\d|\d+ h(?: \d\d)?(?= ?,| |$)", "", text)
    for glyph, part in GLYPHS.items():
        text = re.sub(rf"(\d*){glyph}", lambda found, part=part: f"{found[1] or 0}{part}", text)  # type: ignore[misc]
    return Counter(Decimal(number).normalize() for number in re.findall(r"\d+(?:\.\d+)?", text))


def quantities_of(step: Step) -> Counter[Decimal]:
    """What must be said in figures, whatever the language; once, twice and every other day may be words."""
    amounts = [step.amount] if step.amount else [amount for _, amount in step.moments]
    told = [end for a in amounts if a for end in ((a.high,) if a.single else (a.low, a.high))]
    for count in (step.times, step.hours):
        if count and (count.high > 2 or not count.single):
            told += [count.high] if count.single else [count.low, count.high]
    if step.every > 2:
        told.append(Decimal(step.every))
    told += [value for value in (step.most, step.gap_hours, step.weight_kg) if value]
    if step.days:
        months = step.days >= 60 and step.days % 30 == 0
        told.append(Decimal(step.days // 30 if months else step.days))
    return Counter(value.normalize() for value in told)


# --- Laws


@given(posology=posologies())
def test_each_quantity_is_said(posology: Posology) -> None:
    for code in LANGUAGES:
        tongue = tongue_of(code)
        for step, one in zip(said(posology, tongue).steps, posology.steps, strict=True):
            missing = quantities_of(one) - numbers_in(step.sentence, tongue)
            assert not missing, step.sentence


@given(posology=posologies())
def test_each_moment_is_said_with_its_own_dose(posology: Posology) -> None:
    for code in LANGUAGES:
        tongue = tongue_of(code)
        for step, one in zip(said(posology, tongue).steps, posology.steps, strict=True):
            for name, amount in one.moments:
                words = tongue.words["moments"].get(
                    name, name.lstrip("0") if code == "fr" else name
                )
                if ":" in name and code == "fr":
                    words = f"{int(name[:2])} h"
                assert words.lower() in step.sentence.lower()
                assert tongue.amount(amount, cut=not UNITS[one.unit].measured) in step.sentence


@given(posology=posologies())
def test_no_placeholder_is_left_and_no_gap(posology: Posology) -> None:
    for code in LANGUAGES:
        for step in said(posology, tongue_of(code), duration_days=12).steps:
            for text in (step.sentence, *step.limits, *(cell.label for cell in step.day)):
                assert not {"{", "}", "|", "="} & {*text}
                assert "  " not in text and text == text.strip() and " ," not in text


@given(posology=posologies())
def test_every_word_comes_from_the_file_of_the_language(posology: Posology) -> None:
    for code in OTHERS:
        tongue = tongue_of(code)
        known = {
            word
            for words in tongue.words.values()
            for text in words.values()
            for word in _words(text)
        }
        for step in said(posology, tongue).steps:
            assert {*_words(step.sentence)} <= known, {*_words(step.sentence)} - known


@given(posology=posologies())
def test_what_no_rule_translates_is_kept_apart_in_french(posology: Posology) -> None:
    for code in OTHERS:
        told = said(posology, tongue_of(code))
        for step in posology.steps:
            assert not step.note or step.note in told.own_words
            if step.reason and not reason_code(step.reason) and ">" not in step.reason:
                assert f"si {step.reason}" in told.own_words


@given(posology=posologies())
def test_french_is_read_back_as_it_was_written(posology: Posology) -> None:
    _read_back(posology, "fr")


@given(posology=posologies(units=["tablet", "drop", "puff", "mg", "ml", "teaspoon", "patch"]))
def test_english_is_read_back_but_for_the_prescribers_own_words(posology: Posology) -> None:
    """`read` knows neither a year in English nor the comma of its thousands: it then leaves words unread."""
    steps = tuple(replace(step, note="", reason="") for step in posology.steps)
    large = [number for step in steps for number in quantities_of(step) if number >= 10_000]
    assume(not large and not any(step.period == "year" for step in steps))
    _read_back(Posology(steps), "en")


def _read_back(posology: Posology, code: str) -> None:
    """A neutral dose is one of no known form: the words cannot tell them apart."""
    steps = tuple(_known(step) for step in posology.steps)
    told = said(Posology(steps), tongue_of(code))
    text = ", ".join(
        s.sentence.removesuffix(".").replace("Puis ", "puis ").replace("Then ", "then ")
        for s in told.steps
    )
    again = read(text).posology
    assert again == Posology(steps), text


def _known(step: Step) -> Step:
    return replace(
        step, unit=step.unit or "dose", most_unit=step.most_unit or ("dose" if step.most else "")
    )


def _words(text: str) -> list[str]:
    """Chinese sets its words without blanks: there each character counts."""
    found = re.findall(r"[\u4e00-\u9fff]|[^\W\d_]+", text.replace("İ", "i").lower())
    return [word.strip("½¼¾") for word in found if word.strip("½¼¾")]


# --- Examples


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("1 cp matin soir 7j", "fr", "1 comprimé le matin et 1 comprimé le soir, pendant 7 jours."),
        ("1 cp matin soir 7j", "es", "1 comprimido por la mañana y 1 comprimido por la noche, durante 7 días."),
        ("1 cp matin soir 7j", "tr", "Sabah 1 tablet ve akşam 1 tablet, 7 gün boyunca."),
        ("1 gel 3x/j si douleur max 4/j", "de", "1 Kapsel 3-mal am Tag, bei Schmerzen, höchstens 4 Kapseln am Tag."),
        ("1 gel 3x/j", "zh-Hans", "每天 3 次，每次 1 粒胶囊。"),
        ("2 gouttes dans chaque oeil le soir 5j", "uk", "2 краплі увечері, у кожне око, протягом 5 днів."),
        ("1 sachet toutes les 6h", "ro", "1 plic la fiecare 6 ore."),
        ("1 cp si fievre > 38,5", "it", "1 compressa, in caso di febbre superiore a 38,5 °C."),
        ("40 mg 3j puis 20 mg 3j", "pt-PT", "40 mg por dia, durante 3 dias. Depois, 20 mg por dia, durante 3 dias."),
    ],
)  # fmt: skip
def test_a_plain_sentence(typed: str, code: str, words: str) -> None:
    assert plain(typed, code) == words


def test_the_duration_of_the_line_serves_when_the_posology_tells_none() -> None:
    posology = read("1 cp le soir").posology
    assert posology is not None
    assert (
        said(posology, tongue_of("fr"), duration_days=90).text
        == "1 comprimé le soir, pendant 3 mois."
    )


def test_if_needed_without_a_maximum_says_to_ask_for_it() -> None:
    posology = read("1 cp si besoin").posology
    assert posology is not None
    (step,) = said(posology, tongue_of("en")).steps
    assert step.as_needed
    assert step.limits == ("No daily maximum is written: ask the pharmacy",)


def test_if_needed_repeats_its_limits_apart() -> None:
    posology = Posology(
        (
            Step(
                Amount.of(1),
                "tablet",
                as_needed=True,
                most=Decimal(4),
                most_unit=TAKE,
                gap_hours=Decimal(6),
            ),
        )
    )
    (step,) = said(posology, tongue_of("fr")).steps
    assert step.limits == (
        "Au maximum 4 prises par jour",
        "En espaçant les prises d'au moins 6 heures",
    )


# --- The picture


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1 cp matin soir", [("Matin", "1"), ("Midi", ""), ("Soir", "1"), ("Coucher", "")]),
        ("1/2 cp matin, 1 à 2 cp coucher", [("Matin", "½"), ("Midi", ""), ("Soir", ""), ("Coucher", "1 à 2")]),
        ("1 cp à 8h30", [("08:30", "1")]),
        ("1 cp matin un jour sur deux", []),
        ("1 cp matin lundi", []),
        ("1 cp matin si besoin", []),
        ("10 mg/kg matin et soir", []),
        ("1 cp 3x/j", []),
    ],
)  # fmt: skip
def test_the_day_is_drawn_when_its_moments_say_it_all(
    typed: str, day: list[tuple[str, str]]
) -> None:
    posology = read(typed).posology
    assert posology is not None
    (step,) = said(posology, tongue_of("fr")).steps
    assert [(cell.label, cell.amount) for cell in step.day] == day


def test_a_step_that_follows_has_its_own_day() -> None:
    posology = read("2 cp matin 3j puis 1 cp soir 3j").posology
    assert posology is not None
    first, second = said(posology, tongue_of("en")).steps
    assert [cell.amount for cell in first.day] == ["2", "", "", ""]
    assert [cell.amount for cell in second.day] == ["", "", "1", ""]
