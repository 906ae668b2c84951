"""The database itself refuses to change what was published, whoever asks."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from sites.models import Programme
from standards.enums import DayUnit, Kind, VersionState
from standards.models import Item, Rulebook, Section, Standard

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    return Standard.objects.published().get(kind=Kind.SERVICE)


@pytest.fixture
def draft():
    """Version 2 with one section and one item."""
    standard = Standard.objects.create(kind=Kind.SERVICE, version=2, title="示例标准")
    section = Section.objects.create(standard=standard, ordinal=1, name="示例部分", text="示例", points=100)
    Item.objects.create(section=section, ordinal=1, code="BS-1.1", text="示例检查项", points=100)
    return standard


def refused(change):
    with pytest.raises(IntegrityError, match="a published version never changes"), transaction.atomic():
        change()


def row(queryset):
    return list(queryset.order_by("pk").values())


def state_of(standard):
    return (
        row(Standard.objects.filter(pk=standard.pk)),
        row(Section.objects.filter(standard=standard)),
        row(Item.objects.filter(section__standard=standard)),
    )


STANDARD_CHANGES = {
    "title": {"title": "改名"},
    "kind": {"kind": Kind.GOVERNMENT_AFFAIRS, "version": 9},
    "version": {"version": 9},
    "total": {"total": 90},
    "points proposed": {"points_are_proposed": False},
    "date": {"published_on": datetime.date(2008, 2, 1)},
    "note": {"note": "改写"},
    "back to draft": {"state": VersionState.DRAFT},
}


@pytest.mark.parametrize("change", STANDARD_CHANGES.values(), ids=STANDARD_CHANGES)
def test_published_standard_refuses_change(published, change):
    before = state_of(published)

    refused(lambda: Standard.objects.filter(pk=published.pk).update(**change))

    assert state_of(published) == before


def test_every_field_of_a_standard_is_guarded():
    """A field added to the model must be added to the guard, and here."""
    guarded = {name for change in STANDARD_CHANGES.values() for name in change}

    assert guarded == {field.name for field in Standard._meta.concrete_fields} - {"id"}


@pytest.mark.parametrize(
    "change", [{"text": "改写"}, {"points": 1}, {"name": "改名"}, {"ordinal": 9}], ids=str
)
def test_published_section_refuses_change(published, change):
    before = state_of(published)

    refused(lambda: Section.objects.filter(standard=published, ordinal=1).update(**change))

    assert state_of(published) == before


@pytest.mark.parametrize(
    "change", [{"clause": "改写"}, {"points": 1}, {"may_be_inapplicable": True}, {"code": "BS-9"}], ids=str
)
def test_published_item_refuses_change(published, change):
    before = state_of(published)

    refused(lambda: Item.objects.filter(section__standard=published, code="BS-1.1").update(**change))

    assert state_of(published) == before


def test_published_standard_refuses_deletion(published):
    before = state_of(published)
    section = published.sections.first()

    refused(section.items.first().delete)
    refused(section.delete)
    refused(published.delete)
    refused(lambda: Standard.objects.filter(pk=published.pk)._raw_delete("default"))

    assert state_of(published) == before


def test_published_standard_refuses_addition(published):
    before = state_of(published)
    section = published.sections.first()

    refused(lambda: Section.objects.create(standard=published, ordinal=5, name="新", text="新", points=1))
    refused(lambda: Item.objects.create(section=section, ordinal=99, code="BS-1.99", text="新", points=1))

    assert state_of(published) == before


def test_published_standard_refuses_rows_moved_in_or_out(published, draft):
    before = state_of(published), state_of(draft)
    section = published.sections.first()
    spare = Item.objects.filter(section__standard=draft)

    refused(lambda: spare.update(section=section, ordinal=99, code="BS-1.99"))
    refused(lambda: Item.objects.filter(section=section).update(section=draft.sections.get()))
    refused(lambda: draft.sections.update(standard=published, ordinal=5))
    refused(lambda: Section.objects.filter(pk=section.pk).update(standard=draft, ordinal=9))

    assert (state_of(published), state_of(draft)) == before


def test_published_standard_may_be_retired_and_stays_closed(published):
    published.state = VersionState.RETIRED
    published.save()

    assert not Standard.objects.published().filter(kind=Kind.SERVICE).exists()
    refused(lambda: Standard.objects.filter(pk=published.pk).update(state=VersionState.PUBLISHED))
    refused(lambda: Standard.objects.filter(pk=published.pk).update(state=VersionState.DRAFT))
    refused(lambda: Item.objects.filter(section__standard=published).update(points=1))


def test_draft_standard_may_be_edited_and_deleted(draft):
    section = draft.sections.get()

    Standard.objects.filter(pk=draft.pk).update(title="改名", total=90)
    draft.sections.update(points=90)
    section.items.update(points=90, clause="改写")
    Item.objects.create(section=section, ordinal=2, code="BS-1.2", text="示例检查项二", points=1)

    draft.refresh_from_db()
    assert (draft.title, draft.total) == ("改名", 90)
    assert list(section.items.values_list("points", "clause")) == [(90, "改写"), (1, "")]
    draft.delete()
    assert not Standard.objects.filter(version=2).exists()


def test_second_standard_of_a_kind_cannot_be_in_force(draft):
    draft.state, draft.published_on = VersionState.PUBLISHED, datetime.date(2008, 6, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()

    assert Standard.objects.published().get(kind=Kind.SERVICE).version == 1


RULEBOOK_CHANGES = {
    "version": {"version": 9},
    "title": {"title": "改名"},
    "date": {"published_on": datetime.date(2008, 2, 1)},
    "no date": {"published_on": None},
    "partly met": {"partly_met_percent": 40},
    "pass mark": {"pass_mark": 70},
    "bands": {"excellent_from": 95},
    "good band": {"good_from": 75},
    "qualified band": {"qualified_from": 50},
    "weights": {"standard_weight": 70, "appraisal_weight": 30},
    "weight of further forms": {"standard_weight": 70, "further_weight": 10},
    "bonus": {"bonus_cap": 10},
    "bonus from": {"bonus_from": 60},
    "days to comment": {"comment_days": 1},
    "days to be heard": {"hearing_days": 1},
    "months to a recheck": {"recheck_months": 24},
    "share of rechecks": {"recheck_draw_percent": 1},
    "draws of rechecks": {"recheck_draws_a_year": 1},
    "days to recheck": {"recheck_prompt_days": 1},
    "sample": {"minimum_appraisal_sample": 1},
    "satisfaction": {"minimum_satisfaction": 10},
    "grace of paper forms": {"paper_grace_days": 30},
    "days of prolonging": {"appraisal_prolong_days": 60},
    "second entry of paper forms": {"paper_check_percent": 1},
    "gap": {"blind_score_gap": 90},
    "vetoes": {"veto_reasons": []},
    "notice": {"notice_days": 1},
    "unit": {"notice_unit": DayUnit.CALENDAR_DAYS},
    "rectification": {"rectification_days": 1},
    "escalation to the offices": {"escalation_offices_days": 1},
    "escalation to the leading group": {"escalation_leading_group_days": 9},
    "answer to an objection": {"objection_reply_days": 1},
    "data of an objector": {"objection_kept_days": 1},
    "answer to an enquiry": {"enquiry_reply_days": 1},
    "when a date is close": {"due_soon_days": 1},
    "files": {"evidence_max_files": 1},
    "note": {"note": "改写"},
    "back to draft": {"state": VersionState.DRAFT},
}


@pytest.mark.parametrize("change", RULEBOOK_CHANGES.values(), ids=RULEBOOK_CHANGES)
def test_published_rulebook_refuses_change(change):
    before = row(Rulebook.objects.all())

    refused(lambda: Rulebook.objects.update(**change))

    assert row(Rulebook.objects.all()) == before


def test_every_field_of_the_rulebook_is_guarded():
    guarded = {name for change in RULEBOOK_CHANGES.values() for name in change}

    assert guarded == {field.name for field in Rulebook._meta.concrete_fields} - {"id"}


def test_published_rulebook_refuses_deletion():
    Programme.objects.update(rulebook=None)
    refused(Rulebook.objects.get().delete)

    assert Rulebook.objects.published().count() == 1


def test_draft_rulebook_may_be_edited_and_deleted():
    draft = Rulebook.objects.create(version=2, title="示例办法")

    Rulebook.objects.filter(pk=draft.pk).update(pass_mark=70, veto_reasons=["示例"])

    draft.refresh_from_db()
    assert (draft.pass_mark, draft.veto_reasons) == (70, ["示例"])
    draft.delete()
    assert Rulebook.objects.count() == 1


def test_published_rulebook_may_be_retired_for_a_new_version():
    Rulebook.objects.update(state=VersionState.RETIRED)

    Rulebook.objects.create(
        version=2, title="示例办法", state=VersionState.PUBLISHED, published_on=datetime.date(2008, 6, 1)
    )

    assert Rulebook.objects.published().get().version == 2
    refused(lambda: Rulebook.objects.filter(version=1).update(pass_mark=1))
