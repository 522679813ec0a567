"""The law in the language of the reader."""

from django import template
from django.utils.translation import get_language

from eprescription.rules import Breach

register = template.Library()


@register.filter
def sentence(breach: Breach) -> str:
    """What the rule found, in the language of the page."""
    return breach.text.in_language(get_language() or "fr")
