"""A field on a page: what each kind of control prints, letter by letter, blanks between tags aside."""

import re
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

LOAD = "{% load field_tags %}"
ICON = (
    r'<svg class="icon" aria-hidden="true" focusable="false"><use href="[^"]+#alert"></use></svg>'
)


class Form(forms.Form):
    """One field of each kind, with words that need to be escaped."""

    name = forms.CharField(
        label="Nom & <prénom>",
        help_text="Comme sur la pièce",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Martin"}),
    )
    packs = forms.IntegerField(label="Boîtes")
    urgent = forms.BooleanField(label="Urgence", help_text="Sans accord", required=False)
    sex = forms.ChoiceField(
        label="Sexe", choices=[("f", "Femme"), ("m", "<Homme>")], widget=forms.RadioSelect
    )
    read = forms.CharField(widget=forms.HiddenInput, required=False)


def printed(tag: str, data: dict[str, Any] | None = None) -> str:
    html = Template(f"{LOAD}{tag}").render(Context({"form": Form(data, prefix="l1")}))
    return re.sub(ICON, "<icon>", re.sub(r">\s+<", "><", html).replace("</label> <", "</label><"))


FIELDS = {
    "a control with its hint, optional": (
        "{% field form.name %}",
        (
            '<div class="field"><label class="field__label" for="id_l1-name">Nom &amp; &lt;prénom&gt;'
            ' <span class="field__optional">(facultatif)</span></label>'
            '<div class="field__hint" id="id_l1-name_hint">Comme sur la pièce</div>'
            '<input type="text" name="l1-name" placeholder="Martin"'
            ' aria-describedby="id_l1-name_hint" id="id_l1-name"></div>'
        ),
    ),
    "a control that says everything in another way": (
        (
            '{% field form.name label="Né <b>" hint="Ou & usage" width="full" no_optional=True'
            ' autofocus=True inputmode="text" autocomplete="off" no_placeholder=True %}'
        ),
        (
            '<div class="field field--full"><label class="field__label" for="id_l1-name">Né <b></label>'
            '<div class="field__hint" id="id_l1-name_hint">Ou & usage</div>'
            '<input type="text" name="l1-name" aria-describedby="id_l1-name_hint" data-focus autofocus'
            ' inputmode="text" autocomplete="off" id="id_l1-name"></div>'
        ),
    ),
    "a control whose hint is left out": (
        "{% field form.name no_hint=True no_optional=True %}",
        (
            '<div class="field"><label class="field__label" for="id_l1-name">Nom &amp; &lt;prénom&gt;'
            '</label><input type="text" name="l1-name" placeholder="Martin" id="id_l1-name"></div>'
        ),
    ),
    "a checkbox as a card": (
        '{% field form.urgent width="medium" cards=True %}',
        (
            '<div class="field field--medium"><label class="choice choice--card" for="id_l1-urgent">'
            '<input type="checkbox" name="l1-urgent" aria-describedby="id_l1-urgent_hint"'
            ' id="id_l1-urgent"><span>Urgence</span></label>'
            '<div class="field__hint" id="id_l1-urgent_hint">Sans accord</div></div>'
        ),
    ),
    "choices in a row": (
        '{% field form.sex hint="Au civil" inline=True %}',
        (
            '<fieldset class="field" aria-describedby="id_l1-sex_hint">'
            '<legend class="field__label">Sexe</legend>'
            '<div class="field__hint" id="id_l1-sex_hint">Au civil</div>'
            '<div class="choices choices--inline"><label class="choice" for="id_l1-sex_0">'
            '<input type="radio" name="l1-sex" value="f" id="id_l1-sex_0" required>'
            '<span>Femme</span></label><label class="choice" for="id_l1-sex_1">'
            '<input type="radio" name="l1-sex" value="m" id="id_l1-sex_1" required>'
            "<span>&lt;Homme&gt;</span></label></div></fieldset>"
        ),
    ),
    "choices as cards": (
        "{% field form.sex cards=True %}",
        (
            '<fieldset class="field"><legend class="field__label">Sexe</legend><div class="choices">'
            '<label class="choice choice--card" for="id_l1-sex_0">'
            '<input type="radio" name="l1-sex" value="f" id="id_l1-sex_0" required>'
            '<span>Femme</span></label><label class="choice choice--card" for="id_l1-sex_1">'
            '<input type="radio" name="l1-sex" value="m" id="id_l1-sex_1" required>'
            "<span>&lt;Homme&gt;</span></label></div></fieldset>"
        ),
    ),
    "a hidden one": (
        '{% field form.read label="Lu" width="full" %}',
        '<input type="hidden" name="l1-read" id="id_l1-read">',
    ),
}


@pytest.mark.parametrize(("tag", "html"), FIELDS.values(), ids=FIELDS)
def test_each_kind_of_field_prints_its_parts(tag: str, html: str) -> None:
    assert printed(tag) == html


WRONG = {
    "a control": (
        "{% field form.packs %}",
        {"l1-packs": "<deux>"},
        (
            '<div class="field field--invalid">'
            '<label class="field__label" for="id_l1-packs">Boîtes</label><div id="id_l1-packs_error">'
            '<p class="field__error"><icon><span>Saisissez un nombre entier.</span></p></div>'
            '<input type="number" name="l1-packs" value="&lt;deux&gt;"'
            ' aria-describedby="id_l1-packs_error" required aria-invalid="true" id="id_l1-packs"></div>'
        ),
    ),
    "choices": (
        '{% field form.sex width="full" hint="Au civil" %}',
        {},
        (
            '<fieldset class="field field--full field--invalid"'
            ' aria-describedby="id_l1-sex_hint id_l1-sex_error">'
            '<legend class="field__label">Sexe</legend>'
            '<div class="field__hint" id="id_l1-sex_hint">Au civil</div><div id="id_l1-sex_error">'
            '<p class="field__error"><icon><span>Ce champ est obligatoire.</span></p></div>'
            '<div class="choices"><label class="choice" for="id_l1-sex_0"><input type="radio"'
            ' name="l1-sex" value="f" id="id_l1-sex_0" required aria-invalid="true">'
            '<span>Femme</span></label><label class="choice" for="id_l1-sex_1"><input type="radio"'
            ' name="l1-sex" value="m" id="id_l1-sex_1" required aria-invalid="true">'
            "<span>&lt;Homme&gt;</span></label></div></fieldset>"
        ),
    ),
    "the errors alone, where a page lays out the rest": (
        "{% field_errors form.packs %}",
        {},
        (
            '<div id="id_l1-packs_error"><p class="field__error"><icon>'
            "<span>Ce champ est obligatoire.</span></p></div>"
        ),
    ),
}


@pytest.mark.parametrize(("tag", "data", "html"), WRONG.values(), ids=WRONG)
def test_given_a_mistake_then_the_field_tells_it(tag: str, data: dict[str, str], html: str) -> None:
    assert printed(tag, data).strip() == html


def test_given_no_mistake_then_no_room_is_kept_for_errors() -> None:
    assert printed("{% field_errors form.packs %}", {"l1-packs": "2"}) == ""


def test_given_an_option_that_no_field_has_then_the_page_fails_while_it_is_built() -> None:
    with pytest.raises(TypeError):
        printed('{% field form.packs widht="full" %}')


@pytest.mark.parametrize("given", ["label", "hint"])
def test_words_of_a_variable_are_escaped(given: str) -> None:
    tag = f"{LOAD}{{% field form.packs {given}=words %}}"
    html = Template(tag).render(Context({"form": Form(), "words": "<script>&"}))
    assert "&lt;script&gt;&amp;" in html
    assert "<script>" not in html
