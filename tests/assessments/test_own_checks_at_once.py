"""Two people at one self-check at the same moment."""

import datetime

import pytest

from accounts.enums import Role
from assessments.enums import OwnCheckAction
from assessments.models import OwnCheck, OwnCheckAnswer
from assessments.services import own_checks
from sites.calendar import pinned
from tests import factories
from tests.assessments.own_checking import begun, filed
from tests.at_once import at_once, kinds
from tests.sites import making

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_clerks_who_begin_at_once_begin_one():
    programme, people = factories.programme(), [making.clerk(), making.clerk()]
    outcomes = at_once(*(lambda by=by: own_checks.begin(programme=programme, by=by) for by in people))
    assert "InvalidTransition" in kinds(outcomes)
    assert OwnCheck.objects.count() == 1
    assert OwnCheckAnswer.objects.count() == len(own_checks.ITEMS)


def test_read_and_taken_back_at_once_is_one_of_them():
    clerk, office = making.clerk(), factories.user(Role.OFFICE)
    head = making.head(clerk.organisation.district)
    with pinned(datetime.date(2008, 3, 20)):
        check = filed(begun(clerk), clerk, head)
    outcomes = at_once(
        lambda: own_checks.take(check=check, action=OwnCheckAction.READ, by=office),
        lambda: own_checks.take(check=check, action=OwnCheckAction.TAKE_BACK, by=head),
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert OwnCheck.objects.get().state in ("read", "forward")
    assert check.steps.count() == 3
