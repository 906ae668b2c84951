"""The steps that are kept are always those of every site: `tests/conftest.py` asks that after each test.

Here is what makes it so: every table that is read leaves a mark, and what is read with a mark is made anew.
"""

import re

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.enums import RoundKind
from assessments.models import Team
from desk.models import OpenStep, StepsDay, Touched
from desk.next_step import steps
from desk.open_steps import bring_up_to_date, check, renewing, touches
from desk.open_steps.touches import TOUCHES, triggers
from desk.site_facts import with_facts
from desk.tasks import begin_day
from desk.todo import Work
from sites import services
from sites.calendar import today
from sites.enums import Stage
from sites.models import Filing, Phase, Site
from standards.models import Item, Section
from tests import factories
from tests.assessments import builders
from tests.at_once import at_once, on_both
from tests.sites import making

pytestmark = [pytest.mark.django_db, on_both]

# What leaves no mark: names are read anew, a team is only passed through, published items never change.
NO_MARK = {Organisation, Filing, Team, Item, Section}


def test_whatever_is_read_of_a_site_leaves_a_mark():
    read = str(with_facts(Site.objects.all(), today=today()).query)
    tables = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', read))
    models = {model for model in apps.get_models() if model._meta.db_table in tables}
    assert models - NO_MARK == {touch.model for touch in TOUCHES}


def test_every_field_that_is_named_is_there():
    """A field that is misspelt would never be waited for."""
    for touch in TOUCHES:
        assert set(touch.fields) <= {field.name for field in touch.model._meta.concrete_fields}


def test_every_trigger_is_in_the_database():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        there = {name for (name,) in cursor.fetchall()}
    assert {trigger.name for trigger in triggers()} <= there


def test_bulk_update_leaves_its_mark_as_a_saved_form_does():
    site = factories.site(stage=Stage.SELF_ASSESSED)
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    send_team = reverse("assessments:send_team", args=[site.pk])
    assert send_team in [todo.url for todo in Work(office).todos]
    Site.objects.filter(pk=site.pk).update(stage=Stage.REVIEWED)
    assert send_team not in [todo.url for todo in Work(office).todos]
    assert [todo.about for todo in Work(leader).todos] == [str(site.filing)]


def test_mark_goes_with_the_change_that_is_taken_back():
    bring_up_to_date()
    with transaction.atomic():
        factories.site(stage=Stage.BUILDING)
        assert Touched.objects.exists()
        transaction.set_rollback(True)
    assert not Touched.objects.exists()


def test_nothing_is_worked_out_where_nothing_changed():
    factories.site(stage=Stage.BUILDING)
    bring_up_to_date()
    with CaptureQueriesContext(connection) as asked:
        bring_up_to_date()
    assert len(asked) == 1


def test_ordinary_mark_on_a_sheet_touches_nothing():
    """Thousands are given; only a mark that an item does not apply asks somebody something."""
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    inspector = assessment.assignment.team.leader
    sheet = builders.own_sheet(assessment, inspector)
    bring_up_to_date()
    builders.fill(sheet, inspector)
    assert not Touched.objects.exists()


def test_words_are_those_of_the_reader_not_of_who_came_first():
    factories.site(stage=Stage.SELF_ASSESSED)
    office = factories.user(Role.OFFICE)
    for language, words in (("zh-hans", "指派督查组"), ("en", "Send an inspection team")):
        with translation.override(language):
            assert words in [todo.what for todo in Work(office).todos]


def test_date_that_all_have_in_common_moves_without_working_out_each(monkeypatch):
    first, second = factories.site(stage=Stage.DETERMINED), factories.site(stage=Stage.DETERMINED)
    bring_up_to_date()
    monkeypatch.setattr(renewing, "_renew", None)  # whoever called it would fail
    Phase.objects.filter(programme=first.programme).update(extended_to="2008-06-30")
    bring_up_to_date()
    assert {step.due.isoformat() for step in OpenStep.objects.filter(site__in=[first, second])} == {
        "2008-06-30"
    }


def test_open_self_assessment_is_when_all_are_due():
    site = factories.site(stage=Stage.BUILDING)
    bring_up_to_date()
    opened = builders.open_round(RoundKind.SELF)
    bring_up_to_date()
    assert [step.due for step in OpenStep.objects.filter(site=site)] == [opened.due_on]


def test_rehearsal_that_goes_back_in_time_finds_the_steps_of_that_day(on):
    site = factories.site(stage=Stage.RECTIFYING)
    on("2008-05-20")
    bring_up_to_date()
    OpenStep.objects.filter(site=site).update(url="/wrong/")
    on("2008-05-21")
    bring_up_to_date()
    assert OpenStep.objects.filter(site=site, url="/wrong/").exists()  # nothing of it hangs on the day
    on("2008-04-20")
    bring_up_to_date()
    assert not OpenStep.objects.filter(site=site, url="/wrong/").exists()


def test_check_mends_what_is_wrong_and_tells(caplog):
    first, second = factories.site(stage=Stage.BUILDING), factories.site(stage=Stage.BUILDING)
    bring_up_to_date()
    OpenStep.objects.filter(site=first).update(url="/wrong/")
    OpenStep.objects.filter(site=second).delete()
    assert check() == 2
    assert "2 sites were wrong" in caplog.text
    assert check() == 0


def test_step_of_a_site_where_nothing_waits_any_more_is_found_too():
    site = factories.site(stage=Stage.BUILDING)
    bring_up_to_date()
    Site.objects.filter(pk=site.pk).update(stage=Stage.WITHDRAWN)
    Touched.objects.all().delete()  # as if a trigger had been lost
    assert check() == 1
    assert not OpenStep.objects.filter(site=site).exists()


def test_lost_row_of_the_day_is_made_anew():
    StepsDay.objects.all().delete()
    factories.site(stage=Stage.BUILDING)
    bring_up_to_date()
    assert OpenStep.objects.count() == 1


def test_task_that_ends_has_worked_out_what_it_touched():
    factories.site(stage=Stage.BUILDING)
    assert Touched.objects.exists()
    begin_day.apply()
    assert not Touched.objects.exists()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT])
def test_who_sees_less_has_the_same_steps(demo, role):
    """Rows are kept of all that is known: what these may not know is no step of theirs."""
    moving = Site.objects.exclude(stage__in=(*touches.IDLE, *Stage.WITH_LIST))
    bring_up_to_date()
    for user in User.objects.filter(role=role):
        seen = with_facts(moving.visible_to(user), today=today(), reader=user)
        with translation.override(None):
            own = {
                (site.pk, str(step.what), step.url)
                for site in seen
                for step in steps(site)
                if step.is_for(user)
            }
        kept = OpenStep.objects.visible_to(user).filter(role=role, site__in=moving)
        assert {(step.site_id, step.what, step.url) for step in kept} == own


@pytest.mark.django_db(transaction=True)
def test_two_who_come_first_at_once_work_it_out_once():
    sites = [factories.site(stage=Stage.SELF_ASSESSED) for _ in range(3)]
    assert at_once(bring_up_to_date, bring_up_to_date, bring_up_to_date) == ["done"] * 3
    assert OpenStep.objects.filter(site__in=sites).count() == 3
    assert not Touched.objects.exists()


def waits(browser) -> set[str]:
    """What the rail counts, and where the list leads."""
    page = browser.get(reverse("desk:home"))
    assert page.context["rail"][0].entries[0].count == page.context["work"].count_said
    return {todo.url for todo in page.context["page_obj"]}


def test_what_one_browser_writes_another_sees_at_once():
    """A list goes from the district to the office and on to the leading group; all three keep looking."""
    filing, by = making.complete_list()
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    people = {"district": by, "office": office, "leader": leader}
    browsers = {}
    for name, person in people.items():
        browsers[name] = Client()
        browsers[name].force_login(person)
    page = filing.get_absolute_url()
    batch = f"{reverse('sites:determination_new')}?programme={filing.programme_id}#list-{filing.pk}"

    def seen() -> dict[str, bool]:
        return {name: bool({page, batch} & waits(browser)) for name, browser in browsers.items()}

    assert seen() == {"district": True, "office": False, "leader": False}
    making.file(filing, by)
    assert seen() == {"district": False, "office": True, "leader": False}
    services.review(filing=filing, opinion="同意上报（示例）。", by=office)
    assert seen() == {"district": False, "office": False, "leader": True}
