"""Controls written without templates are, letter by letter, those that Django's templates write."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from eprescription.widgets import FOLDER, INPUTS, OPTION, SELECT, Renderer

texts = st.text(alphabet="aé <>&\"'{%}|\n", max_size=12)
labels = texts | texts.map(mark_safe) | st.integers() | st.sampled_from([gettext_lazy("Délivré")])
attributes = st.dictionaries(
    st.sampled_from(["class", "id", "data-due", "required", "aria-label"]),
    texts | st.booleans() | st.integers(),
)
choices = st.lists(
    st.tuples(texts, labels) | st.tuples(texts, st.lists(st.tuples(texts, labels), max_size=3)),
    max_size=5,
)


def both(widget: forms.Widget, value: Any, attrs: dict[str, Any]) -> tuple[str, str]:
    context = widget.get_context("l1-field", value, attrs)
    ours = Renderer().render(widget.template_name, context)
    return ours, TemplatesSetting().render(widget.template_name, context)


@given(choices=choices, value=texts | st.none(), attrs=attributes)
def test_given_any_choices_then_the_list_is_the_one_of_django(
    choices: Any, value: Any, attrs: Any
) -> None:
    ours, theirs = both(forms.Select(choices=choices), value, attrs)
    assert ours == theirs


@given(
    kind=st.sampled_from(
        [
            forms.TextInput,
            forms.NumberInput,
            forms.HiddenInput,
            forms.DateInput,
            forms.CheckboxInput,
        ]
    ),
    value=texts | st.none() | st.integers() | st.booleans(),
    attrs=attributes,
)
def test_given_any_value_then_the_input_is_the_one_of_django(
    kind: type[forms.Widget], value: Any, attrs: Any
) -> None:
    ours, theirs = both(kind(), value, attrs)
    assert ours == theirs


@given(value=texts)
def test_given_a_value_that_holds_html_then_it_is_escaped(value: str) -> None:
    ours, _theirs = both(forms.TextInput(), value, {})
    assert ours.count("<") == ours.count(">") == 1 or not set(value) & set("<>")
    assert isinstance(ours, SafeString)


class Loud(forms.Select):
    """Options of its own."""

    option_template_name = f"{FOLDER}/radio_option.html"


def test_given_options_with_a_template_of_their_own_then_it_is_used() -> None:
    ours, theirs = both(Loud(choices=[("a", "A")]), "a", {})
    assert ours == theirs
    assert "<label" in ours or "radio" in ours or "<input" in ours


def sources() -> Iterator[tuple[str, str]]:
    folder = Path(django.__file__).parent / "forms" / "templates"
    yield from ((name, (folder / name).read_text()) for name in sorted(INPUTS))


@pytest.mark.parametrize(("name", "source"), list(sources()))
def test_each_input_still_has_the_common_template(name: str, source: str) -> None:
    """A new Django that prints one of them differently is seen here."""
    assert source == '{% include "django/forms/widgets/input.html" %}\n'


def test_no_template_of_ours_is_passed_over() -> None:
    own = Path(__file__).resolve().parents[2] / "templates"
    assert not [name for name in (*INPUTS, SELECT, OPTION) if (own / name).exists()]


def test_the_portal_prints_its_forms_this_way() -> None:
    assert isinstance(forms.renderers.get_default_renderer(), Renderer)
