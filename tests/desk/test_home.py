"""The to-do list: what waits for whom, and nothing of anybody else's."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.services import notify
from assessments.enums import RoundKind
from assessments.services import recusals
from desk.open_steps import bring_up_to_date
from desk.todo.items import AT_MOST
from desk.views.home import TODOS_SHOWN
from sites.enums import FilingState, Level, Stage
from sites.models import Filing, Replacement, WorkPlan
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.publicity import scene
from tests.waiting import todos

pytestmark = pytest.mark.django_db
HOME, RECEIVED = reverse("desk:home"), reverse("documents:received")


def test_home_for_anonymous_leads_to_login(client):
    answer = client.get(HOME)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [(Role.SYSTEM, "people:person_add"), (Role.SECURITY, "people:people"), ("", "desk:home")],
)
def test_home_without_a_part_in_the_campaign_leads_to_ones_own_work_alone(client, role, leads_to):
    client.force_login(factories.user(role))
    html = client.get(HOME).content.decode()
    assert reverse(leads_to) in html
    assert reverse("desk:sites") not in html


@pytest.mark.parametrize(
    ("stage", "role", "page"),
    [
        (Stage.FILED, Role.OFFICE, "sites:filing"),
        (Stage.RECTIFIED, Role.OFFICE, "assessments:send_team"),
        (Stage.SELF_ASSESSED, Role.OFFICE, "assessments:send_team"),
        (Stage.NOT_ACCEPTED, Role.OFFICE, "assessments:rectification"),
        (Stage.ACCEPTED, Role.OFFICE, "publicity_desk:notice_add"),
    ],
)
def test_step_waits_for_the_role_of_the_table_alone(stage, role, page):
    site = factories.site(stage=stage)
    arguments = {
        "sites:filing": [site.filing_id],
        "publicity_desk:notice_add": [],
    }
    url = reverse(page, args=arguments.get(page, [site.pk]))
    if not arguments.get(page, [site.pk]):
        url += f"?programme={site.programme_id}"
    for other in (Role.OFFICE, Role.LEADING_GROUP, Role.AUDITOR):
        found = [todo.url for todo in todos(factories.user(other))]
        assert (url in found) == (other == role)


def test_reviewed_list_waits_for_the_leading_group_at_its_spot_of_the_batch():
    site = factories.site(stage=Stage.REVIEWED)
    url = f"{reverse('sites:determination_new')}?programme={site.programme_id}#list-{site.filing_id}"
    assert [todo.url for todo in todos(factories.user(Role.LEADING_GROUP))] == [url]
    assert todos(factories.user(Role.OFFICE)) == []


def test_list_of_several_sites_is_one_thing_to_do():
    first = factories.site(stage=Stage.FILED, level=Level.DISTRICT)
    factories.site(stage=Stage.FILED, level=Level.DISTRICT, of=first.filing.organisation)
    urls = [todo.url for todo in todos(factories.user(Role.OFFICE))]
    assert urls.count(first.filing.get_absolute_url()) == 1


def test_site_of_a_running_notice_waits_for_nobody_and_then_to_be_named(on):
    on("2008-05-05")
    notice = scene.publish()
    leader = factories.user(Role.LEADING_GROUP)
    assert todos(leader) == []
    on("2008-05-13")
    assert [todo.url for todo in todos(leader)] == [reverse("publicity_desk:notice", args=[notice.pk])]
    on("2008-05-06")
    letter = scene.object_to(notice)
    on("2008-05-13")
    assert todos(leader) == []
    assert letter.get_absolute_url() in [todo.url for todo in todos(factories.user(Role.OFFICE))]


def test_acceptance_goes_from_hand_to_hand():
    """Team, sheets, signature, recommendation, decision; the appraisal is opened meanwhile."""
    site = builders.building()
    builders.rectified(site)
    office, leader = builders.office(), builders.leader()
    appraisal = f"{reverse('publicity_desk:appraisal_add')}?programme={site.programme_id}&site={site.pk}"

    send_team = reverse("assessments:send_team", args=[site.pk])
    assert {send_team, appraisal} == {todo.url for todo in todos(office)}
    final = builders.visited(site, kind=RoundKind.ACCEPTANCE)
    assert [todo.url for todo in todos(office)] == [appraisal]
    # 整改通知书 and 整改报告.
    assert [(todo.url, todo.about) for todo in todos(leader)] == [(RECEIVED, "2 份")]
    team = final.assessment.assignment.team
    assert [bool(todos(member.user)) for member in team.members.order_by("-is_leader")] == [True, False]
    builders.sign(final)
    assert [todo.url for todo in todos(office)] == [appraisal]
    builders.appraised(site)
    recommendation = reverse("assessments:acceptance", args=[site.pk])
    assert [todo.url for todo in todos(office)] == [recommendation]
    builders.recommended(site)
    on_agenda = {"kind": "acceptance", "programme": site.programme_id}
    assert [todo.url for todo in todos(office)] == [reverse("sites:decision_note", query=on_agenda)]
    assert [todo.url for todo in todos(leader)] == [RECEIVED, recommendation]
    resolved("acceptance")
    assert todos(office) == []


def test_findings_go_from_the_unit_to_the_office_and_back():
    site = builders.building()
    builders.inspected(site)
    unit, office = builders.liaison(site), builders.office()
    page = reverse("assessments:rectification", args=[site.pk])
    notice, deadline = (RECEIVED, datetime.date(2008, 4, 11)), builders.findings(site)[0].deadline
    assert [(todo.url, todo.due) for todo in todos(unit)] == [notice, (page, deadline)]
    assert todos(office) == []
    builders.answered(site)
    assert [(todo.url, todo.due) for todo in todos(unit)] == [notice]
    assert [todo.url for todo in todos(office)] == [page]


def test_deliberation_waits_for_the_members_at_the_site_it_is_about():
    quiet, loud = builders.building(), builders.building()
    for site in (quiet, loud):
        builders.self_assessed(site)
    builders.visited(quiet)
    final = builders.apart(loud, 0, 1)
    page = reverse("assessments:deliberation", args=[final.pk])

    (open_one,) = todos(final.assessment.assignment.team.leader)
    assert (open_one.about, open_one.url) == (str(loud), page)


def test_signature_waits_for_who_leads_once_the_leader_stood_aside():
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site)
    leader, member = builders.members(final.assessment.assignment.team)
    assert [todo.about for todo in todos(leader)] == [str(site)]
    assert todos(member) == []
    recusals.recuse(user=leader, site=site, reason="示例")
    assert todos(leader) == []
    assert [todo.about for todo in todos(member)] == [str(site)]


def test_acceptance_waits_for_the_inspectors_of_the_inspection_too():
    """The inspection's round is still open, and in it their sheets are submitted."""
    site = builders.building()
    builders.rectified(site)
    inspectors = builders.members(site.assessments.get(round__kind=RoundKind.INSPECTION).assignment.team)
    made = builders.team(RoundKind.ACCEPTANCE)
    for place, person in zip(made.members.all(), inspectors, strict=True):
        place.user = person
        place.save()
    builders.assigned(site, made, RoundKind.ACCEPTANCE)
    for person in inspectors:
        assert [todo.about for todo in todos(person)] == [str(site)]


def test_site_of_whose_team_too_few_are_left_waits_for_the_office():
    site = builders.building()
    builders.self_assessed(site)
    office, (_leader, member) = builders.office(), builders.members(builders.assigned(site).assignment.team)
    assert todos(office) == []
    recusals.recuse(user=member, site=site, reason="示例")
    assert [todo.about for todo in todos(office)] == [str(site)]


@pytest.mark.parametrize("designated", [True, False])
def test_unit_that_owes_a_list_is_told_before_it_has_begun(designated):
    named = factories.programme().designated_units.first().organisation
    liaison = factories.user(Role.LIAISON, named if designated else None)
    due = factories.programme().phases.get(ordinal=1).ends_on
    assert [(todo.url, todo.due) for todo in todos(liaison)] == (
        [(reverse("sites:my_filing"), due)] if designated else []
    )


def test_liaison_has_own_unit_only():
    site = factories.site(stage=Stage.DETERMINED)
    stranger = factories.user(Role.LIAISON)
    own = factories.liaison_of(site)
    assert [todo.about for todo in todos(own)] == [str(site)]
    assert todos(stranger) == []


def test_returned_list_waits_for_its_filer():
    filing = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    clerk = factories.user(Role.DISTRICT, factories.district_office(filing.organisation))
    other = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    assert [todo.url for todo in todos(clerk)] == [filing.get_absolute_url()]
    assert filing.get_absolute_url() not in [todo.url for todo in todos(other)]


def test_home_shows_what_waits_and_what_one_was_told(client):
    site = factories.site(stage=Stage.DETERMINED)
    user = factories.liaison_of(site)
    notify([user], text="示例通知：%(site)s", about={"site": "一条"}, url=site.get_absolute_url())
    client.force_login(user)
    page = client.get(HOME).content.decode()
    assert reverse("sites:plan", args=[site.pk]) in page
    assert "示例通知：一条" in page
    client.post(reverse("desk:notifications_read"))
    assert not user.notifications.unread().exists()
    assert "示例通知：一条" not in client.get(HOME).content.decode()


def test_what_one_was_told_has_its_date_by_the_campaigns_clock(client, on):
    user = factories.user(Role.OFFICE)
    for day, text in (("2008-03-20", "后说"), ("2008-03-18", "先说")):
        on(day)
        notify([user], text=text, about={}, url=HOME)
    client.force_login(user)
    page = client.get(HOME).content.decode().partition('id="told"')[2]
    assert page.index("2008-03-20") < page.index("2008-03-18")
    assert page.index("后说") < page.index("先说")


def test_reading_notifications_needs_a_post(client):
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(reverse("desk:notifications_read")).status_code == 405


def test_home_costs_the_same_with_many_things_to_do(client, django_assert_max_num_queries):
    client.force_login(factories.user(Role.OFFICE))
    client.get(HOME)
    for _ in range(TODOS_SHOWN + 10):
        factories.site(stage=Stage.FILED)
    bring_up_to_date()
    with django_assert_max_num_queries(12):
        page = client.get(HOME)
    first, rest = page.context["page_obj"], client.get(f"{HOME}?page=2").context["page_obj"]
    assert len(first) == TODOS_SHOWN
    assert {todo.url for todo in (*first, *rest)} == {one.get_absolute_url() for one in Filing.objects.all()}


def test_more_than_is_read_is_said_to_be_more(client, english):
    client.force_login(factories.user(Role.OFFICE))
    for _ in range(AT_MOST + 1):
        factories.site(stage=Stage.FILED)
    page = client.get(HOME).content.decode()
    assert f"More than {AT_MOST} things wait for you" in page
    assert f'rail-count">{AT_MOST}+' in page


@pytest.mark.parametrize(
    ("state", "role"), [("asked", Role.OFFICE), ("reviewed", Role.LEADING_GROUP), ("made", None)]
)
def test_replacement_of_a_window_waits_for_the_one_whose_turn_it_is(state, role):
    site = factories.site(stage=Stage.DETERMINED)
    Replacement.objects.create(
        site=site,
        before={},
        after={},
        reason="示例",
        state=state,
        asked_by=factories.liaison_of(site),
        asked_on="2008-01-10",
    )
    url = reverse("sites:replacement", args=[site.pk])
    for other in (Role.OFFICE, Role.LEADING_GROUP):
        assert (url in [todo.url for todo in todos(factories.user(other))]) == (other == role)


def test_district_owes_its_own_plan_once_its_list_is_filed():
    site = factories.site(stage=Stage.DETERMINED, level=Level.DISTRICT)
    clerk = factories.user(Role.DISTRICT, factories.district_office(site.filing.organisation))
    url = reverse("sites:district_plan", args=[site.filing_id])
    assert url in [todo.url for todo in todos(clerk)]

    plan = WorkPlan.objects.create(
        filing=site.filing, version=1, goals="示例", filed_by=clerk, filed_on="2008-01-10", state="filed"
    )
    assert url not in [todo.url for todo in todos(clerk)]

    WorkPlan.objects.filter(pk=plan.pk).update(state="returned")
    assert url in [todo.url for todo in todos(clerk)]
