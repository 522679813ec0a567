"""Secret care of a minor at the writing screen: offered to minors alone, by the law, frozen, told on no paper."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pypdfium2
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents.number import grouped
from eprescription.models import Prescription
from eprescription.refusal import Unlawful
from prescribers import actions
from tests import factories as f
from tests.prescribers.test_writing import typed, url
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
OFFER = "Soins secrets pour ce mineur"


def a_girl(doctor: Actor, age: int = 15) -> Any:
    born = date(timezone.localdate().year - age, 1, 1)
    return f.a_patient(doctor, f.traits("PETIT", born))[0]


@pytest.fixture
def draft(doctor: Actor) -> Prescription:
    return f.a_draft(doctor, a_girl(doctor))


def sign(draft: Prescription, by: Actor) -> Prescription:
    return actions.sign(prescription=draft, may_follow=True, paper="paper", by=by, at=NOW())


def rules_of(draft: Prescription, by: Actor) -> set[str]:
    with pytest.raises(Unlawful) as raised:
        sign(draft, by)
    return {b.rule for b in raised.value.breaches}


def keep(draft: Prescription, by: Actor, **values: Any) -> None:
    actions.save_whole(prescription=draft, values=values, by=by, at=NOW())


def test_it_is_offered_for_a_minor_alone(doctor: Actor, draft: Prescription) -> None:
    assert OFFER in acting(doctor).get(url(draft)).content.decode()
    adult = f.a_draft(doctor, f.a_patient(doctor)[0])
    assert OFFER not in acting(doctor).get(url(adult)).content.decode()


def test_the_ground_and_who_comes_along_are_kept_with_all_the_rest(
    doctor: Actor, draft: Prescription
) -> None:
    client = acting(doctor)
    sent = typed(draft) | {"weight_kg": "48", "secret": "L1111-5"}
    answer = client.post(url(draft), sent)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.secret, draft.accompanied) == ("L1111-5", None)
    stopped = client.post(url(draft), typed(draft, act="sign") | {"secret": "L1111-5"})
    assert stopped.status_code == 422
    assert "Dites si un adulte de son choix" in stopped.content.decode()
    well = typed(draft, act="sign") | {"secret": "L1111-5", "accompanied": "True"}
    assert client.post(url(draft), well).status_code == 302
    draft.refresh_from_db()
    assert draft.accompanied is True
    page = client.get(reverse("prescribers:sign", args=[draft.pk])).content.decode()
    assert "Soins secrets" in page


def test_a_ground_that_no_law_knows_is_refused_and_what_was_typed_stays(
    doctor: Actor, draft: Prescription
) -> None:
    sent = typed(draft) | {"weight_kg": "48", "secret": "because", "accompanied": "maybe"}
    answer = acting(doctor).post(url(draft), sent)
    assert answer.status_code == 200
    assert 'value="48"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.secret == ""


def test_ordinary_care_forgets_who_came_along(doctor: Actor, draft: Prescription) -> None:
    keep(draft, doctor, secret="L1111-5", accompanied=True)
    sent = typed(draft) | {"secret": "", "accompanied": "True"}
    acting(doctor).post(url(draft), sent)
    draft.refresh_from_db()
    assert (draft.secret, draft.accompanied) == ("", None)


def test_an_adult_has_no_secret_care(doctor: Actor) -> None:
    draft = f.a_draft(doctor, f.a_patient(doctor)[0])
    keep(draft, doctor, secret="L1111-5", accompanied=True)
    assert rules_of(draft, doctor) >= {"secret_care_is_for_minors"}


def test_who_came_of_age_before_the_signature_decides_without_it(doctor: Actor) -> None:
    today = timezone.localdate()
    born = date(today.year - 18, today.month, today.day) + timedelta(days=1)
    draft = f.a_draft(doctor, f.a_patient(doctor, f.traits("PETIT", born))[0])
    keep(draft, doctor, secret="L1111-5", accompanied=True)
    tomorrow = NOW() + timedelta(days=1)
    with pytest.raises(Unlawful) as raised:
        actions.sign(prescription=draft, may_follow=True, paper="paper", by=doctor, at=tomorrow)
    assert "secret_care_is_for_minors" in {b.rule for b in raised.value.breaches}
    assert sign(draft, doctor).state == "issued"


def test_it_is_frozen_at_the_signature(doctor: Actor) -> None:
    signed = f.a_signed(doctor, a_girl(doctor), secret="L1111-5")
    for change in ({"secret": ""}, {"accompanied": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Prescription.objects.filter(pk=signed.pk).update(**change)


def test_the_prescriber_sees_that_it_is_secret_and_the_paper_tells_nothing(
    doctor: Actor,
) -> None:
    girl = a_girl(doctor)
    secret, plain = f.a_signed(doctor, girl, secret="L1111-5"), f.a_signed(doctor, girl)
    client = acting(doctor)
    pages = [
        client.get(reverse("prescribers:prescription", args=[p.pk])).content.decode()
        for p in (secret, plain)
    ]
    assert ["les représentants n'en voient rien" in unescape(p) for p in pages] == [True, False]
    urls = [reverse("prescribers:paper", args=[p.pk]) for p in (secret, plain)]
    papers = [client.get(url).content for url in urls]
    assert papers[0] != papers[1]  # each has its number and its code
    words = [_words(paper, p) for paper, p in zip(papers, (secret, plain), strict=True)]
    assert words[0] == words[1] and len(words[0]) > 50


def _words(paper: bytes, prescription: Prescription) -> list[str]:
    """All the words of the page but its number and its time, which differ between any two."""
    assert prescription.number and prescription.signed_at
    at = timezone.localtime(prescription.signed_at)
    own = {prescription.number, *grouped(prescription.number).split(), f"{at:%H:%M}"}
    pages = pypdfium2.PdfDocument(paper)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return [word for word in text.split() if word.strip(",.") not in own]


@pytest.mark.parametrize("again", ["renew", "repeat_last", "repeat_line"])
def test_what_is_taken_up_again_stays_secret(doctor: Actor, again: str) -> None:
    girl = a_girl(doctor)
    earlier = f.a_signed(doctor, girl, secret="L1111-5")
    if again == "renew":
        begun = actions.renew(prescription=earlier, by=doctor, at=NOW())
    else:
        begun = actions.draft(subject_id=girl, by=doctor, at=NOW())
        line = {"line_id": earlier.lines.get().pk} if again == "repeat_line" else {}
        getattr(actions, again)(prescription=begun, **line, by=doctor, at=NOW())
    begun.refresh_from_db()
    assert (begun.secret, begun.accompanied) == ("L1111-5", None)


def test_an_adult_takes_up_again_what_needs_no_secret_any_more(doctor: Actor) -> None:
    today = timezone.localdate()
    born = date(today.year - 18, today.month, today.day) + timedelta(days=1)
    girl = f.a_patient(doctor, f.traits("PETIT", born))[0]
    earlier = f.a_signed(doctor, girl, secret="L1111-5")
    begun = actions.renew(prescription=earlier, by=doctor, at=NOW() + timedelta(days=1))
    begun.refresh_from_db()
    assert begun.secret == ""
