"""Pages asked in one UNION: PostgreSQL insists on one type in each column, of whichever role's parts."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from sites.enums import Action, Level, Stage
from tests import factories
from tests.assessments import builders
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, on_both]


@pytest.fixture
def site():
    """On the list of a district, which owes its work plan."""
    site = factories.site(Stage.DETERMINED, level=Level.DISTRICT)
    site.history.create(
        action=Action.DETERMINE,
        from_stage=Stage.REVIEWED,
        to_stage=Stage.DETERMINED,
        by=factories.user(Role.LEADING_GROUP),
        on="2008-01-10",
    )
    return site


def reader(role, site):
    """Somebody of this role whose turn it is at the site, or who looks after whose it is."""
    if role == Role.LIAISON:
        return factories.liaison_of(site)
    home = factories.district_office(site.filing.organisation) if role == Role.DISTRICT else None
    return factories.user(role, home)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON])
def test_what_waits_what_is_due_what_happened_what_is_found(client, site, role, database):
    client.force_login(reader(role, site))
    work = client.get(reverse("desk:home")).context["work"]
    assert str(site) in [one.about for one in (*work.todos, *work.missing)]
    assert str(site) in client.get(reverse("desk:deadlines")).content.decode()
    (month,) = client.get(site.get_absolute_url()).context["page"].months
    assert [entry.what for entry in month.entries] == [Action.DETERMINE.label]
    assert str(site) in client.get(reverse("desk:search"), {"q": site.window_name}).content.decode()


def test_what_waits_for_a_team(client, database):
    site = builders.building()
    builders.self_assessed(site)
    for member in builders.members(builders.assigned(site).assignment.team):
        client.force_login(member)
        for page in ("desk:home", "desk:deadlines"):
            assert str(site) in client.get(reverse(page)).content.decode(), page
