"""The mark of the space in which a patient's form was read."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def space_field(context: dict[str, Any]) -> SafeString | str:
    """The hidden field that `eprescription.doors` asks of each form of a represented person's space.

    Reads `actor`, or `space` where an include passes nothing else on; writes nothing in one's own space.
    """
    actor = context.get("actor")
    space = actor.space if actor else context.get("space", "")
    return format_html('<input type="hidden" name="space" value="{}">', space) if space else ""
