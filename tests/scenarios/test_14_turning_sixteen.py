"""Scenario 14: at sixteen nothing changes; parents keep what is not secret."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.representing import deciders
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def test_14_turning_sixteen_changes_no_right(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a child who is sixteen today, a parent, one prescription and one of secret care
    today = timezone.localdate()
    doctor = f.a_prescriber()
    child, own = f.a_patient(doctor, f.traits("PETIT", today.replace(year=today.year - 16, day=1)))
    assert own is not None
    link = f.a_link(f.a_user().pk, child)
    told, kept = f.a_signed(doctor, child), f.a_signed(doctor, child, secret="L1111-5")
    birthday = timezone.make_aware(datetime.combine(today.replace(day=1), time.min))
    answers = set()
    for moment in (birthday - timedelta(seconds=1), birthday):
        # When the parent and the child read before and on the birthday
        link.since = birthday - timedelta(days=30)
        link.save()
        parent = f.a_representative(link, at=moment)
        monkeypatch.setattr(timezone, "now", lambda at=moment: at)
        clients = acting(parent), acting(own)
        pages = [reverse("patients:prescription", args=[p.pk]) for p in (told, kept)]
        statuses = tuple(c.get(p).status_code for c in clients for p in pages)
        answers.add((statuses, deciders(child, at=moment)))
        monkeypatch.undo()
    # Then nothing changed: the parent reads the one, the child both, and the parent decides
    assert answers == {((200, 404, 200, 200), frozenset({link.user_id}))}
