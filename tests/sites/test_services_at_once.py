"""Two people at the same moment: one wins, the other is told, nothing is doubled."""

import pytest

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from sites import services
from sites.enums import Action
from sites.models import StageChange, WorkPlan
from tests import factories
from tests.at_once import at_once, kinds
from tests.sites import making

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_list_filed_by_two_at_once_is_filed_once():
    filing, by = making.decided_list()
    other = making.clerk(filing.organisation)
    outcomes = at_once(
        lambda: services.file_list(filing=filing, by=by), lambda: services.file_list(filing=filing, by=other)
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert StageChange.objects.filter(action=Action.FILE).count() == 4
    assert Document.objects.filter(kind=DocumentKind.FILING_FORM).count() == 1
    filing.refresh_from_db()
    assert filing.filed_by in (by, other)
    filed = StageChange.objects.filter(action=Action.FILE)
    assert set(filed.values_list("by", flat=True)) == {filing.filed_by_id}


def test_a_list_reviewed_and_sent_back_at_once_takes_one_step():
    filing, _by = making.filed_list()
    outcomes = at_once(
        lambda: services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE)),
        lambda: services.send_back(filing=filing, remarks="示例", by=factories.user(Role.OFFICE)),
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert StageChange.objects.exclude(action__in=(Action.DECIDE, Action.FILE)).count() == 4


def test_a_row_added_while_the_list_is_filed_is_refused_or_makes_the_decision_void():
    filing, by = making.decided_list()
    outcomes = at_once(
        lambda: services.file_list(filing=filing, by=by), lambda: making.add_site(filing, by, unit(filing))
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    filing.refresh_from_db()
    stages = set(filing.sites.values_list("stage", flat=True))
    assert (filing.state, stages, filing.sites.count()) in [("filed", {"filed"}, 4), ("draft", {"draft"}, 5)]


def unit(filing):
    return factories.unit(filing.organisation)


def test_two_versions_of_a_plan_at_once_get_two_numbers():
    site = making.determined_site()
    by = factories.liaison_of(site)

    def file_plan():
        making.file_plan(site, by)

    assert at_once(file_plan, file_plan) == ["done", "done"]
    assert sorted(WorkPlan.objects.values_list("version", "state")) == [(1, "superseded"), (2, "filed")]
