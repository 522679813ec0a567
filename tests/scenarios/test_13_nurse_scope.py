"""Scenario 13: a nurse keeps secret care of sexual and reproductive health, and nothing else (L. 1111-5-1).

No nurse signs in yet (`Profession` has none): the directory's code of the profession is given to the activity here.
"""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.rules.professions import NURSE
from prescribers import actions
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def sign(ground: str, *medicines: str) -> Any:
    """A nurse signs secret care of a girl of fifteen on this ground."""
    nurse = f.a_prescriber(profession=NURSE)
    who = f.traits("PETIT", date(timezone.localdate().year - 15, 1, 1))
    draft = f.a_draft(nurse, f.a_patient(nurse, who)[0], *medicines)
    values = {"secret": ground, "accompanied": True}
    actions.save_whole(prescription=draft, values=values, by=nurse, at=timezone.now())
    f.give_reasons(nurse, draft)
    sent = {"may_follow": "yes", "paper": "paper", "version": draft.version}
    return acting(nurse).post(reverse("prescribers:sign", args=[draft.pk]), sent)


def test_13_a_nurse_keeps_nothing_secret_outside_sexual_health() -> None:
    told = "Un infirmier ne garde secrets que des soins de santé sexuelle et reproductive."
    for ground, medicine in (("L1111-5", "OPTIMIZETTE"), ("L5134-1", "AMOXICILLINE VIATRIS 1 g")):
        answer = sign(ground, medicine)
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert "CSP L. 1111-5-1" in answer.content.decode()


def test_13_a_nurse_keeps_birth_control_secret() -> None:
    assert sign("L5134-1", "OPTIMIZETTE").status_code == 302
