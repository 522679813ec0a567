"""The sentence in English, and what the two languages agree on."""

import pytest
from hypothesis import assume, given

from eprescription.documents.glyphs import unprintable
from eprescription.posology import Posology, read, sentence
from tests.eprescription.posology.strategies import posologies


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ("1 cp matin soir 7j", "1 tablet in the morning and in the evening, for 7 days"),
        ("1/2 cp matin 1j", "½ tablet in the morning, for 1 day"),
        ("1 cp et demi le soir", "1½ tablets in the evening"),
        ("1 à 2 cp 3x/j", "1 to 2 tablets 3 times a day"),
        ("1 cp 1 fois par jour", "1 tablet once a day"),
        ("2 cp 2x/j 3 mois", "2 tablets twice a day, for 3 months"),
        ("1 cp/j", "1 tablet a day"),
        ("1 cp midi et coucher", "1 tablet at noon and at bedtime"),
        ("1 cp à 8h30", "1 tablet at 08:30"),
        ("1 patch tous les 3 jours", "1 patch every 3 days"),
        ("1 cp un jour sur deux", "1 tablet every other day"),
        ("1 inj toutes les 2 semaines", "1 injection every other week"),
        ("1 inj par semaine", "1 injection a week"),
        ("1 cp lundi jeudi", "1 tablet on Mondays and on Thursdays"),
        ("2 bouffées toutes les heures si crise", "2 puffs every hour if crise"),
        ("1 cp toutes les 4 à 6 heures", "1 tablet every 4 to 6 hours"),
        ("1 cp si besoin max 3/j", "1 tablet if needed, at most 3 tablets a day"),
        ("1 cp si besoin max 1 prise/j", "1 tablet if needed, at most 1 dose a day"),
        ("1 cp si douleur, espacer de 6h", "1 tablet if pain, with at least 6 hours between doses"),
        ("1 cp si fièvre > 38,5", "1 tablet if temperature > 38.5"),
        ("2,5 ml matin", "2.5 ml in the morning"),
        ("100 000 ui tous les 3 mois", "100,000 IU every 3 months"),
        ("60 mg/kg/j en 3 prises", "60 mg per kg per day, in 3 doses"),
        ("1 dose 12 kg x4/j", "1 weight dose 4 times a day, for 12 kg"),
        ("1 goutte dans chaque œil le soir", "1 drop in the evening, in each eye"),
        ("1 cp matin à jeun", "1 tablet in the morning, on an empty stomach"),
        ("1 sachet dose unique", "1 sachet as one single dose"),
        (
            "40 mg 3j puis 20 mg 3j",
            "40 mg a day, for 3 days, then 20 mg a day, for 3 days",
        ),
    ],
)
def test_the_sentence_is_said_in_english(typed, english):
    posology = read(typed).posology
    assert posology is not None
    assert sentence(posology, "en") == english


@pytest.mark.parametrize("language", ["fr", "fr-fr", "de", ""])
def test_french_is_said_unless_english_is_asked(language):
    posology = read("1 cp matin").posology
    assert posology is not None
    assert sentence(posology, language) == "1 comprimé le matin"


@given(posologies())
def test_every_sentence_prints_in_both_languages(posology: Posology) -> None:
    for language in ("fr", "en", "en-gb"):
        words = sentence(posology, language)
        assert words == " ".join(words.split(" ")).strip()
        assert "  " not in words and " ," not in words
        assert not unprintable(words)


@given(posologies(), posologies())
def test_two_posologies_never_share_a_sentence(one: Posology, other: Posology) -> None:
    assume(one != other)
    assert sentence(one) != sentence(other)
    assert sentence(one, "en") != sentence(other, "en")
