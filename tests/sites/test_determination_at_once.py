"""Two people decide on lists at the same moment: one wins, the other is told, nothing is half done."""

import pytest

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from sites import services
from sites.enums import Action, FilingState
from sites.models import Determination, DeterminationLine, Opinion, StageChange
from sites.services import Answer
from tests import factories
from tests.agreeing import resolved
from tests.at_once import at_once, kinds
from tests.sites import making

pytestmark = pytest.mark.django_db(transaction=True)


def batch(*lists):
    """A leader's verb over these lists, all of their sites determined."""
    by, programme = factories.user(Role.LEADING_GROUP), factories.programme()
    decisions = {
        filing.versions.latest("number").pk: {site.pk: Answer(yes=True) for site in filing.sites.all()}
        for filing in lists
    }
    return lambda: services.determine_batch(
        programme=programme, decisions=decisions, resolution=resolved("determination"), by=by
    )


def test_a_list_determined_by_two_at_once_is_determined_once():
    filing, _by = making.reviewed_list()
    assert kinds(at_once(batch(filing), batch(filing))) == ["InvalidTransition", "done"]
    made = Determination.objects.get()
    filing.refresh_from_db()
    assert (filing.state, filing.approved_by) == (FilingState.APPROVED, made.by)
    assert made.lines.count() == 4
    assert set(StageChange.objects.filter(action=Action.DETERMINE).values_list("by", flat=True)) == {
        made.by_id
    }
    assert Document.objects.filter(kind=DocumentKind.DETERMINED_LIST).count() == 1


def test_two_batches_that_share_a_list_at_once_are_one_batch_and_one_refusal():
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    assert kinds(at_once(batch(filing, unit_list), batch(unit_list))) == ["InvalidTransition", "done"]
    lists = DeterminationLine.objects.values_list("site__filing", flat=True)
    assert Determination.objects.count() == 1
    assert set(lists) in ({filing.pk, unit_list.pk}, {unit_list.pk})


def test_two_batches_of_different_lists_at_once_get_two_numbers():
    filing, _by = making.reviewed_list()
    outcomes = at_once(batch(filing), batch(making.reviewed_list_of_a_unit()))
    assert kinds(outcomes) == ["done", "done"]
    assert sorted(Determination.objects.values_list("ordinal", flat=True)) == [1, 2]
    papers = Document.objects.filter(kind=DocumentKind.DETERMINED_LIST)
    assert sorted(papers.values_list("number", flat=True)) == [1, 2]
    assert [paper.context["is_supplement"] for paper in papers.order_by("number")] == [False, True]


def test_a_list_reviewed_site_by_site_and_sent_back_at_once_takes_one_step():
    filing, _by = making.filed_list()
    opinions = {site.pk: Answer(yes=False, text="示例") for site in filing.sites.all()}
    reviewer, sender = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    outcomes = at_once(
        lambda: services.review(filing=filing, opinion="示例", opinions=opinions, by=reviewer),
        lambda: services.send_back(filing=filing, remarks="示例", by=sender),
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    filing.refresh_from_db()
    assert Opinion.objects.count() == (4 if filing.state == FilingState.REVIEWED else 0)


def test_a_list_reviewed_by_two_at_once_has_the_opinions_of_one():
    filing, _by = making.filed_list()

    def review():
        services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE))

    assert kinds(at_once(review, review)) == ["InvalidTransition", "done"]
    filing.refresh_from_db()
    assert set(Opinion.objects.values_list("by", flat=True)) == {filing.reviewed_by_id}
    assert Opinion.objects.count() == 4
