"""The one clock that all processes share: that of the base.

A machine whose clock runs ten minutes ahead would write what waits for nobody until then, and take what others hold.
"""

from datetime import datetime

from django.db import connection


def shared_now() -> datetime:
    """This very moment by the base's clock, also in the middle of a transaction; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [moment] = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment
