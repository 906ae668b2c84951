"""When digests are made: on working days, from the hour the installation names."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import Message
from desk.tasks import make_digests
from tests.accounts.mail import reader, tell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "made"),
    [
        ("2008-01-10", 1),
        ("2008-01-12", 0),  # a Saturday
        ("2008-02-02", 1),  # a Saturday that is worked, before the Spring Festival
        ("2008-02-08", 0),  # a Friday of the Spring Festival
    ],
)
def test_on_working_days_only(on, settings, day, made):
    settings.PORTAL_MAIL_ON, settings.PORTAL_DIGEST_HOUR = True, 0
    on(day)
    tell(reader())
    make_digests()
    assert Message.objects.count() == made


def test_from_the_hour_on(settings):
    settings.PORTAL_MAIL_ON = True
    tell(reader())
    now = timezone.localtime()
    settings.PORTAL_DIGEST_HOUR = now.hour + 1
    make_digests()
    assert Message.objects.count() == 0
    settings.PORTAL_DIGEST_HOUR = now.hour
    make_digests()
    assert Message.objects.get().made_on == datetime.date(2008, 1, 10)
