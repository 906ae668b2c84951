"""Marks and evidence of an earlier round are taken over where no word changed, told which, and back again."""

import itertools
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict

from accounts.enums import Role
from assessments.enums import NotCarried, RoundKind, ScoreLevel, Together
from assessments.marks import standard_items
from assessments.models import Assessment, Evidence, EvidencePointer, NotDue, ScoreEntry, Sheet
from assessments.services import carry_over as services
from assessments.services import evidence, rest, rounds, scores, sheets, together
from sites.enums import Stage
from sites.workflow import InvalidTransition
from standards.enums import Kind
from standards.models import Item, Section, Standard
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import score as saved
from tests.assessments.pages import url
from tests.sites.making import succeed
from tests.standards import drafting

pytestmark = pytest.mark.django_db

MET, PARTLY, UNMET, OUT = ScoreLevel


@pytest.fixture
def site(on):
    on("2008-03-20")
    return builders.building(kind=Kind.SERVICE)


@pytest.fixture
def by(site):
    return builders.liaison(site)


@pytest.fixture
def before(site):
    """The self sheet of the first round."""
    return builders.self_sheet(site)


def again(site):
    """The first round is closed, a second one opened, in which the unit begins anew."""
    if first := factories.programme().rounds.filter(kind=RoundKind.SELF).open().first():
        rounds.close_round(round=first, by=builders.office())
    return builders.self_sheet(site)


def new_version(*, first=None, **changes):
    """Another version of the standard for the next rounds: the second item changed, the first renumbered."""
    draft = drafting.draft()
    section = drafting.section_of(draft)
    items = [drafting.item_values(item) for item in section.items.all()]
    items[1] |= changes
    if first:
        items[0]["code"] = first
    drafting.save(section, items)
    drafting.publish(draft, adopt=True)


def marked(sheet, *levels):
    """The first items of a sheet marked with these levels; which those are."""
    items = [item for item in standard_items(sheet) if not item.deduction][: len(levels)]
    for item, level in zip(items, levels, strict=True):
        builders.mark(sheet, item, builders.liaison(sheet.assessment.site), level)
    return items


def carry(sheet, by=None):
    return services.carry_over(sheet=sheet, by=by or builders.liaison(sheet.assessment.site))


def why(sheet):
    """Item's code → why it is not taken over, "" where it is."""
    carried = services.what_is_carried(sheet, builders.liaison(sheet.assessment.site))
    return {line.item.code: line.why_not or "" for line in carried.lines}


def take_back(sheet, by=None, press=Together.CARRIED):
    return together.undo(sheet=sheet, press=press, by=by or builders.liaison(sheet.assessment.site))


def shows(site, item):
    here = EvidencePointer.objects.filter(evidence__site=site, item=item)
    return sorted(here.values_list("evidence__title", "page", "is_carried"))


def test_marks_come_along_with_their_reasons_and_nothing_else(site, by, before):
    items = marked(before, MET, PARTLY, UNMET)
    stored = {score.item_id: score for score in before.scores.all()}
    now = again(site)
    assert [line.item for line in carry(now)] == items
    assert now.scores.count() == 3
    for score in now.scores.all():
        then = stored[score.item_id]
        assert (score.level, score.points, score.reason) == (then.level, then.points, then.reason)
        assert (score.together, score.updated_by, score.version) == (Together.CARRIED, by, 1)
    assert ScoreEntry.objects.filter(sheet=now).count() == 3
    with pytest.raises(InvalidTransition):
        carry(now)


def test_counted_faults_come_along(site, by, before):
    item = next((item for item in standard_items(before) if item.deduction), None)
    if item is None:  # this standard counts no faults: the next version does
        new_version(deduction=Decimal("0.50"))
        before = again(site)
        item = next(item for item in standard_items(before) if item.deduction)
    scores.save_score(
        sheet=before, item=item, level="", points=None, faults=1, reason="示例原因", version=0, by=by
    )
    now = again(site)
    carry(now)
    score = now.scores.get()
    assert (score.faults, score.points) == (1, item.points - item.deduction)


def test_what_is_marked_here_is_never_written_over(site, by, before):
    item, other = marked(before, MET, MET)
    now = again(site)
    builders.mark(now, item, by, UNMET)
    assert [line.item for line in carry(now)] == [other]
    assert now.scores.get(item=item).level == UNMET
    assert why(now)[item.code] == NotCarried.MARKED


def test_what_is_not_due_or_had_no_mark_is_left(site, before):
    item, other = marked(before, MET, MET)
    now = again(site)
    NotDue.objects.create(
        round=now.assessment.round,
        item=item,
        reason="示例",
        decided_by=builders.office(),
        decided_on="2008-03-20",
    )
    reasons = why(now)
    assert reasons.pop(item.code) == NotCarried.NOT_DUE
    assert reasons.pop(other.code) == ""
    assert set(reasons.values()) == {NotCarried.UNMARKED}
    assert [line.item for line in carry(now)] == [other]


def test_a_new_version_of_the_standard_takes_what_it_left_alone(site, before):
    items = marked(before, MET, MET, MET)
    new_version(text="示例：另一项要求")
    now = again(site)
    assert now.assessment.standard != before.assessment.standard
    assert why(now)[items[1].code] == NotCarried.CHANGED
    assert [line.item.code for line in carry(now)] == [items[0].code, items[2].code]


# Where an item stands and by which number says nothing of what it demands; every other field does.
SAID = [
    field.name
    for field in Item._meta.concrete_fields
    if field.name not in {"id", "section", "ordinal", "code"}
]


def otherwise(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return [*value, "示例〔2008〕1号"]
    return f"{value}（改）" if isinstance(value, str) else (value or Decimal(1)) / 2


def copied(standard, **changes):
    """A later version of the standard with the first item changed, past what an editor allows."""
    made = Standard.objects.create(kind=standard.kind, version=99, title="示例")
    for section in standard.sections.all():
        there = Section.objects.create(standard=made, **model_to_dict(section, exclude=["id", "standard"]))
        for item in section.items.all():
            values = model_to_dict(item, exclude=["id", "section"])
            Item.objects.create(section=there, **values | changes)
            changes = {}
    return made


@pytest.mark.parametrize("field", SAID)
def test_where_anything_an_item_says_is_otherwise_it_is_not_taken(site, before, field):
    [first] = marked(before, MET)
    now = again(site)
    assert why(now)[first.code] == ""
    changed = copied(before.assessment.standard, **{field: otherwise(getattr(first, field))})
    Assessment.objects.filter(pk=now.assessment_id).update(standard=changed)
    now = Sheet.objects.get(pk=now.pk)
    assert why(now)[first.code] == NotCarried.CHANGED


@pytest.mark.parametrize(("then", "here"), [*itertools.product([None, *ScoreLevel], repeat=2)], ids=str)
def test_whatever_stands_then_and_here(site, by, before, then, here):
    """Taken is what had a mark then and has none here, as it was; taken back, all is as before."""
    item = next(item for item in standard_items(before) if item.may_be_inapplicable and not item.deduction)
    if then:
        builders.mark(before, item, by, then)
    marked(before, MET)
    now = again(site)
    if here:
        builders.mark(now, item, by, here)
    stood = list(now.scores.values())
    carry(now)
    score = now.scores.filter(item=item).first()
    assert (score.level if score else None) == (here or then)
    assert score is None or score.together == (Together.CARRIED if then and not here else "")
    take_back(now)
    assert list(now.scores.values()) == stood


def test_the_words_tell_an_item_and_not_its_number(site, before):
    """One that was renumbered is taken; another one under its old number is not."""
    first, second, _third = marked(before, UNMET, MET, MET)
    new_version(first="BS-1.99", code=first.code, text="示例：另一项要求")
    now = again(site)
    taken = {line.item.code: line for line in carry(now)}
    assert taken["BS-1.99"].item.text == first.text
    assert taken["BS-1.99"].score.level == UNMET
    assert why(now)[first.code] == NotCarried.CHANGED
    assert second.code not in why(now)


def test_another_share_for_partly_met_stops_only_what_was_partly_met(site, before):
    partly, met = marked(before, PARTLY, MET)
    draft = drafting.draft_rulebook()
    draft.partly_met_percent = 40
    draft.save()
    drafting.publish(draft, adopt=True)
    now = again(site)
    assert now.assessment.round.rulebook.partly_met_percent == 40
    assert why(now)[partly.code] == NotCarried.SHARE
    assert [line.item for line in carry(now)] == [met]


def test_evidence_shows_the_item_of_the_new_version_too_with_its_page(site, by, before):
    item, other = marked(before, MET, MET)
    builders.filed(site, builders.upload(), title="会议纪要", pointers={item: "第3页"})
    new_version(text="示例：另一项要求")
    now = again(site)
    [line] = [line for line in carry(now) if line.item.code == item.code]
    assert line.item != item
    assert shows(site, line.item) == [("会议纪要", "第3页", True)]
    assert shows(site, item) == [("会议纪要", "第3页", False)]
    assert Evidence.objects.count() == 1
    take_back(now)
    assert shows(site, line.item) == []
    assert shows(site, item) == [("会议纪要", "第3页", False)]
    assert other.code not in {each.code for each in standard_items(now)} or now.scores.count() == 0


def test_evidence_whose_newer_version_shows_the_item_no_more_is_told_and_left(site, by, before):
    [item] = marked(before, MET)
    old = builders.filed(site, builders.upload(), title="旧材料", pointers={item: ""})
    new = builders.filed(
        site, builders.upload("b.png", builders.drawing("red")), title="新材料", pointers={}, replaces=old
    )
    evidence.point(evidence=new, pointers={}, by=by)
    new_version(text="示例：另一项要求")
    now = again(site)
    [line] = carry(now)
    assert (list(line.pieces), [each.title for each in line.replaced]) == ([], ["旧材料"])
    assert shows(site, line.item) == []


def test_taken_back_only_what_nobody_wrote_since(site, by, before):
    item, other = marked(before, MET, PARTLY)
    now = again(site)
    carry(now)
    builders.mark(now, item, by, UNMET, version=1)
    assert now.scores.get(item=item).together == ""
    assert take_back(now) == [other]
    assert list(now.scores.values_list("item", flat=True)) == [item.pk]
    assert [line.item for line in carry(now)] == [other]
    assert now.scores.get(item=other).version == 2
    assert ScoreEntry.objects.filter(sheet=now, item=other).count() == 2


def test_each_press_takes_back_its_own(site, by, before):
    [item] = marked(before, PARTLY)
    now = again(site)
    carry(now)
    rest.meet_rest(sheet=now, section=item.section, by=by)
    others = now.scores.filter(together=Together.REST).count()
    assert others
    assert len(take_back(now, press=Together.REST)) == others
    assert now.scores.get().together == Together.CARRIED
    assert take_back(now) == [item]


def test_a_page_set_anew_stays_when_all_is_taken_back(site, by, before):
    [item] = marked(before, MET)
    piece = builders.filed(site, builders.upload(), pointers={item: ""})
    new_version(text="示例：另一项要求")
    now = again(site)
    [line] = carry(now)
    evidence.point(evidence=piece, pointers={item: "", line.item: "第5页"}, by=by)
    take_back(now)
    assert shows(site, line.item) == [("示例材料", "第5页", False)]


# -- the window's place in another programme ------------------------------------------


@pytest.fixture
def next_year(site, before):
    """The same window of the unit as a site of the next programme; its self sheet."""
    [item] = marked(before, MET)
    builders.filed(
        site, builders.upload(), title="会议纪要", pointers={item: "第3页"}, urls=["https://example.org/1"]
    )
    succeed()
    new = factories.site(
        Stage.BUILDING, kind=site.kind, organisation=site.organisation, window=site.window_name
    )
    return builders.self_sheet(new)


def test_a_former_site_gives_its_marks_and_its_files_are_filed_again(site, before, next_year):
    now, new = next_year, next_year.assessment.site
    item = before.scores.get().item
    assert new.programme != site.programme
    assert [line.item for line in carry(now)] == [item]
    piece = Evidence.objects.get(site=new)
    old = Evidence.objects.get(site=site)
    assert shows(new, item) == [("会议纪要", "第3页", True)]
    assert piece.files.get().file.name == old.files.get().file.name
    assert piece.files.get().sha256 == old.files.get().sha256
    assert piece.links.get().url == old.links.get().url
    take_back(now)
    assert shows(new, item) == []
    carry(now)
    assert Evidence.objects.filter(site=new).count() == 1
    assert shows(new, item) == [("会议纪要", "第3页", True)]


def test_another_window_or_another_unit_gives_nothing(site, before):
    marked(before, MET)
    beside = factories.site(Stage.BUILDING, kind=site.kind, organisation=site.organisation)
    other = builders.building(kind=site.kind)
    for each in (beside, other):
        now = again(each)
        assert services.earlier_sheet(now, builders.liaison(each)) is None
        with pytest.raises(InvalidTransition):
            carry(now)


# -- rights, and the page ----------------------------------------------------------------


def test_only_the_unit_and_only_before_it_submits(site, by, before):
    marked(before, MET)
    now = again(site)
    for person in (
        builders.office(),
        builders.leader(),
        factories.user(Role.INSPECTOR),
    ):
        for act in (carry, take_back):
            with pytest.raises(PermissionDenied):
                act(now, by=person)
    carry(now)
    for section in {item.section for item in standard_items(now)}:
        rest.meet_rest(sheet=now, section=section, by=by)
    sheets.submit_self_assessment(sheet=now, by=by, without_evidence=sheets.unshown(now))
    for act in (carry, take_back):
        with pytest.raises(InvalidTransition):
            act(now)
    assert now.scores.filter(together=Together.CARRIED).count() == 1


def test_the_page_lists_what_comes_and_what_not_and_one_button_takes_it(client, site, by, before):
    item, other = marked(before, PARTLY, MET)
    new_version(text="示例：另一项要求")
    now = again(site)
    client.force_login(by)
    address = url("sheet_earlier", now.pk)
    assert address in client.get(url("sheet", now.pk)).content.decode()
    assert address in client.get(url("pocket", now.pk)).content.decode()
    page = client.get(address)
    carried = page.context["carried"]
    assert [line.item.code for line in carried.taken] == [item.code]
    assert len(carried.taken) + len(carried.left) == len(standard_items(now))
    assert str(NotCarried.CHANGED.label) in page.content.decode()
    assert "示例原因" in page.content.decode()
    assert not now.scores.exists()
    answer = client.post(address, follow=True)
    shown = answer.content.decode()
    assert item.code in shown
    assert url("sheet_earlier_undo", now.pk) in shown
    assert (
        "data-carried"
        in client.get(now.scores.get().sheet.url_of_item(now.scores.get().item)).content.decode()
    )
    client.post(url("sheet_earlier_undo", now.pk))
    assert not now.scores.exists()
    assert other.code


def test_a_mark_saved_by_hand_is_no_more_a_taken_one(client, site, by, before):
    [item] = marked(before, PARTLY)
    now = again(site)
    carry(now)
    client.force_login(by)
    assert saved(client, now, item, level="met", version=1).status_code == 302
    assert now.scores.get().together == ""


def test_who_may_not_write_finds_no_page(client, site, by, before):
    marked(before, MET)
    now = again(site)
    client.force_login(builders.office())
    assert client.get(url("sheet_earlier", now.pk)).status_code == 403
    assert client.post(url("sheet_earlier", now.pk)).status_code == 403
    client.force_login(factories.liaison_of(builders.building()))
    assert client.get(url("sheet_earlier", now.pk)).status_code == 404
    assert client.post(url("sheet_earlier_undo", now.pk)).status_code == 404
    assert not now.scores.exists()


def test_without_an_earlier_round_nothing_is_offered(client, by, before):
    client.force_login(by)
    assert url("sheet_earlier", before.pk) not in client.get(url("sheet", before.pk)).content.decode()
    assert client.get(url("sheet_earlier", before.pk)).status_code == 200
