"""The tables are counted for the planner: at once where many rows come, and every night."""

import pytest
from django.conf import settings as ours
from django.db import connection

from accounts.enums import Role
from accounts.models import User
from core import tasks
from core.planner import renew_statistics
from tests import factories
from tests.at_once import on_both
from tests.planner import rows_known

pytestmark = pytest.mark.django_db


@on_both
def test_tables_are_counted_within_a_transaction_and_again(database):
    assert connection.in_atomic_block
    for number in (3, 300):
        User.objects.bulk_create(
            User(username=f"shili{number}-{n}", role=Role.AUDITOR, organisation=factories.unit())
            for n in range(number)
        )
        renew_statistics()
        assert rows_known(User) == User.objects.count()


def test_beat_counts_at_night():
    factories.user(Role.OFFICE)
    tasks.renew_statistics()
    assert rows_known(User) == User.objects.count()
    (entry,) = (
        one for one in ours.CELERY_BEAT_SCHEDULE.values() if one["task"] == tasks.renew_statistics.name
    )
    assert entry["schedule"].hour == {3}
