"""A new campaign's office starts with what is to be set up; once all is there, that is gone."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from desk.setting_up import setting_up
from publicity import guide
from sites.enums import Level
from sites.models import Programme
from tests import factories

pytestmark = pytest.mark.django_db
HOME = reverse("desk:home")


@pytest.fixture
def office(client):
    person = factories.user(Role.OFFICE)
    client.force_login(person)
    return person


def steps():
    with translation.override("en"):
        return {step.label: step for step in setting_up(Programme.objects.current())}


def open_ones():
    return [label for label, step in steps().items() if not step.is_done]


def open_accounts():
    for district in Organisation.objects.districts():
        factories.user(Role.DISTRICT, factories.district_office(district))
        factories.user(Role.DISTRICT, factories.district_office(district), is_head=True)
    for unit in factories.programme().designated_units.all():
        factories.user(Role.LIAISON, unit.organisation)
    for _n in range(2):
        factories.user(Role.INSPECTOR)
    factories.user(Role.LEADING_GROUP)


def begin_lists():
    for unit in factories.programme().designated_units.all():
        factories.filing(unit.organisation, Level.CITY)
    for district in Organisation.objects.districts():
        factories.filing(district, Level.DISTRICT)


def test_office_of_a_new_installation_starts_with_accounts_and_lists(client, office, english):
    html = client.get(HOME).content.decode()
    assert "Set up this campaign" in html
    assert "0 of 8 have an account." in html
    assert "0 of 11 lists are begun." in html
    found = steps()
    assert open_ones() == [
        "Open accounts for the districts' offices",
        "Open accounts for the heads of the districts' offices",
        "Open accounts for the liaisons of the designated units",
        "Open accounts for inspectors",
        "Have accounts opened for the leading group",
        "Call for the lists",
    ]
    for step in found.values():
        assert f'href="{step.url}"' in html
        assert client.get(step.url).status_code == 200


def test_steps_are_counted_one_by_one_and_then_gone(client, office, english):
    units = Organisation.objects.filter(
        kind__in=OrganisationKind.DISTRICT_CHOICE, district=factories.district()
    )
    units.update(is_active=False)
    assert steps()["Register districts and their units"].state.startswith("2 of 3 districts")
    assert open_ones()[0] == "Register districts and their units"
    units.update(is_active=True)
    open_accounts()
    assert open_ones() == ["Call for the lists"]
    User.objects.filter(role=Role.INSPECTOR).last().delete()
    assert open_ones() == ["Open accounts for inspectors", "Call for the lists"]
    assert steps()["Open accounts for inspectors"].state == "1 have an account; a team needs 2 at least."
    factories.user(Role.INSPECTOR)
    begin_lists()
    assert steps() == {}
    assert "Set up this campaign" not in client.get(HOME).content.decode()


def test_heads_are_not_asked_for_where_districts_do_not_determine(office):
    Programme.objects.update(districts_determine=False)
    assert "Open accounts for the heads of the districts' offices" not in steps()


def test_days_that_are_past_are_none_for_a_campaign_without_lists(on):
    on("2026-12-01")
    step = steps()["Set the phases and their dates"]
    assert not step.is_done
    assert "1 January 2008 to 31 May 2008: all of it is over" in step.state
    begin_lists()
    assert steps()["Set the phases and their dates"].is_done


def test_without_a_programme_one_is_to_be_started():
    Programme.objects.update(is_current=False)
    assert open_ones() == ["Start the programme"]


@pytest.mark.parametrize("role", [role for role in Role.values if role not in (Role.OFFICE, Role.AUDITOR)])
def test_nobody_else_sets_a_campaign_up(client, english, role):
    client.force_login(factories.user(role))
    assert "Set up this campaign" not in client.get(HOME).content.decode()


def test_steps_cost_one_question_at_any_number(office):
    programme = Programme.objects.select_related("rulebook").current()
    for _n in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert setting_up(programme)
        assert len(asked) == 1
        open_accounts()


def test_demo_is_set_up(demo):
    assert steps() == {}


def test_guide_tells_the_steps_of_the_page_in_their_order():
    chapter = re.search(r"\{#set-up\}\n(.*?)\n## ", (guide.FOLDER / "office.md").read_text(), re.DOTALL)
    with translation.override("zh-hans"):
        labels = [step.label for step in setting_up(Programme.objects.current())]
    assert re.findall(r"^- \*\*(.+?)\*\*", chapter[1], re.MULTILINE) == labels
