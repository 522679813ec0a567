"""What a prescriber keeps: for him alone, without anything of a patient, read anew when taken again."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue.models import Medicine
from eprescription.models import Line, Prescription
from eprescription.refusal import Refusal
from prescribers import actions, habits
from prescribers.actions.templates import MOST_TEMPLATES, BadName
from prescribers.lines import CONTENT
from prescribers.models import Template, TemplateLine
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db
NOW = timezone.localtime
TWO = ("AMOXICILLINE VIATRIS 1 g", "AMLODIPINE")


@pytest.fixture
def draft(doctor: Actor) -> Prescription:
    return f.a_draft(doctor, f.a_patient(doctor)[0], *TWO)


def kept(draft: Prescription, doctor: Actor, name: str = "Angine") -> Template:
    return actions.keep_template(prescription=draft, name=name, by=doctor, at=NOW())


def starred(draft: Prescription, doctor: Actor, rank: int = 0) -> Template:
    line = list(draft.lines.all())[rank]
    return actions.keep_favourite(prescription=draft, line_id=line.pk, by=doctor, at=NOW())


def ivg(line: Line) -> None:
    """As a medicine of abortion stands on a draft once its questions were answered."""
    Line.objects.filter(pk=line.pk).update(ivg=True)


# --- Keeping


def test_given_a_draft_when_kept_then_all_its_lines_stand_under_the_name(
    doctor: Actor, draft: Prescription
) -> None:
    kept(draft, doctor)
    (view,) = habits.templates(doctor)
    assert view.name == "Angine"
    assert len(view.lines) == 2
    assert "Amoxicilline" in view.lines[0] and "1 comprimé matin et soir" in view.lines[0]
    assert "pendant 7 jours" in view.lines[0]


def test_a_signed_prescription_is_kept_too(doctor: Actor) -> None:
    signed = f.a_signed(doctor, f.a_patient(doctor)[0])
    assert kept(signed, doctor).lines.count() == 1


def test_nothing_of_the_patient_is_kept(doctor: Actor, draft: Prescription) -> None:
    draft.lines.update(
        ald=True, cover="maternity", overlap="voyage de la patiente", non_substitutable="CIF"
    )
    template = kept(draft, doctor)
    for line in template.lines.all():
        assert (line.ald, line.cover, line.overlap) == (False, "", "")
        assert line.non_substitutable == ""
    names = {field.name for model in (Template, TemplateLine) for field in model._meta.get_fields()}
    assert not names & {"subject", "patient", "prescription", "weight_kg"}


def test_a_narrow_margin_belongs_to_the_medicine_and_is_kept(
    doctor: Actor, draft: Prescription
) -> None:
    draft.lines.update(non_substitutable="MTE")
    assert {line.non_substitutable for line in kept(draft, doctor).lines.all()} == {"MTE"}


def test_all_else_that_a_line_says_is_kept(doctor: Actor, draft: Prescription) -> None:
    first, line = kept(draft, doctor).lines.all()[0], draft.lines.all()[0]
    for name in CONTENT:
        assert getattr(first, name) == getattr(line, name), name


def test_a_medicine_of_abortion_is_left_out(doctor: Actor, draft: Prescription) -> None:
    first, second = draft.lines.all()
    ivg(first)
    assert [line.inn for line in kept(draft, doctor).lines.all()] == [second.inn]
    with pytest.raises(Refusal, match="nothing_to_keep"):
        starred(draft, doctor)
    ivg(second)
    with pytest.raises(Refusal, match="nothing_to_keep"):
        kept(draft, doctor, "Autre")


def test_a_name_that_exists_already_is_refused_whether_template_or_favourite(
    doctor: Actor, draft: Prescription
) -> None:
    kept(draft, doctor)
    favourite = starred(draft, doctor)
    for name in ("Angine", "  Angine ", favourite.name):
        with pytest.raises(BadName, match="name_taken"):
            kept(draft, doctor, name)
    assert Template.objects.count() == 2


@pytest.mark.parametrize("name", ["", "  \n", "a" * 81, "a\0b", "\u202eangine", "\u200b"])
def test_a_name_that_says_nothing_or_too_much_is_refused(
    doctor: Actor, draft: Prescription, name: str
) -> None:
    with pytest.raises(BadName):
        kept(draft, doctor, name)
    template = kept(draft, doctor)
    with pytest.raises(BadName):
        actions.rename_template(template_id=template.pk, name=name, by=doctor)


def test_two_hundred_are_the_most(doctor: Actor, draft: Prescription) -> None:
    Template.objects.bulk_create(
        Template(owner_id=doctor.user_id, name=f"modèle {n}", made_at=NOW())
        for n in range(MOST_TEMPLATES)
    )
    with pytest.raises(BadName, match="too_many"):
        kept(draft, doctor)
    with pytest.raises(BadName, match="too_many"):
        starred(draft, doctor)


# --- Favourites


def test_a_favourite_is_called_by_inn_strength_posology_and_duration(
    doctor: Actor, draft: Prescription
) -> None:
    name = starred(draft, doctor).name
    assert name.startswith("Amoxicilline 1 g, 1 comprimé matin et soir")
    assert name.endswith("7 jours")


def test_starred_twice_it_is_kept_once(doctor: Actor, draft: Prescription) -> None:
    assert starred(draft, doctor) == starred(draft, doctor)
    assert Template.objects.count() == 1


def test_what_only_looks_alike_gets_a_number_and_a_long_name_is_cut(
    doctor: Actor, draft: Prescription
) -> None:
    draft.lines.update(posology="un comprimé " * 12)
    names = [starred(draft, doctor).name]
    for quantity in (5, 6):
        draft.lines.update(quantity=quantity)
        names.append(starred(draft, doctor).name)
    assert [name[-4:] for name in names[1:]] == [" (2)", " (3)"]
    assert max(map(len, names)) <= 80 and len(set(names)) == 3


@pytest.mark.parametrize(
    "typed", ["amox", "AMOXI 1g", "amoxicilline 1000 mg", "viatris", "", "matin"]
)
def test_a_favourite_is_found_by_the_beginning_of_its_words(
    doctor: Actor, draft: Prescription, typed: str
) -> None:
    starred(draft, doctor)
    assert len(habits.favourites(doctor, typed)) == 1


@pytest.mark.parametrize("typed", ["moxi", "amox 500mg", "paracetamol", "amox paracetamol"])
def test_a_favourite_is_not_found_by_other_words(
    doctor: Actor, draft: Prescription, typed: str
) -> None:
    starred(draft, doctor)
    assert habits.favourites(doctor, typed) == []


def test_accents_are_forgiven(doctor: Actor, draft: Prescription) -> None:
    actions.rename_template(template_id=starred(draft, doctor).pk, name="Éternuement", by=doctor)
    assert habits.favourites(doctor, "eternu")


# --- Taking again


def test_when_used_then_its_lines_are_added_and_it_comes_first(
    doctor: Actor, draft: Prescription
) -> None:
    kept(draft, doctor, "A")
    second = kept(draft, doctor, "B")
    other = f.a_draft(doctor, f.a_patient(doctor)[0], "PARACETAMOL BIOGARAN")

    added = actions.use_template(prescription=other, template_id=second.pk, by=doctor, at=NOW())

    assert [line.inn for line in added] == [line.inn for line in draft.lines.all()]
    assert other.lines.count() == 3
    assert [(view.name, view.used) for view in habits.templates(doctor)] == [("B", 1), ("A", 0)]
    second.refresh_from_db()
    assert second.used_at is not None


def test_what_the_base_says_today_replaces_what_it_said(doctor: Actor, draft: Prescription) -> None:
    template = kept(draft, doctor)
    cis = template.lines.all()[0].cis
    Medicine.objects.filter(pk=cis).update(max_days=5, list="II")
    other = f.a_draft(doctor, f.a_patient(doctor)[0], "PARACETAMOL BIOGARAN")
    added = actions.use_template(prescription=other, template_id=template.pk, by=doctor, at=NOW())
    assert (added[0].max_days, added[0].list) == (5, "II")


def test_when_the_lines_do_not_fit_then_none_is_added_and_nothing_is_counted(
    doctor: Actor, draft: Prescription
) -> None:
    template = kept(draft, doctor)
    other = f.a_draft(doctor, f.a_patient(doctor)[0], *["PARACETAMOL BIOGARAN"] * 19)
    with pytest.raises(Refusal, match="too_many_lines"):
        actions.use_template(prescription=other, template_id=template.pk, by=doctor, at=NOW())
    assert other.lines.count() == 19
    template.refresh_from_db()
    assert template.used == 0


def test_only_the_author_takes_it_into_his_draft(doctor: Actor, draft: Prescription) -> None:
    template = kept(draft, doctor)
    theirs = f.a_draft(stranger := f.a_prescriber(), f.a_patient(stranger)[0])
    with pytest.raises(Refusal, match="not_author"):
        actions.use_template(prescription=theirs, template_id=template.pk, by=doctor, at=NOW())


# --- For him alone


def test_a_colleagues_do_not_exist_for_me(doctor: Actor, draft: Prescription) -> None:
    template = kept(draft, doctor)
    favourite = starred(draft, doctor)
    me = f.a_prescriber()
    mine = f.a_draft(me, f.a_patient(me)[0])
    client = acting(me)

    assert not habits.templates(me) and not habits.favourites(me) and not habits.kept(me)
    for pk in (template.pk, favourite.pk, uuid.uuid4()):
        with pytest.raises(Http404):
            actions.use_template(prescription=mine, template_id=pk, by=me, at=NOW())
        for name in ("template_rename", "template_drop"):
            answer = client.post(reverse(f"prescribers:{name}", args=[pk]), {f"{pk.hex}-name": "x"})
            assert answer.status_code == 404
    assert "Angine" not in client.get(reverse("prescribers:templates")).content.decode()
    assert Template.objects.filter(owner=doctor.user_id).count() == 2


def test_a_colleagues_prescription_is_not_kept(draft: Prescription) -> None:
    me = f.a_prescriber()
    with pytest.raises(Refusal, match="not_author"):
        kept(draft, me)
    with pytest.raises(Refusal, match="not_author"):
        starred(draft, me)
    assert acting(me).get(reverse("prescribers:template_keep", args=[draft.pk])).status_code == 404


def test_two_doctors_may_use_the_same_name(doctor: Actor, draft: Prescription) -> None:
    me = f.a_prescriber()
    kept(draft, doctor)
    kept(f.a_draft(me, f.a_patient(me)[0]), me)
    assert Template.objects.filter(name="Angine").count() == 2


# --- The pages


def test_the_page_of_a_beginner_says_how_to_begin(client: Client) -> None:
    page = client.get(reverse("prescribers:templates"))
    assert "gardez une ligne en favori" in page.content.decode()


def test_the_page_shows_lines_renames_and_deletes(
    client: Client, doctor: Actor, draft: Prescription
) -> None:
    template = kept(draft, doctor)
    page = client.get(reverse("prescribers:templates")).content.decode()
    assert "Angine" in page and "1 comprimé matin et soir" in page

    url = reverse("prescribers:template_rename", args=[template.pk])
    client.post(url, {f"{template.pk.hex}-name": "Angine de l'adulte"})
    assert habits.templates(doctor)[0].name == "Angine de l'adulte"

    client.post(reverse("prescribers:template_drop", args=[template.pk]))
    assert not Template.objects.exists() and not TemplateLine.objects.exists()


def test_a_taken_name_is_said_at_its_field(
    client: Client, doctor: Actor, draft: Prescription
) -> None:
    kept(draft, doctor)
    other = kept(draft, doctor, "Sinusite")

    url = reverse("prescribers:template_rename", args=[other.pk])
    renamed = client.post(url, {f"{other.pk.hex}-name": "Angine"})
    again = client.post(reverse("prescribers:template_keep", args=[draft.pk]), {"name": "Angine"})

    for answer in (renamed, again):
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Vous avez déjà un modèle ou un favori de ce nom." in page
        assert 'aria-invalid="true"' in page
    assert {view.name for view in habits.templates(doctor)} == {"Angine", "Sinusite"}


def test_a_prescription_is_kept_from_its_page(
    client: Client, doctor: Actor, draft: Prescription
) -> None:
    url = reverse("prescribers:template_keep", args=[draft.pk])
    assert "Amoxicilline" in client.get(url).content.decode()
    client.post(url, {"name": "Angine"})
    assert habits.templates(doctor)[0].name == "Angine"


def test_the_page_asks_as_many_questions_for_two_as_for_twenty(
    client: Client, doctor: Actor, draft: Prescription
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("prescribers:templates"))
        return len(queries)

    kept(draft, doctor), starred(draft, doctor)
    before: Any = asked()
    for number in range(18):
        kept(draft, doctor, f"Modèle {number}")
    assert asked() == before
