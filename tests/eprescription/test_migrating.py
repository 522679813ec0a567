"""A full table is migrated however long it takes; pages keep their limit."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate

pytestmark = pytest.mark.django_db


def limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def test_a_migration_is_not_cut_short_as_a_page_is() -> None:
    assert limit() == "15s"
    portal = apps.get_app_config("eprescription")
    pre_migrate.send(portal, app_config=portal, using="default")
    assert limit() == "0"
    post_migrate.send(portal, app_config=portal, using="default", verbosity=0, interactive=False)
    assert limit() == "15s"
