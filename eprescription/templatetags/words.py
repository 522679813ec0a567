"""Dates and moments as people say them. French is the source, English follows the catalogue."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

register = template.Library()

NEAR = timedelta(hours=1)
DAYS = {
    -1: (gettext_noop("hier"), gettext_noop("hier à %(time)s")),
    0: (gettext_noop("aujourd'hui"), gettext_noop("aujourd'hui à %(time)s")),
    1: (gettext_noop("demain"), gettext_noop("demain à %(time)s")),
}


@register.filter
def when(at: date | datetime | None) -> str:
    """Say when in words: relative within the hour, by name for neighbouring days, else the date."""
    if not at:
        return ""
    if not isinstance(at, datetime):
        return _day(at, timezone.localdate())
    now = timezone.now()
    at = _local(at)
    if abs(now - at) < NEAR:
        return _minutes(now - at)
    return _day_and_time(at, timezone.localtime(now).date())


@register.filter
def exact(at: date | datetime | None) -> str:
    """Give the full date, with the year, and the time of day when there is one."""
    if not at:
        return ""
    if not isinstance(at, datetime):
        return _date(at, year=True)
    local = _local(at)
    return _at(_date(local.date(), year=True), local)


@register.filter
def is_near(at: date | datetime | None) -> bool:
    """Tell whether `when` says less than the date, so that the exact one is worth a tooltip."""
    if not at:
        return False
    day = _local(at).date() if isinstance(at, datetime) else at
    return abs((day - timezone.localdate()).days) <= 1


_NEAR = '<time class="moment" datetime="{}" tabindex="0"><span class="moment__near">{}</span><span class="moment__exact"> {}</span></time>'
_FAR = '<time class="moment" datetime="{}">{}</time>'


@register.simple_tag
def moment(at: date | datetime | None) -> str:
    """Print a moment in words; the exact one appears on hover and on focus, and on paper. No punctuation right after."""
    if not at:
        return ""
    stamp = (_local(at) if isinstance(at, datetime) else at).isoformat()
    if is_near(at):
        return format_html(_NEAR, stamp, when(at), exact(at))
    return format_html(_FAR, stamp, when(at))


def _local(at: datetime) -> datetime:
    return timezone.localtime(at) if timezone.is_aware(at) else timezone.make_aware(at)


def _minutes(elapsed: timedelta) -> str:
    minutes = round(elapsed.total_seconds() / 60)
    if minutes == 0:
        return gettext("à l'instant")
    if minutes > 0:
        return ngettext("il y a %(n)d min", "il y a %(n)d min", minutes) % {"n": minutes}
    return ngettext("dans %(n)d min", "dans %(n)d min", -minutes) % {"n": -minutes}


def _day_and_time(at: datetime, today: date) -> str:
    distance = (at.date() - today).days
    if distance in DAYS:
        return gettext(DAYS[distance][1]) % {"time": _clock(at)}
    return _at(_date(at.date(), year=at.year != today.year), at)


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    if distance in DAYS:
        return gettext(DAYS[distance][0])
    return _date(day, year=day.year != today.year)


def _at(words: str, at: datetime) -> str:
    return gettext("%(date)s à %(time)s") % {"date": words, "time": _clock(at)}


def _date(day: date, *, year: bool) -> str:
    """French writes the first of a month as an ordinal: « mardi 1er décembre »."""
    ordinal = "1er" if day.day == 1 and (get_language() or "").startswith("fr") else str(day.day)
    words = f"{formats.date_format(day, 'l')} {ordinal} {formats.date_format(day, 'F')}"
    return f"{words} {day.year}" if year else words


def _clock(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02d}"
