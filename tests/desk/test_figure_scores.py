"""Scores by section and by item over many sites, and over one site's rounds: by hand, and who sees them."""

import io
import pickle
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from assessments.enums import RoundKind, ScoreLevel, SheetRole, SheetState
from assessments.marks import items_of, section_marks, sheet_score, standard_items
from assessments.models import Assessment, NotDue, Recusal, Round, Score, Sheet
from assessments.services import unlocking
from assessments.tallies import scores_by_sheet
from desk.figures.heat import HEAT
from desk.figures.items import ITEMS
from desk.figures.radar import scores_of
from desk.figures.scope import Scope
from desk.figures.shown_scores import Share, Word
from sites.enums import Level, Stage
from sites.models import Site
from standards.enums import Kind
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PUT_OFF = "示例原因：本轮尚未到期"


def signed(site: Site, kind: str = RoundKind.INSPECTION, weak: int = 0) -> Sheet:
    """A signed final sheet, its first `weak` items partly met: what a visit leaves, without its way there."""
    opened = builders.open_round(kind)
    standard = opened.standards.get(kind=site.kind)
    assessment = Assessment.objects.create(round=opened, site=site, standard=standard)
    by = builders.office()
    sheet = Sheet.objects.create(
        assessment=assessment,
        role=SheetRole.FINAL,
        state=SheetState.SIGNED,
        submitted_on="2008-04-08",
        signed_by=by,
        signed_on="2008-04-08",
    )
    builders.fill(sheet, by, weak)
    return sheet


def remark(sheet: Sheet, code: str, level: str, points: str = "0") -> None:
    """Another mark than `signed` gave: points count of what is partly met only."""
    score = sheet.scores.select_related("item").get(item__code=code)
    given = score.max_points if level == ScoreLevel.MET else Decimal(points)
    reason = "" if level == ScoreLevel.MET else "示例原因"
    sheet.scores.filter(pk=score.pk).update(level=level, points=given, reason=reason)


def put_off(opened: Round, *codes: str) -> None:
    for item in standard_items(Sheet(assessment=Assessment(round=opened, standard=opened.standards.first()))):
        if item.code in codes:
            NotDue.objects.create(
                round=opened, item=item, reason=PUT_OFF, decided_by=builders.office(), decided_on="2008-04-08"
            )


class Campaign:
    """Three sites of one kind in an inspection, worked out by hand below; one more that is not inspected yet.

    Section one has 20 points, section two 25, section three 30, section four 25.
    """

    def __init__(self):
        self.strong = factories.site(Stage.RECTIFYING, window="示例甲")
        self.weak = factories.site(Stage.RECTIFYING, window="示例乙")
        self.rural = factories.site(Stage.RECTIFYING, window="示例丙", level=Level.DISTRICT)
        self.waiting = factories.site(Stage.SELF_ASSESSED, window="示例丁")
        # ZW-1.1 and ZW-1.2, of 3 points each, half: 17 of 20, 85 %. The others in full. 97.
        self.of_strong = signed(self.strong, weak=2)
        # ZW-1.1 not met, ZW-1.2 does not apply: 14 of 17, that is 16.47 of 20 (82.35 %).
        # ZW-2.1, of 3 points, 1 point: 23 of 25, 92 %. 30 and 25 in full. 94.47.
        self.of_weak = signed(self.weak)
        remark(self.of_weak, "ZW-1.1", ScoreLevel.UNMET)
        remark(self.of_weak, "ZW-1.2", ScoreLevel.INAPPLICABLE)
        remark(self.of_weak, "ZW-2.1", ScoreLevel.PARTLY, "1")
        # Nothing of section one met: 0 of 20. 80.
        self.of_rural = signed(self.rural)
        for item in standard_items(self.of_rural):
            if item.section.ordinal == 1:
                remark(self.of_rural, item.code, ScoreLevel.UNMET)

    @property
    def round(self) -> Round:
        found: Round = self.of_strong.assessment.round
        return found


@made_once("2008-04-10")
def campaign():
    return Campaign()


def scope(figure, reader, **filters) -> Scope:
    programme = factories.programme()
    return Scope(programme, reader, figure.filter(filters, programme=programme, reader=reader))


def table(figure, reader, **filters) -> dict[str, list[Any]]:
    """The figure's rows by their first cell."""
    return {str(row[0]): list(row[1:]) for row in figure.count(scope(figure, reader, **filters)).rows}


def shares(figure, reader, **filters) -> dict[str, list[str]]:
    """Each site's sections and total, as they are written."""
    return {name: [str(cell) for cell in row[2:]] for name, row in table(figure, reader, **filters).items()}


def page(client, name, *arguments, **query):
    return client.get(reverse(name, args=arguments), query)


# -- sections × sites -------------------------------------------------------------


def test_heat_by_hand(campaign):
    assert shares(HEAT, builders.office()) == {
        "示例甲": ["85.00", "100.00", "100.00", "100.00", "97.00"],
        "示例乙": ["82.35", "92.00", "100.00", "100.00", "94.47"],
        "示例丁": ["None", "None", "None", "None", "not begun"],
        "示例丙": ["0.00", "100.00", "100.00", "100.00", "80.00"],
    }


def test_bands_by_hand(campaign):
    tones = [cell.tone for cell in table(HEAT, builders.office())["示例丙"][2:]]
    assert tones == ["unqualified", "excellent", "excellent", "excellent", "good"]
    drawing = HEAT.count(scope(HEAT, builders.office())).drawing
    # 17 + 16.47 + 0 of 60 points: 55.78 %; of all 300: 97 + 94.47 + 80.
    assert [str(bar.average) for bar in drawing.bars][::4] == ["55.78", "90.49"]
    assert [(piece.band.value, piece.sites) for piece in drawing.bars[0].pieces] == [
        ("good", 2),
        ("unqualified", 1),
    ]


def test_sums_of_the_database_are_the_sums_of_the_sheets(campaign):
    """Re-scaled sections, marks of items not due, sheets without some marks: one sum."""
    put_off(campaign.round, "ZW-1.1", "ZW-3.2")
    campaign.of_strong.scores.filter(item__code="ZW-4.3").delete()
    items = items_of(campaign.of_strong.assessment)
    found = dict(scores_by_sheet(Sheet.objects.signed_finals(), items))
    assert found == {sheet.pk: sheet_score(section_marks(sheet)) for sheet in Sheet.objects.signed_finals()}
    assert len(found) == 3


def test_nought_inapplicable_not_due_and_not_signed_are_told_apart(campaign):
    first = [item.code for item in standard_items(campaign.of_weak) if item.section.ordinal == 1]
    for code in first:
        remark(campaign.of_weak, code, ScoreLevel.INAPPLICABLE)
    Sheet.objects.filter(pk=campaign.of_strong.pk).update(
        state=SheetState.DRAFT, signed_by=None, signed_on=None
    )
    rows = shares(HEAT, builders.office())
    assert [row[0] for row in rows.values()] == ["None", "inapplicable", "None", "0.00"]
    assert [row[-1] for row in rows.values()] == ["no signed sheet yet", "97.50", "not begun", "80.00"]
    put_off(campaign.round, *first)
    assert [row[0] for row in shares(HEAT, builders.office()).values()] == [
        "None",
        "not due yet",
        "None",
        "not due yet",
    ]


def test_order_by_total_puts_those_without_one_last(campaign):
    assert list(table(HEAT, builders.office(), order="lowest")) == ["示例丙", "示例乙", "示例甲", "示例丁"]
    assert list(table(HEAT, builders.office(), order="highest")) == ["示例甲", "示例乙", "示例丙", "示例丁"]


def test_each_kind_has_its_own_map(campaign):
    service = signed(factories.site(Stage.RECTIFYING, kind=Kind.SERVICE, window="示例戊"), weak=1)
    assert list(table(HEAT, builders.office(), kind="service")) == ["示例戊"]
    assert "示例戊" not in table(HEAT, builders.office())
    assert service.assessment.standard.kind == Kind.SERVICE


def test_newest_signed_round_is_shown_and_any_other_can_be_chosen(campaign, on):
    on("2008-05-10")
    signed(campaign.strong, RoundKind.ACCEPTANCE)
    Site.objects.filter(pk=campaign.strong.pk).update(stage=Stage.ACCEPTED)
    assert shares(HEAT, builders.office()) == {"示例甲": ["100.00"] * 5}
    assert shares(HEAT, builders.office(), round=campaign.round.pk)["示例甲"][-1] == "97.00"
    assert shares(HEAT, builders.office(), round="nonsense")["示例甲"][-1] == "100.00"


def test_opened_sheet_is_no_result_any_more(campaign, on):
    on("2008-04-10")
    site = builders.building(window="示例己")
    final = builders.put(site)
    assert shares(HEAT, builders.office())["示例己"][-1] == "97.00"
    unlocking.unlock(sheet=final, reason="示例原因", by=builders.office())
    assert shares(HEAT, builders.office())["示例己"][-1] == "no signed sheet yet"


def test_district_sees_its_own_sites_and_a_recusal_takes_one_away(campaign):
    district = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    assert list(table(HEAT, district)) == ["示例丙"]
    assert table(ITEMS, district)["ZW-1.1"][1:4] == [1, 0, 1]
    leader = builders.leader()
    Recusal.objects.create(
        user=leader, declared_by=leader, site=campaign.rural, reason="示例亲属", declared_on="2008-04-01"
    )
    assert list(table(HEAT, leader)) == ["示例甲", "示例乙", "示例丁"]
    # Of three sites one lacked it whole, one by half.
    assert table(ITEMS, leader)["ZW-1.1"][1:4] == [1, 1, 2]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR, Role.AUDITOR])
def test_others_have_no_figures(client, campaign, role):
    client.force_login(factories.user(role))
    item = campaign.of_weak.scores.first().item_id
    answers = [
        page(client, "desk:figure", "heat"),
        page(client, "desk:figure", "items", format="csv"),
        page(client, "desk:figure_item", item),
        page(client, "desk:leader_sheet"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_nobody_signed_yet_and_one_site(client):
    client.force_login(builders.office())
    assert "appear here once a team has signed" in page(client, "desk:figure", "heat").content.decode()
    assert "appear here once a team has signed" in page(client, "desk:figure", "items").content.decode()
    signed(factories.site(Stage.RECTIFYING, window="示例甲"), weak=2)
    assert "97" in page(client, "desk:figure", "heat").content.decode()
    assert page(client, "desk:figure", "items").status_code == 200


def test_export_holds_numbers_and_words(client, campaign):
    client.force_login(builders.office())
    book = load_workbook(io.BytesIO(page(client, "desk:figure", "heat", format="xlsx").content))
    rows = {row[0]: row[3:] for row in book.active.iter_rows(min_row=2, values_only=True)}
    assert rows["示例乙"] == (82.35, 92, 100, 100, 94.47)
    assert rows["示例丁"] == (None, None, None, None, "not begun")


def test_what_is_kept_still_knows_bands_and_icons():
    share, word = pickle.loads(  # noqa: S301  # our own
        pickle.dumps((Share(Decimal("82.35"), "good"), Word("not begun", "planned")))
    )
    assert (share, share.tone, word, word.state) == (Decimal("82.35"), "good", "not begun", "planned")


# -- items ------------------------------------------------------------------------


def test_items_by_hand(campaign):
    """Two of three lack ZW-1.1: 1.5 + 0 + 0 of 9 points. One of two lacks ZW-1.2: 1.5 + 0 of 6, one N/A."""
    rows = table(ITEMS, builders.office())
    assert [str(cell) for cell in rows["ZW-1.1"][1:]] == ["2", "1", "3", "100.00", "16.67", "0", "0"]
    assert [str(cell) for cell in rows["ZW-1.2"][1:]] == ["1", "1", "2", "100.00", "25.00", "1", "0"]
    assert [str(cell) for cell in rows["ZW-2.1"][1:]] == ["0", "1", "3", "33.33", "77.78", "0", "0"]
    # Alike in share: the lower average first; then the standard's order.
    assert list(rows)[:3] == ["ZW-1.1", "ZW-1.2", "ZW-1.3"]
    assert [str(cell) for cell in rows["ZW-1.3"][1:5]] == ["1", "0", "3", "33.33"]


def test_item_not_due_or_nowhere_applicable_has_no_share(campaign):
    put_off(campaign.round, "ZW-1.1")
    Score.objects.filter(item__code="ZW-4.1").update(
        level=ScoreLevel.INAPPLICABLE, points=0, reason="示例原因"
    )
    rows = table(ITEMS, builders.office())
    assert list(rows)[-2:] == ["ZW-1.1", "ZW-4.1"]
    assert rows["ZW-1.1"][1:6] == [None, None, 0, "not due yet", None]
    assert rows["ZW-4.1"][1:7] == [None, None, 0, "inapplicable", None, 3]


def test_open_findings_of_an_item(campaign, on):
    on("2008-04-10")
    site = builders.building(window="示例己")
    builders.put(site, weak=1)
    assert table(ITEMS, builders.office())["ZW-1.1"][-1] == 1
    assert table(ITEMS, builders.office())["ZW-1.2"][-1] == 0


def test_item_leads_to_the_sites_that_lack_it(client, campaign):
    client.force_login(builders.office())
    row = next(row for row in ITEMS.count(scope(ITEMS, builders.office())).rows if str(row[0]) == "ZW-1.2")
    answer = client.get(row[0].url)
    assert [score.sheet.assessment.site for score in answer.context["page_obj"]] == [
        campaign.rural,
        campaign.strong,
    ]
    assert f"/desk/sheets/{campaign.of_strong.pk}/?section=1#item-ZW-1.2" in answer.content.decode()
    lines = client.get(row[0].url, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == ["示例丙", "示例甲"]


def test_item_page_leaves_out_what_the_reader_may_not_see(client, campaign):
    client.force_login(factories.user(Role.DISTRICT, factories.district_office(factories.district())))
    item = campaign.of_weak.scores.get(item__code="ZW-1.1").item_id
    answer = page(client, "desk:figure_item", item)
    assert [score.sheet.assessment.site for score in answer.context["page_obj"]] == [campaign.rural]
    assert page(client, "desk:figure_item", 999999).status_code == 404


# -- one site ---------------------------------------------------------------------


def told(site, reader) -> list[tuple[str, str]]:
    return [(result.kind.value, str(result.total.share)) for result in scores_of(site, reader).results]


def test_rounds_of_a_site_side_by_side(campaign, on):
    site = campaign.strong
    signed(site, RoundKind.ACCEPTANCE, weak=1)
    signed(site, RoundKind.RECHECK)
    scores = scores_of(site, builders.office())
    assert told(site, builders.office()) == [
        ("inspection", "97.00"),
        ("acceptance", "98.50"),
        ("recheck", "100.00"),
    ]
    # Drawn are inspection and acceptance; 85 % and 92.5 % of an axis of 92, straight up.
    assert [shape.result.kind.value for shape in scores.radar.shapes] == ["inspection", "acceptance"]
    assert [(shape.corners[0].x, shape.corners[0].y) for shape in scores.radar.shapes] == [
        (0, -78.2),
        (0, -85.1),
    ]
    assert [(corner.x, corner.y) for corner in scores.radar.shapes[0].corners[1:]] == [
        (92, 0),
        (0, 92),
        (-92, 0),
    ]


def test_section_without_a_share_has_no_corner(campaign):
    for item in standard_items(campaign.of_weak):
        if item.section.ordinal == 1:
            remark(campaign.of_weak, item.code, ScoreLevel.INAPPLICABLE)
    (shape,) = scores_of(campaign.weak, builders.office()).radar.shapes
    assert len(shape.corners) == 3


def test_unit_sees_a_teams_result_once_it_is_signed(on):
    site = builders.building()
    builders.self_sheet(site)
    assert told(site, builders.liaison(site)) == told(site, builders.office()) == []
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site, weak=2)
    assert told(site, builders.liaison(site)) == told(site, builders.office()) == [("self", "100.00")]
    builders.sign(final)
    both = [("self", "100.00"), ("inspection", "97.00")]
    assert told(site, builders.liaison(site)) == told(site, builders.office()) == both


def test_member_who_still_marks_is_told_nothing_of_the_common_sheet(on):
    """Somebody who joins the team after the sheet was signed and opened again; and before, after signing."""
    site = builders.building()
    final = builders.put(site)
    late = factories.user(Role.INSPECTOR)
    final.assessment.assignment.team.members.create(user=late)
    assert told(site, late) == [("self", "100.00")]
    assert told(site, final.assessment.assignment.team.leader) == [
        ("self", "100.00"),
        ("inspection", "97.00"),
    ]


def test_scores_cost_three_queries_however_many_rounds(campaign, django_assert_num_queries):
    office = builders.office()
    scores_of(campaign.strong, office)  # the items of a published standard are read once a process
    with django_assert_num_queries(3):
        scores_of(campaign.strong, office)
    for kind in (RoundKind.ACCEPTANCE, RoundKind.RECHECK):
        signed(campaign.strong, kind)
    with django_assert_num_queries(3):
        scores_of(campaign.strong, office)


def test_page_of_a_sites_scores(client, campaign):
    client.force_login(builders.liaison(campaign.weak))
    text = page(client, "desk:site_scores", campaign.weak.pk).content.decode()
    assert "82.35%" in text
    assert 'class="radar"' in text
    assert page(client, "desk:site_scores", campaign.strong.pk).status_code == 404
    book = load_workbook(
        io.BytesIO(page(client, "desk:site_scores", campaign.weak.pk, format="xlsx").content)
    )
    heads, row = book.active.iter_rows(values_only=True)
    line = dict(zip(heads, row, strict=True))
    assert (line["组织领导机制健全: points"], line["组织领导机制健全: percent"], line["Band"]) == (
        16.47,
        82.35,
        "excellent",
    )


def test_page_without_scores_says_what_fills_it(client):
    site = factories.site(Stage.BUILDING)
    client.force_login(builders.office())
    text = page(client, "desk:site_scores", site.pk).content.decode()
    assert "No scores yet" in text
    assert "radar" not in text


def test_recusal_shuts_the_scores_of_a_site(client, campaign):
    leader = builders.leader()
    client.force_login(leader)
    assert page(client, "desk:site_scores", campaign.weak.pk).status_code == 200
    Recusal.objects.create(
        user=leader, declared_by=leader, site=campaign.weak, reason="示例亲属", declared_on="2008-04-01"
    )
    assert page(client, "desk:site_scores", campaign.weak.pk).status_code == 404


# -- cost -------------------------------------------------------------------------


def queries(client, name, *arguments) -> int:
    """Of a page that is counted anew, while what every page of the desk shows is kept."""
    page(client, "desk:home")
    with CaptureQueriesContext(connection) as captured:
        assert page(client, name, *arguments).status_code == 200
    return len(captured)


def test_pages_cost_the_same_at_3_and_30_sites(client, campaign):
    client.force_login(builders.office())
    item = campaign.of_weak.scores.get(item__code="ZW-1.1").item_id
    pages = [("desk:figure", "heat"), ("desk:figure", "items"), ("desk:figure_item", item)]
    queries(client, *pages[0])  # the items of a published standard are read once a process
    few = [queries(client, *each) for each in pages]
    for _ in range(27):
        signed(factories.site(Stage.RECTIFYING), weak=3)
    assert [queries(client, *each) for each in pages] == few
    assert max(few) <= 12
