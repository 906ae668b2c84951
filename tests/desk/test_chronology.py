"""Everything about one site by time: what stands there, in which order, and for whom."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from accounts.enums import Role
from assessments.enums import RoundKind, Verdict
from assessments.services import acceptance, recusals, teams, unlocking
from desk.site_page import SHOWN, SitePage, site_to_show
from documents.models import Document
from documents.papers import DocumentKind
from publicity.enums import ObjectionState
from publicity.models import Naming, Objection
from publicity.services import naming, notices
from sites import services
from sites.chronology import Chapter
from sites.enums import Action, Level, Stage
from sites.models import GuidanceNote, Site, StageChange
from sites.services.measures import PlannedMeasure
from sites.workflow import TRANSITIONS
from standards.models import Item
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.publicity import scene
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


class Campaign:
    """A district's site from its plan to a warning, walked there through the services."""

    def __init__(self) -> None:
        self.site = factories.site(Stage.DETERMINED, level=Level.DISTRICT, window="示例大厅")
        self.district = factories.user(
            Role.DISTRICT, factories.district_office(self.site.filing.organisation), name="示例区办"
        )
        self.unit = factories.liaison_of(self.site)
        self.office, self.leader = builders.office(), builders.leader()
        self._build()
        self._assess()
        self._name()

    def _plan(self) -> None:
        services.file_plan(
            owner=self.site,
            goals="示例目标",
            measures=[PlannedMeasure("示例措施", "示例人", day("2008-02-01"), day("2008-03-01"))],
            working_body="示例机构",
            by=self.unit,
        )

    def _build(self) -> None:
        with builders.on("2008-01-25"):
            self._plan()
        with builders.on("2008-01-28"):
            services.return_plan(plan=self.site.plans.get(), remarks="示例修改意见", by=self.district)
        with builders.on("2008-01-30"):
            self._plan()
        with builders.on("2008-02-04"):
            services.agree_plan(plan=self.site.plans.get(version=2), by=self.district)
        with builders.on("2008-03-01"):
            services.tick_off(
                measure=self.site.plans.get(version=2).measures.get(), note="示例", by=self.unit
            )
        with builders.on("2008-03-03"):
            note = GuidanceNote(site=self.site, on=day("2008-03-03"), text="示例指导")
            services.give_guidance(note=note, by=self.district)
        with builders.on("2008-03-04"):
            services.reply_to_guidance(note=note, reply="示例答复", by=self.unit)
        with builders.on("2008-03-05"):
            services.hand_over(
                liaison=self.site.liaisons.get(),
                from_name="示例联络员",
                name="示例新人",
                phone="0473-0000001",
                reason="示例调动",
                by=self.district,
            )
        self.site.refresh_from_db()

    def _assess(self) -> None:
        with builders.on("2008-03-10"):
            items = Item.objects.filter(section__standard__kind=self.site.kind)[:2]
            for item, colour in zip(items, ("white", "red"), strict=True):
                picture = builders.upload(content=builders.drawing(colour))
                builders.filed(self.site, picture, pointers={item: ""})
        builders.rectified(self.site)
        builders.on_site(self.site)
        builders.recommended(self.site)
        with builders.on("2008-05-08"):
            recommendation = self.site.assessments.get(round__kind=RoundKind.ACCEPTANCE).acceptances.get()
            acceptance.decide(
                acceptance=recommendation,
                verdict=Verdict.PASS,
                note="",
                resolution=resolved("acceptance"),
                by=self.leader,
            )
        self.site.refresh_from_db()

    def _name(self) -> None:
        with builders.on("2008-05-09"):
            self.notice = scene.publish(self.site, title="示例公示")
            letter = scene.object_to(self.notice)
        with builders.on("2008-05-13"):
            scene.conclude(letter, ObjectionState.NOT_UPHELD)
        notices.close_ended(day("2008-05-17"))
        with builders.on("2008-05-19"):
            (self.naming,) = naming.name_sites(
                notice=self.notice, sites=[self.site], resolution=resolved("naming"), by=self.leader
            )
        with builders.on("2008-05-20"):
            naming.hand_over_plaque(
                naming=self.naming, received_by="示例", handed_on=day("2008-05-20"), by=self.office
            )
        with builders.on("2008-06-02"):
            scene.complained(self.naming, by=factories.user(Role.OFFICE))
        with builders.on("2008-06-03"):
            said = {"reason": "示例警告", "working_days": 5, "resolution": resolved("warning")}
            scene.step(Action.WARN, self.naming, self.office, **said)


# As the office reads it: month and day, what, and the state it is shown with.
STORY = [
    "06-03 乌海市政务公开领导小组办公室关于对示例大厅予以警告并限期整改的通知 乌政公办〔2008〕7号 = issued",
    "06-03 warn = warned",
    "06-03 Secrecy review: 示例大厅 = cleared",
    "06-02 complaint = recorded",
    "06-02 Recheck, due on {due} = planned",
    "05-20 Plaque {plaque} = handed_over",
    "05-19 name the site = named",
    "05-19 乌海市政务公开领导小组关于命名乌海市政务公开示范点的决定 乌政公发〔2008〕1号 = issued",
    "05-17 示例公示 = ended",
    "05-13 乌海市政务公开领导小组办公室关于示例大厅公示异议的答复 乌政公办〔2008〕6号 = issued",
    "05-13 Objection: answer approved = not_upheld",
    "05-13 Objection: answer drafted = drafted",
    "05-13 Objection: findings written = looked_into",
    "05-13 Objection: taken up = accepted",
    "05-09 示例公示 乌政公办〔2008〕5号 = issued",
    "05-09 announce publicly = on_notice",
    "05-09 Objection = received",
    "05-09 Secrecy review: 示例大厅 = cleared",
    "05-09 Secrecy review: 示例大厅 = cleared",
    "05-08 乌海市政务公开领导小组办公室关于示例大厅示范点验收情况的报告 乌政公办〔2008〕4号 = issued",
    "05-08 乌海市政务公开领导小组办公室关于示例大厅示范点验收结果的通知 乌政公办〔2008〕3号 = issued",
    "05-08 pass at acceptance = accepted",
    "05-07 Acceptance recommended: 98 points = pass",
    "05-06 示例大厅示范点验收合议评分表 乌政公评〔2008〕2号 = issued",
    "05-06 Score sheet: 示例acceptance = signed",
    "05-06 Score sheet: 示例acceptance = submitted",
    "05-06 Score sheet: 示例acceptance = submitted",
    "05-04 Public appraisal: 60 answers, 90 points = counted",
    "04-22 乌海市政务公开领导小组办公室关于示例大厅示范点整改情况的报告 乌政公办〔2008〕2号 = issued",
    "04-22 verify the rectification = rectified",
    "04-22 verified: 2 findings = verified",
    "04-22 confirmed by the district: 2 findings = confirmed",
    "04-18 answer: 2 findings = answered",
    "04-08 rectification notice issued: 2 findings = open",
    "04-08 乌海市政务公开领导小组办公室关于做好示例大厅示范点督查整改工作的通知 乌政公办〔2008〕1号 = issued",
    "04-08 the unit agrees: 2 findings = put",
    "04-08 sign the inspection = rectifying",
    "04-08 finding raised: 2 findings = put",
    "04-08 示例大厅示范点督查合议评分表 乌政公评〔2008〕1号 = issued",
    "04-08 Score sheet: 示例inspection = submitted",
    "04-08 Score sheet: 示例inspection = submitted",
    "03-20 submit the self-assessment = self_assessed",
    "03-10 2 pieces of evidence = filed",
    "03-05 Liaison: 示例联络员 → 示例新人 = handed_over",
    "03-04 Reply to the guidance = replied",
    "03-03 Guidance = given",
    "03-01 Measure: 示例措施 = done",
    "02-04 agree the work plan = building",
    "01-30 Work plan, version 2 = filed",
    "01-28 Work plan, version 1 = returned",
    "01-25 Work plan, version 1 = filed",
]


@made_once("2008-06-04")
def campaign():
    return Campaign()


def page_of(site: Site, user, **narrowed) -> SitePage:
    shown = site_to_show(user, site.pk)
    return SitePage(shown, user, **{"chapter": None, "whole": True, **narrowed})


def entries(site: Site, user, **narrowed) -> list[Any]:
    return [entry for month in page_of(site, user, **narrowed).months for entry in month.entries]


def lines(site: Site, user, **narrowed) -> list[str]:
    with override("en"):
        found = entries(site, user, **narrowed)
        return [f"{entry.on:%m-%d} {entry.what} = {entry.state}" for entry in found]


def story(campaign) -> list[str]:
    with override("en"):
        due = date_format(day("2008-06-17"))
    return [line.format(plaque=campaign.naming.plaque_number, due=due) for line in STORY]


def test_everything_stands_once_and_in_its_order(campaign):
    assert lines(campaign.site, campaign.office) == story(campaign)


def test_what_a_warned_unit_says_and_is_asked_stands_in_the_story(campaign, on):
    on("2008-06-12")
    scene.answers(campaign.naming)
    scene.rechecked(campaign.naming)
    scene.heard(campaign.naming)
    told = lines(campaign.site, factories.liaison_of(campaign.site))
    for what in ("Answer to the warning", "Revocation proposed; the unit is heard", "The unit's view"):
        assert f"06-12 {what} = recorded" in told


OF_THE_CITY = {
    "06-02 complaint = recorded",
    "05-13 乌海市政务公开领导小组办公室关于示例大厅公示异议的答复 乌政公办〔2008〕6号 = issued",
    "05-13 Objection: answer approved = not_upheld",
    "05-13 Objection: answer drafted = drafted",
    "05-13 Objection: findings written = looked_into",
    "05-13 Objection: taken up = accepted",
    "05-09 Objection = received",
    "05-07 Acceptance recommended: 98 points = pass",
    "05-06 示例大厅示范点验收合议评分表 乌政公评〔2008〕2号 = issued",
    "05-06 Score sheet: 示例acceptance = submitted",
    "05-04 Public appraisal: 60 answers, 90 points = counted",
    "04-08 示例大厅示范点督查合议评分表 乌政公评〔2008〕1号 = issued",
    "04-08 Score sheet: 示例inspection = submitted",
}


def test_what_is_the_citys_own_is_not_for_the_unit_and_its_district(campaign):
    """Objections, complaints, recommendations, members' sheets, internal papers; nor is a unit told when
    somebody comes.
    """
    of_unit, of_district = (lines(campaign.site, user) for user in (campaign.unit, campaign.district))
    assert of_district == [line for line in story(campaign) if line not in OF_THE_CITY]
    assert of_unit == [line for line in of_district if not line.startswith("06-02 Recheck")]


def test_what_the_office_said_of_a_whole_list_is_for_who_sees_the_list(client):
    """It may speak of any site on it."""
    site = factories.site(Stage.REVIEWED, level=Level.DISTRICT)
    said = {Action.SEND_BACK: "示例：另一窗口不符", Action.REVIEW: "示例：拟同意"}
    for action, note in said.items():
        site.history.create(
            action=action,
            from_stage=Stage.FILED,
            to_stage=Stage.REVIEWED,
            on=day("2008-01-16"),
            by=builders.office(),
            note=note,
        )
    district = factories.user(Role.DISTRICT, factories.district_office(site.filing.organisation))
    for reader, sees in ((builders.office(), True), (district, True), (factories.liaison_of(site), False)):
        client.force_login(reader)
        page = client.get(site.get_absolute_url()).content.decode()
        assert str(Action.REVIEW.label) in page
        assert [note in page for note in said.values()] == [sees, sees]


def test_leading_group_reads_a_letter_before_it_names(campaign):
    for user in (campaign.office, campaign.leader):
        urls = [entry.url for entry in entries(campaign.site, user) if "objections" in entry.url]
        assert urls == [reverse("publicity_desk:objection", args=[Objection.objects.get().pk])] * 5
    told = lines(campaign.site, campaign.leader)
    assert "05-09 Objection = received" in told
    assert "05-13 Objection: answer approved = not_upheld" in told


def test_every_link_opens_for_whoever_is_shown_it(client, campaign):
    for user in (campaign.office, campaign.leader, campaign.district, campaign.unit, _inspector(campaign)):
        client.force_login(user)
        for url in {entry.url.partition("#")[0] for entry in entries(campaign.site, user) if entry.url}:
            assert client.get(url).status_code == 200, (user.role, url)


def _inspector(campaign):
    return campaign.site.assessments.get(round__kind=RoundKind.INSPECTION).assignment.team.leader


def test_whoever_joins_late_and_marks_blind_sees_no_colleagues_sheet():
    site = builders.building()
    final = builders.put(site)
    builders.noticed(site)
    with builders.on("2008-04-09"):
        unlocking.unlock(sheet=final, reason="示例复核", by=builders.office())
        team = final.assessment.assignment.team
        late = factories.user(Role.INSPECTOR)
        people = builders.members(team)
        teams.change_team(
            team=team,
            name=team.name,
            leader=people[0],
            members=[*people[1:], late],
            starts_on=team.starts_on,
            ends_on=team.ends_on,
            by=builders.office(),
        )
    of_sheets = [line for line in lines(site, people[1]) if "Score sheet" in line]
    assert len(of_sheets) == 2
    blind = lines(site, late)
    assert not [line for line in blind if "Score sheet" in line or "finding" in line]
    assert not any(
        entry.url.startswith("/desk/sheets/")
        for entry in entries(site, late)
        if entry.state != "self_assessed"
    )


def test_whoever_stood_aside_has_no_page(client, campaign):
    for user in (campaign.office, campaign.leader, campaign.district):
        client.force_login(user)
        assert client.get(campaign.site.get_absolute_url()).status_code == 200
        recusals.recuse(user=user, site=campaign.site, reason="示例亲属")
        assert client.get(campaign.site.get_absolute_url()).status_code == 404


def test_chapters_take_it_apart_and_lose_nothing(campaign):
    whole = lines(campaign.site, campaign.office)
    chapters = {chapter: lines(campaign.site, campaign.office, chapter=chapter) for chapter in Chapter}
    assert set(whole) == set().union(*chapters.values())
    assert all(line in whole for found in chapters.values() for line in found)
    assert [line for line in chapters[Chapter.PAPERS] if not line.endswith("= issued")] == []
    steps = chapters[Chapter.STEPS]
    assert "06-03 warn = warned" in steps
    assert "06-03 warn = warned" in chapters[Chapter.PUBLIC]
    assert "05-08 pass at acceptance = accepted" in chapters[Chapter.ASSESSMENT]
    assert "04-22 verify the rectification = rectified" in chapters[Chapter.RECTIFICATION]


def test_every_step_of_the_workflow_is_told():
    site = factories.site()
    by = factories.user(Role.OFFICE)
    for action, row in TRANSITIONS.items():
        places = {"from_stage": row.sources[0], "to_stage": row.targets[0]}
        StageChange.objects.create(site=site, action=action, by=by, on=day("2008-01-10"), **places)
    told = [entry.what for entry in entries(site, by)]
    assert [action for action in Action if action.label not in told] == []


def test_without_its_step_a_record_is_told_itself(campaign):
    site = factories.site(Stage.NAMED)
    Naming.objects.create(
        site=site,
        notice=campaign.notice,
        decision=campaign.naming.decision,
        resolution=resolved("naming"),
        named_on=day("2008-05-19"),
        plaque_number="2008-0099",
    )
    assert lines(site, campaign.office) == ["05-19 Named 2008-0099 = named"]


def test_page_shows_chapters_as_plain_links_and_says_what_is_empty(client, english):
    site = factories.site(Stage.FILED)
    client.force_login(builders.office())
    page = client.get(site.get_absolute_url(), {"chapter": "papers"})
    html = page.content.decode()
    assert 'href="?chapter=public#chronology"' in html
    assert "Nothing of this kind has happened yet." in html
    assert page.context["page"].chapter == Chapter.PAPERS
    unknown = client.get(site.get_absolute_url(), {"chapter": "nonsense"})
    assert unknown.context["page"].chapter is None
    assert "The first entry comes when the list with this site is filed." in unknown.content.decode()


def test_long_chronology_is_cut_until_all_is_asked_for(client, english):
    site = factories.site(Stage.BUILDING)
    client.force_login(builders.office())
    _guidance(site, SHOWN + 1)
    html = client.get(site.get_absolute_url()).content.decode()
    assert html.count("示例指导") == SHOWN
    assert f"Show all {SHOWN + 1} entries" in html
    whole = client.get(site.get_absolute_url(), {"all": 1}).content.decode()
    assert whole.count("示例指导") == SHOWN + 1
    assert "Show all" not in whole


def _guidance(site: Site, number: int) -> None:
    GuidanceNote.objects.bulk_create(
        GuidanceNote(site=site, by=builders.office(), on="2008-03-03", text="示例指导")
        for _n in range(number)
    )


def queries(client, url: str) -> int:
    client.get(url)  # what every page shows is kept by now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["office", "leader", "district", "unit"])
def test_page_costs_the_same_at_3_and_30_events_of_a_kind(client, campaign, who):
    client.force_login(getattr(campaign, who))
    url = campaign.site.get_absolute_url()
    few = queries(client, url)
    _guidance(campaign.site, 30)
    paper = Document.objects.filter(kind=DocumentKind.RECTIFICATION_NOTICE).get()
    for number in range(100, 130):
        paper.pk, paper.number, paper.verification_code, paper._state.adding = (
            None,
            number,
            f"C{number}",
            True,
        )
        paper.save()
        paper.sites.add(campaign.site)
    assert queries(client, url + "?all=1") == few <= 12


@pytest.mark.parametrize("stage", list(Stage))
def test_page_of_a_site_put_there_without_its_past(client, stage):
    """No naming, no notice, no sheet: it is shown all the same, and leads from itself to nowhere."""
    site = factories.site(stage)
    for role in (Role.OFFICE, Role.LEADING_GROUP):
        client.force_login(factories.user(role))
        page = client.get(site.get_absolute_url())
        assert page.status_code == 200
        assert all(url != site.get_absolute_url() for _step, url in page.context["page"].steps)


def test_ways_are_those_a_role_may_go(client, campaign):
    for user in (campaign.office, campaign.leader, campaign.district, campaign.unit, _inspector(campaign)):
        client.force_login(user)
        for way in page_of(campaign.site, user).ways:
            assert client.get(way.url).status_code == 200, (user.role, way.url)
