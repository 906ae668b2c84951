"""A sheet's score is the same sum wherever it is shown: pages, columns, export, paper, re-run."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.enums import ScoreLevel
from assessments.marks import standard_items
from assessments.services import not_due, scores
from assessments.simulation import rerun
from documents.models import Document
from documents.papers import DocumentKind
from standards.enums import Kind
from tests.assessments import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# Section one: 3 of its 18 points are not due and half of 3 is lost: 13.5 ÷ 15 × 18 = 16.2. In section four an
# item does not apply and the rest is met: 23. With 27 and 32 in full: 98.2.
TOTAL = Decimal("98.2")


@pytest.fixture
def final(on):
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    final = builders.visited(site, weak=1)
    on("2008-04-08")
    items = standard_items(final)
    office, lead = builders.office(), final.assessment.assignment.team.leader
    not_due.declare(round=final.assessment.round, items=[items[1]], reason="示例", by=office)
    outside = next(item for item in items if item.may_be_inapplicable and item.section.ordinal == 4)
    builders.mark(final, outside, lead, ScoreLevel.INAPPLICABLE, version=1)
    scores.consent_inapplicable(score=final.scores.get(item=outside), by=office)
    return final


def test_one_sum_at_every_door(client, final):
    client.force_login(final.assessment.assignment.team.leader)

    def page(name):
        return client.get(reverse(f"assessments:{name}", args=[final.pk])).context

    assert page("sheet")["page"].total.points == TOTAL
    assert page("sheet_sign")["page"].total.points == TOTAL
    assert page("sheet_working")["working"].score.points == TOTAL
    assert page("columns")["columns"].total.points == TOTAL

    builders.sign(final)

    client.force_login(builders.office())
    table = client.get(reverse("assessments:round_export", args=[final.assessment.round_id]))
    heads, row = load_workbook(io.BytesIO(table.content))["Summary"].iter_rows(values_only=True)
    line = dict(zip(heads, row, strict=True))
    assert (line["Total"], line["Maximum"], line["Not due"], line["Inapplicable"]) == (98.2, 100, 1, 1)
    paper = Document.objects.get(kind=DocumentKind.SCORE_SHEET)
    assert (paper.context["total"], paper.context["maximum"]) == ("98.2", "100")
    (anew,) = rerun(final.assessment.round, standards={}, rulebook=None, reader=builders.office()).rows
    assert (anew.old.points, anew.new.points) == (TOTAL, TOTAL)
