"""Two workers at the same moment: nobody is told twice, and nothing is lost."""

import pytest

from accounts.models import Notification
from desk.models import Reminder
from desk.reminders.services import remind_all
from sites.calendar import pinned
from sites.enums import Stage
from tests.at_once import at_once, on_both
from tests.desk import due

pytestmark = pytest.mark.django_db(transaction=True)


@on_both
def test_two_runs_at_once_tell_each_line_once(database):
    site = due.district_site(Stage.BUILDING)
    for number in range(5):
        due.measure(site, "2008-04-30", f"示例{number}")
    due.only("measure", lead_days=[5, 2])

    def run() -> None:
        with pinned(due.day("2008-04-28")):
            remind_all()

    assert at_once(run, run, run) == ["done", "done", "done"]
    assert Notification.objects.filter(text="%(line)s").count() == 5
    assert Reminder.objects.sent().count() == 5
    assert Reminder.objects.count() == 10
