"""What the portal says is said in both languages: catalogues complete, and no French left on an English page."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from eprescription.actor import Actor
from eprescription.health_space import delivery
from eprescription.management.commands import messages
from eprescription.models import Line, Prescription, Push
from eprescription.presenters import line_view
from prescribers import actions as prescriber_acts
from tests import factories as f
from tests.eprescription.health_space.conftest import receiver  # noqa: F401 - a fixture
from tests.sessions import acting

ENGLISH = polib.pofile(str(messages.path_of("en")))
FRENCH = polib.pofile(str(messages.path_of("fr")))
# The only messages that are the same word in both languages.
SAME = {
    "%(n)s ampoule", "%(n)s ampoules", "Allergies", "CIP", "Correction", "Date", "Document", "Version",
    "Lot %(lot)s",
    "Pharmacies", "English", "FINESS", "Français", "Information", "Message", "Page", "Pages", "Patient",
    "Patients", "Question", "Question %(n)d", "RPPS", "STARTTLS", "Substance", "Substitution", "Substitution : %(product)s",
    "TLS", "Transport", "Urgent", "Version %(version)s", "correction",
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
TAG = re.compile(r"</?[a-z][^>]*>")


def pairs(entry: Any) -> list[tuple[str, str]]:
    """The forms of a message beside their translations."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    one, many = entry.msgstr_plural[0], entry.msgstr_plural[1]
    return [(entry.msgid, one), (entry.msgid_plural, many)]


ALL = [pair for entry in ENGLISH for pair in pairs(entry)]


# --- The catalogues


def test_the_catalogues_are_what_the_sources_say() -> None:
    call_command("messages", "--check")


def test_a_late_catalogue_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    new = messages.Message("", "Une phrase que personne n'a encore traduite")
    monkeypatch.setattr(messages, "all_messages", lambda: [new])
    with pytest.raises(CommandError):
        call_command("messages", "--check")


def test_templates_and_modules_are_read_with_their_contexts_and_plurals(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}  {% translate "Signer" context "acte" %}\n'
        " {% blocktranslate trimmed count n=boxes %}\n  {{ n }} boîte\n"
        " {% plural %}\n  {{ n }} boîtes\n {% endblocktranslate %}"
    )
    module = tmp_path / "module.py"
    module.write_text('A = npgettext("acte", "une boîte", "des boîtes", n)\nB = _("Lire")\n')
    assert set(messages.messages_of(page)) == {
        messages.Message("acte", "Signer"),
        messages.Message("", "%(n)s boîte", "%(n)s boîtes"),
    }
    assert set(messages.messages_of(module)) == {
        messages.Message("acte", "une boîte", "des boîtes"),
        messages.Message("", "Lire"),
    }


@pytest.mark.parametrize(("french", "english"), ALL, ids=[french[:40] for french, _e in ALL])
def test_a_message_is_translated_with_its_placeholders_and_tags(french: str, english: str) -> None:
    assert english.strip()
    assert sorted(PLACEHOLDER.findall(french)) == sorted(PLACEHOLDER.findall(english))
    assert TAG.findall(french) == TAG.findall(english)


def test_only_words_that_are_the_same_in_both_languages_stay_as_they_are() -> None:
    assert {french for french, english in ALL if french == english} <= SAME


def test_nothing_is_left_to_be_reviewed() -> None:
    assert not [e.msgid for e in chain(ENGLISH, FRENCH) if e.fuzzy or e.obsolete]


@pytest.mark.parametrize("entry", FRENCH, ids=[e.msgid for e in FRENCH])
def test_zero_is_singular_in_french_and_plural_in_english(entry: Any) -> None:
    with override("fr"):
        said = [ngettext(entry.msgid, entry.msgid_plural, n) for n in (0, 1, 2)]
        assert said == [entry.msgid, entry.msgid, entry.msgid_plural]
    with override("en"):
        english = {e.msgid: e.msgstr_plural for e in ENGLISH if e.msgid_plural}[entry.msgid]
        said = [ngettext(entry.msgid, entry.msgid_plural, n) for n in (0, 1, 2)]
        assert said == [english[1], english[0], english[1]]


def test_french_says_the_source_itself_when_nothing_is_plural() -> None:
    with override("fr"):
        for entry in ENGLISH:
            if not entry.msgid_plural and entry.msgid != "English":  # Django's own: « Anglais »
                assert gettext(entry.msgid) == entry.msgid


def test_the_rules_of_law_speak_both_languages() -> None:
    texts = [
        node
        for path in (settings.ROOT / "eprescription" / "rules").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"
    ]
    assert len(texts) > 25
    for text in texts:
        french, english = (ast.unparse(argument) for argument in text.args)
        assert len(english) > 3 and english != french


# --- The pages


class Said(HTMLParser):
    """What a page says to eyes and ears; words in a language of their own are left out."""

    SPOKEN = re.compile("aria-label|title|alt|placeholder|data-label|data-words-.*")
    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    SILENT = {"script", "style", "template"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.around: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in self.SILENT or given.get("lang") not in (None, "en")
        if not self.silent() and not silent:
            self.words += [value or "" for name, value in attrs if self.SPOKEN.fullmatch(name)]
        if tag not in self.VOID:
            self.around.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.silent():
            self.words.append(data)

    def silent(self) -> bool:
        return any(silent for _tag, silent in self.around)

    def __str__(self) -> str:
        return " ".join(" ".join(self.words).split())


def as_pattern(message: str) -> str:
    """A message as it stands on a page: anything may stand for a placeholder."""
    bare = " ".join(TAG.sub(" ", message).split())
    return ".{1,80}?".join(re.escape(part) for part in PLACEHOLDER.split(bare))


def left_in_french() -> re.Pattern[str]:
    """Every message of more than three letters that is not also English."""
    english = "\n".join(" ".join(text.split()) for _french, text in ALL)
    whole = [
        rf"(?<!\w){as_pattern(french)}(?!\w)"
        for french, text in ALL
        if french != text and len(PLACEHOLDER.sub("", french).strip()) > 3
    ]
    return re.compile("|".join(p for p in whole if not re.search(p, english)))


LEFT = left_in_french()
# What no catalogue knows of, because nobody marked it: accents, and the small words of French.
UNMARKED = re.compile(
    r"\w*[àâçèéêëîïôùûœ]\w*"
    r"|\b(?:le|la|les|des|du|une|pour|vous|votre|vos|dans|avec|est|sont|pas|qui|sur|par|aux?|jours?|mois|fois|non)\b",
    re.IGNORECASE,
)
NAMES = ("Défenseur des droits", "Carte Vitale")


class World(NamedTuple):
    """People, and prescriptions in the states that pages show."""

    doctor: Actor
    pharmacist: Actor
    patient: Actor
    draft: Prescription
    unlawful: Prescription
    signed: Prescription
    partly: Prescription
    cancelled: Prescription
    opposed: Prescription
    dispensing: Any
    data: list[str]


PLAIN: dict[str, Any] = {"posology": "one in the morning"}
TWO = ("AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")


@pytest.fixture
def world(db: Any, receiver: Any) -> World:  # noqa: F811
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject, patient = f.a_patient(doctor)
    assert patient
    signed = f.a_signed(doctor, subject, ald=True, **PLAIN)
    partly = f.a_signed(doctor, subject, *TWO, renewals=1, **PLAIN)
    cancelled = f.a_signed(doctor, subject, **PLAIN)
    prescriber_acts.cancel(prescription=cancelled, by=doctor, at=timezone.now())
    opposed = f.a_signed(doctor, subject, may_follow=False, **PLAIN)
    narcotic = f.Medicine.objects.filter(list="S", marketed=True).order_by("pk")[0].name
    unlawful = f.a_draft(doctor, subject, narcotic, **PLAIN | {"duration_days": 90, "renewals": 3})
    draft = f.a_draft(doctor, subject, **PLAIN)
    dispensing = dispensed_with_changes(pharmacist, partly)
    f.open_at(pharmacist, signed)
    delivery.deliver(Push.objects.get(prescription=signed).pk, at=timezone.now())
    prescriptions = (draft, unlawful, signed, partly, cancelled, opposed)
    data = list(data_on_pages())
    return World(doctor, pharmacist, patient, *prescriptions, dispensing, data)


def dispensed_with_changes(pharmacist: Actor, prescription: Prescription) -> Any:
    """One line with another posology, the other not at all."""
    f.open_at(pharmacist, prescription)
    first, second = f.decisions_for(prescription)
    changed: dict[str, Any] = {
        "posology": "one at night",
        "agreement": "Dr Lemoine",
        "agreed_how": "phone",
        "agreed_at": timezone.now(),
        "note": "told so",
    }
    decisions = [
        dataclasses.replace(first, **changed),
        dataclasses.replace(second, quantity=0, refusal="shortage"),
    ]
    return f.dispense(pharmacist, prescription, decisions)


def data_on_pages() -> Iterator[str]:
    """What is data and stays French: people, places, medicines."""
    medicines = f.Medicine.objects.filter(cis__in=Line.objects.values("cis"))
    for conditions in medicines.values_list("conditions", flat=True):
        yield from filter(None, conditions.split("\n"))  # the authorisation is quoted word for word
    for rows in (
        medicines.values_list("name", "inn", "strength", "form", "routes", "packs__label"),
        f.Place.objects.values_list("name", "address"),
        f.Activity.objects.values_list("first_name", "surname", "speciality"),
    ):
        yield from filter(None, chain.from_iterable(rows))


def english(actor: Actor | None) -> Client:
    client = acting(actor) if actor else Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def french_on(answer: Any, data: list[str]) -> set[str]:
    """The French that an English page still says."""
    said = str(Said(answer.content.decode()))
    for known in sorted({*data, *NAMES}, key=len, reverse=True):
        said = re.sub(re.escape(" ".join(known.split())), "·", said, flags=re.IGNORECASE)
    return {found[0] for pattern in (LEFT, UNMARKED) for found in pattern.finditer(said)}


Step = tuple[str, tuple[Any, ...], dict[str, Any] | None]


def visited(client: Client, steps: list[Step], data: list[str]) -> dict[str, set[str]]:
    """Opens each page, or posts to it what is given; the French found, page by page."""
    found = {}
    for name, args, posted in steps:
        url = reverse(name, args=args)
        send = client.get if posted is None else client.post
        answer = send(url, posted, follow=True)
        assert answer.status_code < 500 and answer.headers["Content-Language"] == "en", url
        found[f"{name} {posted or ''}"] = french_on(answer, data)
    return {page: french for page, french in found.items() if french}


def test_the_method_finds_french_where_it_is(world: World) -> None:
    answer: Any = acting(world.doctor).get(reverse("prescribers:home"))
    answer.content = answer.content.replace(b'lang="fr"', b'lang="en"')
    assert {"Brouillon", "Accueil"} <= french_on(answer, world.data)


def test_a_visitor_reads_english(db: Any) -> None:
    names = ("home", "account_login", "accessibility", "legal", "status")
    steps: list[Step] = [(name, (), None) for name in names]
    steps.append(("account_login", (), {"login": "nobody", "password": "wrong"}))
    assert visited(english(None), steps, []) == {}


@pytest.mark.parametrize("who", ["doctor", "pharmacist", "patient"])
def test_the_account_is_in_english(world: World, who: str) -> None:
    names = (
        "choose_activity", "account_security", "account_change_password", "account_logout",
        "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn",
        "mfa_add_webauthn", "accessibility", "legal", "status",
    )  # fmt: skip
    steps: list[Step] = [(name, (), None) for name in names]
    steps.append(("account_change_password", (), {"oldpassword": "x", "password1": "a"}))
    assert visited(english(getattr(world, who)), steps, world.data) == {}


def test_a_prescriber_works_in_english(world: World) -> None:
    subject = (world.signed.subject_id,)
    answers = {"may_follow": "yes", "paper": "paper"}
    steps: list[Step] = [
        ("prescribers:home", (), None),
        ("prescribers:patients", (), None),
        ("prescribers:patients", (), {"birth_name": "NOBODY", "birth_date": "01/02/1990"}),
        ("prescribers:patients", (), {"birth_name": "MARTEL", "birth_date": "04/03/1951"}),
        ("prescribers:patients", (), {"birth_name": "", "birth_date": "x", "ins": "1"}),
        ("prescribers:patient_new", (), None),
        ("prescribers:patient_new", (), {"first_names": "", "birth_date": "x", "ins": "12"}),
        ("prescribers:patient", subject, None),
        ("prescribers:medicines", (), {"search": "zzzz"}),
        ("prescribers:prescriptions", (), None),
        *(
            ("prescribers:prescription", (p.pk,), None)
            for p in (world.signed, world.partly, world.cancelled, world.opposed)
        ),
        ("prescribers:write", (world.unlawful.pk,), None),
        ("prescribers:write", (world.unlawful.pk,), {"act": "sign"}),
        ("prescribers:sign", (world.unlawful.pk,), answers | {"version": world.unlawful.version}),
        ("prescribers:sign", (world.draft.pk,), None),
        ("prescribers:sign", (world.draft.pk,), {"paper": "?"}),
        ("prescribers:sign", (world.draft.pk,), answers | {"version": 0}),
        ("prescribers:sign", (world.draft.pk,), answers | {"version": world.draft.version}),
        ("prescribers:recode", (world.signed.pk,), {}),
        ("prescribers:cancel", (world.signed.pk,), {}),
        ("prescribers:discard", (world.unlawful.pk,), {}),
        ("prescribers:draft_new", subject, {}),
        ("prescribers:prescription", subject, None),
    ]
    assert visited(english(world.doctor), steps, world.data) == {}


def test_a_pharmacist_works_in_english(world: World) -> None:
    counter, key = (world.signed.pk,), "5d1f2a4e-1111-4222-8333-444455556666"
    few = {"act": "changed", "key": key, "l1-quantity": "99", "l1-refusal": "", "l1-cis": "x"}
    steps: list[Step] = [
        ("pharmacies:desk", (), None),
        ("pharmacies:scan", (), {"text": ""}),
        ("pharmacies:scan", (), {"text": "not a code"}),
        ("pharmacies:scan", (), {"text": f.code_of(world.opposed)}),
        ("pharmacies:prescription", (world.opposed.pk,), None),
        ("pharmacies:open_number", (), {"number": "1", "birth_date": "?"}),
        ("pharmacies:open_file", (), {}),
        ("pharmacies:prescription", counter, None),
        ("pharmacies:dispense", counter, few),
        ("pharmacies:prescription", (world.partly.pk,), None),
        ("pharmacies:dispensings", (), None),
        ("pharmacies:dispensing", (world.dispensing.pk,), None),
        ("pharmacies:release", counter, {}),
        ("pharmacies:desk", (), None),
        ("pharmacies:prescription", (world.draft.pk,), None),
    ]
    assert visited(english(world.pharmacist), steps, world.data) == {}


def test_durations_and_renewals_are_said_in_english(world: World) -> None:
    line = world.unlawful.lines.get()
    with override("en"):
        view = line_view(line)
    assert "mois" not in view.duration and "fois" not in view.renewals


def test_another_pharmacist_is_refused_in_english(world: World) -> None:
    steps: list[Step] = [("pharmacies:scan", (), {"text": f.code_of(world.signed)})]
    assert visited(english(f.a_pharmacist()), steps, [*world.data, *data_on_pages()]) == {}


def test_a_patient_reads_english(world: World) -> None:
    every = (world.signed, world.partly, world.cancelled, world.opposed)
    steps: list[Step] = [
        ("patients:home", (), None),
        *(("patients:prescription", (p.pk,), None) for p in every),
        ("patients:code", (world.signed.pk,), None),
        ("patients:choices", (), None),
        ("patients:oppose", (), {"reach": "all"}),
        ("patients:choices", (), None),
        ("patients:withdraw", (), {"reach": "all"}),
        ("patients:home", (), None),
    ]
    assert visited(english(world.patient), steps, world.data) == {}
