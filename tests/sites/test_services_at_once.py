"""Two people at the same moment: one wins, the other is told, nothing is doubled."""

import pytest

from accounts.enums import Role
from documents.models import Document
from sites import services
from sites.enums import Action
from sites.models import StageChange, WorkPlan
from tests import factories
from tests.at_once import at_once, kinds
from tests.sites import making

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_list_filed_by_two_at_once_is_filed_once():
    filing, by = making.complete_list()
    other = making.clerk(filing.organisation)
    outcomes = at_once(lambda: making.file(filing, by), lambda: making.file(filing, other))
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert StageChange.objects.filter(action=Action.FILE).count() == 4
    assert Document.objects.count() == 1
    filing.refresh_from_db()
    assert set(StageChange.objects.values_list("by", flat=True)) == {filing.filed_by_id}


def test_a_list_reviewed_and_sent_back_at_once_takes_one_step():
    filing, _by = making.filed_list()
    outcomes = at_once(
        lambda: services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE)),
        lambda: services.send_back(filing=filing, remarks="示例", by=factories.user(Role.OFFICE)),
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert StageChange.objects.exclude(action=Action.FILE).count() == 4


def test_a_row_saved_while_the_list_is_filed_is_either_filed_with_it_or_refused():
    filing, by = making.complete_list()
    outcomes = at_once(lambda: making.file(filing, by), lambda: making.add_site(filing, by, unit(filing)))
    filing.refresh_from_db()
    assert filing.state == "filed"
    assert set(filing.sites.values_list("stage", flat=True)) == {"filed"}
    assert filing.sites.count() == (5 if kinds(outcomes) == ["done", "done"] else 4)


def unit(filing):
    return factories.unit(filing.organisation)


def test_two_versions_of_a_plan_at_once_get_two_numbers():
    site = making.determined_site()
    by = factories.liaison_of(site)

    def file_plan():
        making.file_plan(site, by)

    assert at_once(file_plan, file_plan) == ["done", "done"]
    assert sorted(WorkPlan.objects.values_list("version", "state")) == [(1, "superseded"), (2, "filed")]
