"""What the components page shows and no other page needs."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.utils import timezone

register = template.Library()


@register.simple_tag
def icon_names() -> list[str]:
    """List the icons of the sprite, so that a new one shows by itself."""
    sprite = finders.find("img/icons.svg")
    return re.findall(r'<symbol id="([a-z-]+)"', Path(str(sprite)).read_text()) if sprite else []


@register.simple_tag
def five_minutes_ago() -> datetime:
    """Give a moment that is near, to show its words and its exact date."""
    return timezone.now() - timedelta(minutes=5)
