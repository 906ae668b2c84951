"""Research visits: recorded by the office, and none without an outcome or a reason why there is none."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from assessments.services import recusals
from sites.enums import Stage
from sites.models import GuidanceNote, Research, ResearchOutcome
from sites.services import research
from sites.workflow import InvalidTransition
from standards.enums import VersionState
from standards.models import Rulebook
from standards.services import draft_from
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = {
    "theme": "示例主题",
    "on": datetime.date(2008, 1, 9),
    "elsewhere": "",
    "took_part": "示例二人",
    "found": "示例发现",
}


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def site():
    return factories.site(Stage.BUILDING)


@pytest.fixture
def visit(site, office):
    return recorded(site, by=office)


def recorded(site, *, by, **words):
    return research.record(programme=site.programme, words=WORDS | words, sites=[site], by=by)


@pytest.fixture
def rulebook_draft(office):
    return draft_from(version=Rulebook.objects.get(), note="示例改动", by=office)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_the_office_alone_records(site, role):
    with pytest.raises(PermissionDenied):
        recorded(site, by=factories.user(role))
    assert not Research.objects.exists()


def test_a_day_to_come_and_no_place_at_all_are_named_at_their_fields(site, office):
    with pytest.raises(ValidationError) as refused:
        recorded(site, by=office, on=datetime.date(2008, 1, 11))
    assert set(refused.value.message_dict) == {"on"}
    with pytest.raises(ValidationError) as refused:
        research.record(programme=site.programme, words=WORDS, sites=[], by=office)
    assert set(refused.value.message_dict) == {"sites"}


def test_a_site_the_public_may_not_know_of_is_in_no_visit(site, office, visit):
    hidden = factories.site(Stage.REVIEWED)
    with pytest.raises(PermissionDenied):
        recorded(hidden, by=office)
    with pytest.raises(PermissionDenied):
        research.guide_from(research=visit, site=hidden, text="示例", by=office)
    assert list(Research.objects.all()) == [visit]


def test_guidance_of_it_reaches_the_unit_and_stands_under_the_visit(visit, site, office):
    liaison = factories.liaison_of(site)
    note = research.guide_from(research=visit, site=site, text="示例意见", by=office)
    assert (note.site, note.text, note.by) == (site, "示例意见", office)
    assert liaison.notifications.count() == 1
    assert [outcome.guidance for outcome in visit.outcomes.all()] == [note]
    assert not Research.objects.open().exists()


def test_a_draft_takes_it_in_and_a_version_in_force_does_not(visit, rulebook_draft, office):
    in_force = Rulebook.objects.get(state=VersionState.PUBLISHED)
    with pytest.raises(InvalidTransition):
        research.take_into_draft(research=visit, draft=in_force, text="示例", by=office)
    with pytest.raises(ValidationError):
        research.take_into_draft(research=visit, draft=rulebook_draft, text=" ", by=office)
    research.take_into_draft(research=visit, draft=rulebook_draft, text="整改期限改长", by=office)
    assert visit.outcomes.get().changed == rulebook_draft


def test_nothing_follows_with_a_reason_and_only_where_nothing_did(visit, site, office):
    with pytest.raises(ValidationError):
        research.close(research=visit, reason=" ", by=office)
    research.close(research=visit, reason="情况良好（示例）", by=office)
    with pytest.raises(InvalidTransition):
        research.guide_from(research=visit, site=site, text="示例", by=office)
    assert not GuidanceNote.objects.exists()
    other = recorded(site, by=office)
    research.guide_from(research=other, site=site, text="示例", by=office)
    with pytest.raises(InvalidTransition):
        research.close(research=other, reason="示例", by=office)


def test_the_database_holds_to_it_too(visit, rulebook_draft, office):
    made = {"research": visit, "by": office, "on": datetime.date(2008, 1, 10)}
    for wrong in ({}, {"text": "示例"}, {"rulebook": rulebook_draft}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ResearchOutcome.objects.create(**made, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Research.objects.filter(pk=visit.pk).update(on=datetime.date(2008, 1, 11))


def test_the_pages_from_the_record_to_its_outcome(client, site, office):
    client.force_login(office)
    typed = WORDS | {"on": "2008-01-09", "sites": [site.pk]}
    client.post(reverse("sites:research_add"), typed)
    visit = Research.objects.get()
    assert visit.get_absolute_url() in client.get(reverse("desk:home")).content.decode()
    assert visit.theme in client.get(reverse("sites:research_visits")).content.decode()
    assert client.get(visit.get_absolute_url()).context["forms"].keys() == {"guide", "close"}
    answer = client.post(reverse("sites:research_guide", args=[visit.pk]), {"site": site.pk, "text": ""})
    assert answer.status_code == 422
    client.post(reverse("sites:research_guide", args=[visit.pk]), {"site": site.pk, "text": "示例意见"})
    shown = client.get(visit.get_absolute_url())
    assert "示例意见" in shown.content.decode()
    assert shown.context["forms"].keys() == {"guide"}
    client.post(reverse("sites:research_edit", args=[visit.pk]), typed | {"theme": "示例另一主题"})
    visit.refresh_from_db()
    assert visit.theme == "示例另一主题"


def test_the_draft_s_form_and_the_reason_s(client, visit, rulebook_draft, office):
    client.force_login(office)
    key = f"rulebook-{rulebook_draft.pk}"
    client.post(reverse("sites:research_into_draft", args=[visit.pk]), {"draft": key, "text": "示例改动"})
    assert visit.outcomes.get().rulebook == rulebook_draft
    answer = client.post(reverse("sites:research_close", args=[visit.pk]), {"reason": "示例"})
    assert answer.status_code == 422


def test_others_read_none_of_it_and_the_leading_group_writes_none(client, visit, site):
    for person in (factories.liaison_of(site), factories.user(Role.INSPECTOR)):
        client.force_login(person)
        assert client.get(visit.get_absolute_url()).status_code == 404
        assert client.get(reverse("sites:research_visits")).status_code == 404
    client.force_login(factories.user(Role.LEADING_GROUP))
    assert client.get(visit.get_absolute_url()).context["forms"] == {}
    for name in ("edit", "guide", "into_draft", "close"):
        address = reverse(f"sites:research_{name}", args=[visit.pk])
        assert client.post(address, {}).status_code == 403


def test_whoever_stood_aside_from_a_site_neither_reads_its_visit_nor_chooses_it(client, visit, site):
    other, aside = factories.site(Stage.BUILDING), factories.user(Role.OFFICE)
    elsewhere = recorded(other, by=aside)
    recusals.recuse(user=aside, site=site, reason="示例")
    assert list(Research.objects.visible_to(aside)) == [elsewhere]
    client.force_login(aside)
    assert client.get(visit.get_absolute_url()).status_code == 404
    form = client.get(reverse("sites:research_add")).context["form"]
    assert list(form.fields["sites"].queryset) == [other]
    page = client.get(elsewhere.get_absolute_url())
    assert list(page.context["forms"]["guide"].fields["site"].queryset) == [other]


def test_guidance_to_a_site_that_is_shut_shuts_the_visit_it_came_of(visit, office):
    other, aside = factories.site(Stage.BUILDING), factories.user(Role.OFFICE)
    research.guide_from(research=visit, site=other, text="示例意见", by=office)
    recusals.recuse(user=aside, site=other, reason="示例")
    assert not Research.objects.visible_to(aside).exists()
