"""The score sheet's page: opening it, saving one item, errors, somebody quicker."""

import pytest
from django.utils.html import escape

from accounts.enums import Role
from assessments.enums import RoundKind, SheetRole
from assessments.marks import standard_items
from assessments.models import NotDue, Sheet
from assessments.services import evidence
from standards import items
from standards.enums import Kind
from standards.models import Item
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import score, url

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def test_opening_makes_the_sheet_once(client, site, on):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    client.force_login(builders.liaison(site))
    for _ in range(2):
        response = client.get(url("self_sheet", site.pk))
    assert response.url == url("sheet", Sheet.objects.get().pk)


def test_opening_without_a_round_says_so(client, site):
    client.force_login(builders.liaison(site))
    response = client.get(url("self_sheet", site.pk), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_inspect_makes_the_own_sheet(client, site, on):
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    person = builders.members(assessment.assignment.team)[1]
    client.force_login(person)
    response = client.get(url("inspect", assessment.pk))
    made = assessment.sheets.get(author=person)
    assert (response.url, made.role) == (url("sheet", made.pk), SheetRole.INSPECTOR)


def test_score_saved_goes_back_to_the_item(client, sheet, liaison, item):
    response = score(client, sheet, item)
    assert response.url == f"{url('sheet', sheet.pk)}?section=2#item-{item.code}"
    saved = sheet.scores.get()
    assert (saved.item, saved.points, saved.updated_by) == (item, item.points, liaison)


def test_score_by_script_answers_the_form_the_sections_and_the_bar(client, sheet, liaison, item):
    """The page's script takes these pieces by their ids."""
    response = score(client, sheet, item, HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert all(f'id="{place}-{item.code}"' in page for place in ("score", "status", "problems"))
    assert all(page.count(f'id="{place}"') == 1 for place in ("sheet-nav", "score-bar"))
    assert 'name="version" value="1"' in page
    assert "<html" not in page
    assert response.context["page"].total.marked == 1


@pytest.mark.parametrize("headers", [None, HTMX])
def test_score_refused_keeps_what_was_typed(client, sheet, liaison, item, headers):
    typed = {"level": "partly", "points": "99", "reason": "示例<原因>"}
    response = score(client, sheet, item, headers, **typed)
    page = " ".join(response.content.decode().split())
    assert response.status_code == 422
    assert 'value="99"' in page
    assert "示例&lt;原因&gt;" in page
    assert f'id="points-{item.code}" name="points" value="99" autocomplete="off" aria-invalid="true"' in page
    assert not sheet.scores.exists()


@pytest.mark.parametrize(
    "typed", [{"level": ""}, {"level": "no"}, {"points": "many"}, {"version": "x"}, {"version": -1}]
)
def test_score_nonsense_is_refused(client, sheet, liaison, item, typed):
    assert score(client, sheet, item, **typed).status_code == 422
    assert not sheet.scores.exists()


def test_score_refused_saves_the_others_beside_it(client, sheet, liaison, item):
    other = standard_items(sheet)[0]
    assert score(client, sheet, item, level="unmet").status_code == 422
    assert score(client, sheet, other).status_code == 302
    assert list(sheet.scores.values_list("item", flat=True)) == [other.pk]


@pytest.mark.parametrize("headers", [None, HTMX])
def test_score_stale_shows_both_and_can_be_written_over(client, sheet, liaison, item, headers):
    colleague = factories.user(Role.LIAISON, sheet.assessment.site.organisation, name="示例同事")
    builders.mark(sheet, item, colleague, "partly", reason="同事的原因")
    response = score(client, sheet, item, headers, level="unmet", reason="我的原因")
    page = response.content.decode()
    assert response.status_code == 422
    assert all(text in page for text in ("示例同事", "同事的原因", "我的原因"))
    assert sheet.scores.get().reason == "同事的原因"
    row = response.context["row"] if headers else next(r for r in response.context["rows"] if r.item == item)
    assert (row.entry.version, row.entry.level, row.entry.other.updated_by) == (1, "unmet", colleague)
    score(client, sheet, item, level="unmet", reason="我的原因", version=row.entry.version)
    assert (sheet.scores.get().reason, sheet.scores.get().updated_by) == ("我的原因", liaison)


def test_sheet_opens_at_the_first_section_that_wants_something(client, sheet, liaison):
    first = [item for item in standard_items(sheet) if item.section.ordinal == 1]
    for item in first:
        builders.mark(sheet, item, liaison)
    assert client.get(url("sheet", sheet.pk)).context["page"].current.section.ordinal == 2
    asked = client.get(url("sheet", sheet.pk), {"section": 4})
    assert asked.context["page"].current.section.ordinal == 4
    for nonsense in ("99", "x", "-1"):
        assert (
            client.get(url("sheet", sheet.pk), {"section": nonsense}).context["page"].current.section.ordinal
            == 2
        )


def test_sheet_keeps_unseen_zero_and_inapplicable_apart(client, on):
    on("2008-03-20")
    sheet = builders.self_sheet(builders.building(kind=Kind.SERVICE))
    person = builders.liaison(sheet.assessment.site)
    client.force_login(person)
    items = [item for item in standard_items(sheet) if item.section.ordinal == 4]
    out = next(item for item in items if item.may_be_inapplicable)
    zero = next(item for item in items if item != out)
    builders.mark(sheet, out, person, "inapplicable")
    builders.mark(sheet, zero, person, "unmet")
    page = client.get(url("sheet", sheet.pk), {"section": 4}).context["page"]
    rows = {row.item: row for row in page.rows()}
    assert rows[out].score.level == "inapplicable"
    assert rows[zero].score.points == 0
    assert [row.score for item, row in rows.items() if item not in (out, zero)] == [None] * (len(items) - 2)
    assert (page.total.marked, page.total.sections[3].inapplicable) == (2, 1)


def test_sheet_offers_inapplicable_only_where_the_plan_allows(client, sheet, liaison):
    for row in client.get(url("sheet", sheet.pk)).context["rows"]:
        assert ("inapplicable" in dict(row.facts.levels)) == row.item.may_be_inapplicable


def test_form_drawn_once_has_what_each_person_typed(client):
    """What one wrote stands in no other form that looks the same, and is text wherever it stands."""
    reasons = ['<b>"first"</b> {0} %s', "the second's"]
    for reason, other in (reasons, reasons[::-1]):
        sheet = builders.self_sheet(builders.building())
        person = builders.liaison(sheet.assessment.site)
        client.force_login(person)
        item = standard_items(sheet)[0]
        saved = client.post(
            url("score", sheet.pk, item.pk),
            {"level": "unmet", "reason": reason, "version": 0},
            headers={"HX-Request": "true"},
        )
        page = client.get(url("sheet", sheet.pk), {"section": 1})
        for answer in (saved, page):
            text = answer.content.decode()
            assert f'placeholder=" ">{escape(reason)}</textarea>' in text
            assert f'action="{url("score", sheet.pk, item.pk)}#item-{item.code}"' in text
            assert escape(other) not in text
            assert "\0" not in text
        assert person.name in page.content.decode()


def test_sheet_speaks_the_language_of_each_reader(client, sheet, liaison):
    """What is drawn once for all is drawn once a language."""
    for language, word in (("zh-hans", "未达标"), ("en", "not met"), ("zh-hans", "未达标")):
        client.cookies["django_language"] = language
        assert f"<span data-word>{word}</span>" in client.get(url("sheet", sheet.pk)).content.decode()


def test_the_kept_items_hold_nothing_that_changes(client, sheet, liaison, item):
    """Many people's pages share them; their standard, for one, is in force today and retired tomorrow."""
    score(client, sheet, item, HTMX)
    for page in ("sheet", "sheet_checkup", "sheet_working", "sheet_submit", "sheet_workbook"):
        assert client.get(url(page, sheet.pk)).status_code == 200
    [kept] = items.kept.values()
    fresh = Item.objects.select_related("section").in_bulk([each.pk for each in kept])
    for each in kept:
        assert vars(each).keys() == vars(fresh[each.pk]).keys()
        assert not each.section._state.fields_cache
        assert all(
            getattr(each, name) == getattr(fresh[each.pk], name) for name in vars(each) if name != "_state"
        )


def test_an_item_put_off_is_so_in_its_round_alone(client, sheet, liaison, item):
    """That an item is not due is no fact of the standard, and is read each time."""

    def state():
        rows = client.get(url("sheet", sheet.pk), {"section": 2}).context["rows"]
        return next(row.state for row in rows if row.item == item)

    assert state() == "unmarked"
    put_off = NotDue.objects.create(
        round=sheet.assessment.round,
        item=item,
        reason="示例",
        decided_by=builders.office(),
        decided_on="2008-03-20",
    )
    assert state() == "not_due"
    put_off.delete()
    assert state() == "unmarked"


def test_what_one_wrote_stands_on_no_other_sheet(client, sheet, liaison, item, on):
    builders.mark(sheet, item, liaison, "unmet", reason="示例私语")
    assert "示例私语" in client.get(url("sheet", sheet.pk), {"section": 2}).content.decode()
    other = builders.self_sheet(builders.building(kind=sheet.assessment.site.kind))
    client.force_login(builders.liaison(other.assessment.site))
    page = client.get(url("sheet", other.pk), {"section": 2}).content.decode()
    assert "示例私语" not in page
    assert f'id="reason-{item.code}"' in page


def test_sheet_read_only_has_no_fields(client, sheet):
    client.force_login(builders.office())
    page = client.get(url("sheet", sheet.pk)).content.decode()
    assert 'name="level"' not in page


def test_sheet_shows_self_mark_and_evidence_to_the_inspector(client, site, on):
    item = standard_items(builders.self_sheet(site))[0]
    evidence.add_evidence(
        site=site,
        title="示例照片",
        files=[builders.upload("光.png")],
        pointers={item: ""},
        by=builders.liaison(site),
    )
    sheet = builders.self_assessed(site)
    on("2008-04-08")
    own = builders.own_sheet(builders.assigned(site), builders.members(builders.Team.objects.get())[0])
    client.force_login(own.author)
    row = client.get(url("sheet", own.pk)).context["rows"][0]
    assert (row.self_score.sheet, row.self_score.level) == (sheet, "met")
    assert [shown.file.name for piece in row.evidence for shown in piece.files] == ["光.png"]


def test_final_sheet_shows_the_columns_to_the_team_and_the_city(client, site, on):
    """The leader settles what lies within the gap; the unit sees the final sheet alone, once it is signed."""
    builders.self_assessed(site)
    final = builders.nearly_apart(site)
    on("2008-04-08")
    leader, member = builders.members(final.assessment.assignment.team)
    for person in (leader, member, builders.office()):
        client.force_login(person)
        row = client.get(url("sheet", final.pk), {"section": 1}).context["rows"][0]
        assert [cell.difference for cell in row.line.members] == ["other", "other"]
        assert row.entry.reason == "示例原因"
    client.force_login(leader)
    score(client, final, standard_items(final)[0], reason="示例理由")
    builders.sign(final)
    client.force_login(builders.liaison(site))
    row = client.get(url("sheet", final.pk)).context["rows"][0]
    assert (list(row.members), row.line.members) == ([], ())


def test_colleagues_sheet_is_not_found(client, site, on):
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    first, second = builders.members(assessment.assignment.team)
    own = builders.own_sheet(assessment, first)
    client.force_login(second)
    assert client.get(url("sheet", own.pk)).status_code == 404
    assert score(client, own, standard_items(own)[0]).status_code == 404


def test_my_sheets_lists_what_is_assigned(client, site, on):
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    person = builders.members(assessment.assignment.team)[0]
    client.force_login(person)
    row = client.get(url("my_sheets")).context["rows"][0]
    assert (row.site, row.own, row.final, row.item_count) == (site, None, None, 43)
    client.force_login(builders.liaison(site))
    row = client.get(url("my_sheets")).context["rows"][0]
    assert (row.own.role, row.own.marked, row.item_count) == (SheetRole.SELF, 43, 43)
