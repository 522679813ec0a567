"""Ends the activities of professionals whom the national directory lists no more; their sessions end at the next request."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from eprescription.actor import load
from eprescription.audit.journal import record
from eprescription.models import Activity, Deed, DirectoryListing

MOST_SHARE = 0.05  # of the portal's professionals that one extract may end without somebody looking
ALWAYS = 3  # as many may always end


def end_unlisted(professions: Sequence[str], *, accept_losses: bool) -> int | None:
    """How many activities ended, each with its row in the journal; None, and nothing done, when it would be too many.

    Struck off: the directory lists him nowhere in this profession. Left: it listed him at this place, and does no more.
    A place that it never gave (a practice known by another number) ends nothing.
    """
    working = Activity.objects.filter(profession__in=professions, is_active=True)
    gone = list(_gone(working).select_related("user"))
    if len(gone) > max(ALWAYS, working.count() * MOST_SHARE) and not accept_losses:
        return None
    for activity in gone:
        record(Deed.STRUCK_OFF, by=load(activity.pk, activity.user))
    Activity.objects.filter(pk__in=[activity.pk for activity in gone]).update(is_active=False)
    return len(gone)


def _gone(working: QuerySet[Activity]) -> QuerySet[Activity]:
    his = DirectoryListing.objects.filter(
        rpps=OuterRef("identifier"), profession=OuterRef("profession")
    )
    here = his.filter(place=OuterRef("place__identifier"))
    anywhere = Exists(his.filter(until=None))
    left = Exists(here.exclude(until=None)) & ~Exists(here.filter(until=None))
    return working.filter(Q(~anywhere) | Q(left))
