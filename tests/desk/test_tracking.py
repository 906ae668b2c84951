"""What a named site wants next, and whose to-do list says so: rechecks, warnings, plaques."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.services import recusals
from documents.models import Document
from publicity.services import naming, tracking
from tests import factories
from tests.agreeing import resolved
from tests.publicity import scene
from tests.waiting import todos

pytestmark = pytest.mark.django_db
RECEIVED = reverse("documents:received")
# The rulebook's draw is of the whole programme.
DRAW = f"{reverse('publicity_desk:recheck_proposals')}?"


class Case:
    """A named site and those who may have to act."""

    def __init__(self):
        (self.naming,) = scene.named()
        self.office, self.leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
        self.unit = factories.liaison_of(self.naming.site)
        self.people = {"office": self.office, "leader": self.leader, "unit": self.unit}
        self.page = reverse("publicity_desk:naming", args=[self.naming.pk])

    @property
    def waits(self):
        """Who has the site on the list, and until when; `papers` has what is to be signed for."""
        found = ((name, todo) for name, user in self.people.items() for todo in todos(user))
        of_site = ((name, todo) for name, todo in found if not todo.url.startswith(DRAW))
        return {name: todo.due for name, todo in of_site if todo.url != RECEIVED}

    @property
    def papers(self):
        """Who has papers to sign for: how many, and the first until when."""
        found = ((name, todo) for name, user in self.people.items() for todo in todos(user))
        return {name: (todo.about, todo.due) for name, todo in found if todo.url == RECEIVED}

    def warn(self):
        scene.warned(self.naming, working_days=5)


@pytest.fixture
def case(on):
    on("2008-06-16")
    return Case()


def day(text):
    return datetime.date.fromisoformat(text)


def test_named_site_waits_for_nobody(case):
    assert case.waits == {}


def test_planned_recheck_waits_for_the_office_until_it_is_done(case, on):
    tracking.plan_recheck(naming=case.naming, due_on=day("2008-09-01"), by=case.office)
    assert case.waits == {"office": day("2008-09-01")}
    on("2008-09-02")
    assert case.waits == {"office": day("2008-09-01")}
    scene.rechecked(case.naming, is_met=True)
    assert case.waits == {}


def test_warned_site_mends_and_answers_then_the_office_rechecks(case, on):
    case.warn()
    assert case.waits == {"unit": day("2008-06-23")}
    on("2008-06-24")
    assert case.waits == {"office": day("2008-06-23"), "unit": day("2008-06-23")}
    scene.answers(case.naming)
    assert case.waits == {"office": day("2008-07-08")}


def test_recheck_that_found_it_mended_asks_everybody_but_who_found_it_to_lift(case):
    case.warn()
    scene.answers(case.naming)
    scene.rechecked(case.naming, case.office, is_met=True)
    assert case.waits == {"leader": None}
    colleague = factories.user(Role.OFFICE)
    assert [todo.url for todo in todos(colleague)] == [case.page]
    scene.lifted(case.naming, colleague)
    assert case.waits == {}


def test_recheck_that_found_it_not_mended_leads_to_the_hearing_and_the_decision(case, on):
    case.warn()
    on("2008-06-24")
    scene.answers(case.naming)
    scene.rechecked(case.naming)
    assert case.waits == {"office": None, "unit": day("2008-06-23")}
    scene.heard(case.naming, "")
    assert case.waits == {"unit": day("2008-07-01")}
    on("2008-07-02")
    assert case.waits == {"office": None, "leader": None, "unit": day("2008-06-23")}
    scene.revoked(case.naming)
    assert case.waits == {}


def test_hearing_is_over_with_the_units_view(case, on):
    case.warn()
    on("2008-06-24")
    scene.heard(case.naming)
    assert case.waits == {"office": None, "leader": None, "unit": day("2008-06-23")}
    resolution = reverse(
        "sites:decision_note", query={"kind": "revocation", "programme": case.naming.site.programme_id}
    )
    assert [todo.url for todo in todos(case.office)] == [resolution]
    resolved("revocation")
    assert case.waits == {"leader": None, "unit": day("2008-06-23")}


def test_complaint_about_a_warned_site_waits_to_be_looked_into(case):
    case.warn()
    scene.complained(case.naming)
    assert case.waits == {"unit": day("2008-06-23"), "office": day("2008-06-30")}


def test_plaque_of_a_revoked_site_waits_to_be_taken_back(case, on):
    naming.hand_over_plaque(
        naming=case.naming, received_by="示例", handed_on=day("2008-06-16"), by=case.office
    )
    case.warn()
    on("2008-06-24")
    scene.revoked(case.naming)
    assert case.waits == {"office": None}
    naming.take_back_plaque(revocation=case.naming.revocation, returned_on=day("2008-06-24"), by=case.office)
    assert case.waits == {}


def test_everything_leads_to_the_page_of_the_naming(case, on):
    case.warn()
    on("2008-06-24")
    assert [todo.url for todo in todos(case.office)] == [case.page]
    assert [todo.url for todo in todos(case.unit)] == [RECEIVED, case.page]


def test_papers_of_the_road_wait_for_those_they_were_delivered_to(case, on):
    named = day("2008-05-16")
    assert case.papers == {"unit": ("1 份", named)}
    case.warn()
    warned_by = day("2008-06-19")
    assert case.papers == {"unit": ("2 份", named), "leader": ("1 份", warned_by)}
    on("2008-06-24")
    scene.revoked(case.naming)
    assert case.papers == {"unit": ("3 份", named), "leader": ("1 份", warned_by)}


def test_whoever_stood_aside_signs_for_what_is_published(case, on):
    case.warn()
    recusals.recuse(user=case.leader, site=case.naming.site, reason="示例亲属")
    assert case.papers["leader"] == ("1 份", day("2008-06-19"))
    Document.objects.update(is_public=False)
    assert "leader" not in case.papers


def test_whoever_stood_aside_is_asked_nothing(case, on):
    case.warn()
    on("2008-06-24")
    for user in (case.office, case.leader):
        recusals.recuse(user=user, site=case.naming.site, reason="示例亲属")
    assert set(case.waits) == {"unit"}


def test_page_of_the_site_foretells_no_recheck_to_its_unit(client, case):
    tracking.plan_recheck(naming=case.naming, due_on=day("2008-09-01"), by=case.office)
    for user, told in ((case.unit, False), (case.office, True), (case.leader, True)):
        client.force_login(user)
        page = client.get(case.naming.site.get_absolute_url())
        assert bool(page.context["page"].steps) == told


def test_rail_leads_each_role_to_what_it_may_read(client, case):
    for user, expected in (
        (case.office, {"publicity_desk:namings", "publicity_desk:rechecks"}),
        (case.leader, {"publicity_desk:namings", "publicity_desk:rechecks"}),
        (factories.user(Role.DISTRICT), {"publicity_desk:namings", "publicity_desk:rechecks"}),
        (factories.user(Role.AUDITOR), {"publicity_desk:recheck_draws"}),
    ):
        client.force_login(user)
        rail = client.get(reverse("sites:programmes")).context["rail"]
        addresses = {entry.url for group in rail for entry in group.entries}
        for name in expected:
            assert reverse(name) in addresses
            assert client.get(reverse(name)).status_code == 200
