"""Fields of forms, written without templates: a dispensing page holds some forty of them."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from eprescription.templatetags.icons import icon

register = template.Library()

CHOICES = frozenset({"radioselect", "checkboxselectmultiple"})
_CONTROL = '<div class="{css}">\n<label class="field__label" for="{id}">{title}</label>\n{notes}{control}\n</div>'
_CHECKBOX = '<div class="{css}">\n<label class="{choice}" for="{id}">{control} <span>{name}</span></label>\n{notes}</div>'
_GROUP = (
    '<fieldset class="{css}"{described}>\n<legend class="field__label">{title}</legend>\n{notes}'
    '<div class="choices{inline}">\n{options}</div>\n</fieldset>'
)
_OPTION = '<label class="{}" for="{}">{} <span>{}</span></label>\n'


@register.simple_tag
def field(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    width: str = "",
    no_hint: bool = False,
    no_optional: bool = False,
    cards: bool = False,
    inline: bool = False,
    **attrs: Any,
) -> SafeString:
    """Print one field: its label above, its hint, its errors, its control.

    label, hint: instead of the field's own; no_hint: leave out the one that the form carries. width: short, medium or
    full. no_optional: do not say that it is optional. cards: choices as cards; inline: choices in a row. attrs:
    autofocus, inputmode, autocomplete and no_placeholder, as `control` takes them.
    """
    if bound.is_hidden:
        return SafeString(bound)
    words: Any = "" if no_hint else hint or bound.help_text  # lazy when they are the form's own
    parts: dict[str, Any] = {
        "css": _css(bound, width),
        "name": label or bound.label,
        "notes": _notes(bound, words),
        "choice": "choice choice--card" if cards else "choice",
    }
    if bound.widget_type in CHOICES:
        return _group(bound, words, inline=inline, no_optional=no_optional, **parts)
    parts |= {"id": bound.id_for_label, "control": control(bound, hint=words, **attrs)}
    if bound.widget_type == "checkbox":
        return format_html(_CHECKBOX, **parts)
    return format_html(_CONTROL, title=_title(bound, parts["name"], no_optional), **parts)


def _group(
    bound: BoundField, words: str, *, inline: bool, no_optional: bool, **parts: Any
) -> SafeString:
    ids = _described_by(bound, words)
    options = ((parts["choice"], one.id_for_label, one.tag(), one.choice_label) for one in bound)
    return format_html(
        _GROUP,
        described=format_html(' aria-describedby="{}"', ids) if ids else "",
        title=_title(bound, parts["name"], no_optional),
        inline=" choices--inline" if inline else "",
        options=format_html_join("", _OPTION, options),
        **parts,
    )


def _css(bound: BoundField, width: str) -> str:
    invalid = " field--invalid" if bound.errors else ""
    return f"field field--{width}{invalid}" if width else f"field{invalid}"


def _title(bound: BoundField, name: str, no_optional: bool) -> str:
    if bound.field.required or no_optional:
        return name
    optional = gettext("(facultatif)")
    return format_html('{} <span class="field__optional">{}</span>', name, optional)


def _notes(bound: BoundField, words: str) -> SafeString:
    errors = field_errors(bound)
    if not words:
        return errors
    hint = '<div class="field__hint" id="{}_hint">{}</div>\n{}'
    return format_html(hint, bound.auto_id, words, errors)


@register.simple_tag
def field_errors(bound: BoundField) -> SafeString:
    """Print the errors of a field that a page lays out itself, where `control` points at them."""
    if not bound.errors:
        return SafeString()
    line = '<p class="field__error">{}<span>{}</span></p>\n'
    lines = format_html_join("", line, ((icon("alert"), error) for error in bound.errors))
    return format_html('<div id="{}_error">\n{}</div>\n', bound.auto_id, lines)


def _described_by(bound: BoundField, words: str) -> str:
    """The ids of the hint and of the errors, for aria-describedby."""
    ids = [f"{bound.auto_id}_hint"] if words else []
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)


@register.simple_tag
def control(
    bound: BoundField,
    *,
    hint: str = "",
    autofocus: bool = False,
    inputmode: str = "",
    autocomplete: str = "",
    no_placeholder: bool = False,
) -> SafeString:
    """Print the widget of a field, tied to its hint and its error."""
    attrs: dict[str, str | bool] = {"aria-describedby": _described_by(bound, hint) or False}
    if not hint:
        bound.help_text = ""  # or Django points at a help text that is not on the page
    if autofocus:
        attrs["data-focus"] = attrs["autofocus"] = True
    if inputmode:
        attrs["inputmode"] = inputmode
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    if no_placeholder:
        attrs["placeholder"] = False
    return bound.as_widget(attrs=attrs)


@register.filter
def anchor(field: BoundField) -> str:
    """Give the id that a link to this field must reach: the first option of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def faults(form: BaseForm) -> list[dict[str, str]]:
    """List all errors of a form, in the order of its fields, those of the whole form first."""
    return list(_faults(form))


def _faults(form: BaseForm) -> Iterator[dict[str, str]]:
    for error in form.non_field_errors():
        yield {"text": str(error), "anchor": ""}
    for field in form.hidden_fields():
        yield from ({"text": str(error), "anchor": ""} for error in field.errors)
    for field in form.visible_fields():
        for error in field.errors:
            text = gettext("%(label)s : %(error)s") % {"label": _bare(field.label), "error": error}
            yield {"text": text, "anchor": anchor(field)}


def _bare(label: object) -> str:
    """A label that asks a question loses its mark before a colon."""
    return str(label).rstrip("?: \u00a0\u202f")
