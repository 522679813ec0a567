"""Writes the commonest controls of forms without templates: the same text, many times faster.

Django prints a list of choices with two templates an option. A dispensing page holds hundreds of options, and waited
for them longer than for the database.
"""

from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

FOLDER = "django/forms/widgets"
SELECT, OPTION = f"{FOLDER}/select.html", f"{FOLDER}/select_option.html"
# Their templates are one and the same.
INPUTS = frozenset(
    f"{FOLDER}/{name}.html"
    for name in (
        *("checkbox", "color", "date", "datetime", "email", "hidden", "number", "password"),
        *("search", "tel", "text", "time", "url"),
    )
)


class Renderer(TemplatesSetting):
    """Django's renderer of forms, with a short way for inputs and for lists of choices."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name in INPUTS:
            return _input(context["widget"])
        if template_name == SELECT and _is_usual(context["widget"]):
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    head = f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}'
    return mark_safe(f"{head}{_attributes(widget['attrs'])}>")  # noqa: S308 - each part is escaped


def _select(widget: dict[str, Any]) -> SafeString:
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    head = f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>'
    return mark_safe(f"{head}{groups}\n</select>")  # noqa: S308 - each part is escaped


def _group(name: Any, options: list[dict[str, Any]]) -> str:
    printed = "".join(f"\n  {_option(option)}" for option in options)
    if not name:
        return printed
    return f'\n  <optgroup label="{_text(localize(name))}">{printed}\n  </optgroup>'


def _option(widget: dict[str, Any]) -> str:
    head = f'<option value="{_text(widget["value"])}"{_attributes(widget["attrs"])}>'
    return f"{head}{_text(localize(widget['label']))}</option>\n"


def _attributes(attrs: dict[str, Any]) -> str:
    told = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in told
    )


def _text(value: Any) -> str:
    """Escaped as Django does; its own way asks first whether a text is lazy, which costs as much as the escaping."""
    if type(value) is str:
        return escape(value)
    return conditional_escape(value if isinstance(value, str) else str(value))


def _is_usual(widget: dict[str, Any]) -> bool:
    """Whether all options are Django's own: a form may print its options in another way."""
    every = (option for _name, options, _index in widget["optgroups"] for option in options)
    return all(option["template_name"] == OPTION for option in every)
