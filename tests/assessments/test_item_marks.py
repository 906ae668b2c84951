"""An acceptance beside the inspection, item by item."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.enums import RoundKind
from assessments.pages.item_marks import item_marks
from sites.enums import Stage
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


@made_once("2008-05-08")
def site():
    """Two items below full marks at the inspection; one of them still at the acceptance."""
    made = builders.building()
    builders.rectified(made)
    builders.on_site(made, weak=1)
    return made


def final_sheet(site):
    return site.assessments.get(round__kind=RoundKind.ACCEPTANCE).sheets.get(role="final")


def test_changed_items_come_first_with_their_difference(site):
    marks = item_marks(site)
    (row,) = marks.changed
    half = row.item.points / 2
    assert (row.own.points, row.inspection.points, row.acceptance.points) == (
        row.item.points,
        half,
        row.item.points,
    )
    assert (row.change, marks.better, marks.worse) == (half, 1, 0)
    assert row.finding.state == "verified"
    still = marks.unchanged[0]
    assert (still.change, still.reason, still.acceptance.points) == (0, "示例原因", still.item.points / 2)
    assert len(marks.unchanged) + 1 == final_sheet(site).scores.count()


def test_item_that_fell_comes_before_one_that_rose(site):
    final = final_sheet(site)
    score = final.scores.order_by("-item__section__ordinal", "-item__ordinal").first()
    final.scores.filter(pk=score.pk).update(level="unmet", points=0, reason="示例")
    marks = item_marks(site)
    assert marks.changed[0].change == -score.item.points
    assert (marks.worse, marks.better) == (1, 1)


def test_item_that_does_not_apply_has_no_difference_but_is_changed(site):
    final = final_sheet(site)
    score = final.scores.order_by("item__section__ordinal", "item__ordinal").last()
    final.scores.filter(pk=score.pk).update(level="inapplicable", points=0, reason="示例")
    (row,) = [row for row in item_marks(site).changed if row.item.pk == score.item_id]
    assert (row.change, row.acceptance.counts) == (None, False)


def test_page_shows_the_three_marks_and_leads_to_the_finding(client, site):
    client.force_login(builders.office())
    html = client.get(reverse("assessments:acceptance_items", args=[site.pk])).content.decode()
    finding = item_marks(site).changed[0].finding
    assert f"/desk/rectifications/{site.pk}/#finding-{finding.pk}" in html
    assert f"+{format(finding.item.points / 2, 'f').rstrip('0').rstrip('.')}" in html


def test_page_before_the_acceptance_says_what_it_waits_for(client):
    client.force_login(builders.leader())
    site = factories.site(Stage.RECTIFIED)
    response = client.get(reverse("assessments:acceptance_items", args=[site.pk]))
    assert response.context["marks"] is None
    assert "签署" in response.content.decode()


def test_mark_under_another_maximum_is_not_subtracted(site):
    row = item_marks(site).changed[0]
    other = row.inspection.__class__(Decimal(1), row.item.points + 1, "met")
    assert row.__class__(row.item, None, other, row.acceptance, "", None).change is None
