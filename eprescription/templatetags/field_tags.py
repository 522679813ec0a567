"""What the field component asks of a form: the kind of a widget, its control, its anchors."""

from collections.abc import Iterator

from django import template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()

KINDS = {
    "checkbox": "checkbox",
    "radio": "choices",
    "checkbox_option": "choices",
    "radio_option": "choices",
    "checkboxselectmultiple": "choices",
    "radioselect": "choices",
    "hidden": "hidden",
}


@register.filter
def kind_of(field: BoundField) -> str:
    """Say how the component lays the field out: control, checkbox, choices or hidden."""
    if field.is_hidden:
        return "hidden"
    return KINDS.get(field.widget_type, "control")


@register.filter
def described_by(field: BoundField, hint: str) -> str:
    """List the ids of the hint and of the error, for aria-describedby."""
    ids = []
    if hint:
        ids.append(f"{field.auto_id}_hint")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.simple_tag
def control(
    field: BoundField,
    *,
    hint: str = "",
    autofocus: bool = False,
    inputmode: str = "",
    autocomplete: str = "",
    no_placeholder: bool = False,
) -> SafeString:
    """Print the widget of a field, tied to its hint and its error."""
    attrs: dict[str, str | bool] = {"aria-describedby": described_by(field, hint) or False}
    if not hint:
        field.help_text = ""  # or Django points at a help text that is not on the page
    if autofocus:
        attrs["data-focus"] = attrs["autofocus"] = True
    if inputmode:
        attrs["inputmode"] = inputmode
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    if no_placeholder:
        attrs["placeholder"] = False
    return field.as_widget(attrs=attrs)


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
