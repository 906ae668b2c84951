"""What the tests of this room share: a list in the hands of its clerk, and a site with its people."""

import pytest

from sites import services
from tests import factories
from tests.scenes import made_once
from tests.sites import making


@pytest.fixture
def by():
    """The clerk whose list `filing` is."""
    return making.clerk()


@pytest.fixture
def filing(by):
    """A district's list, still empty."""
    return making.own_list(by)


@pytest.fixture
def unit(filing):
    """A unit that may stand on the list."""
    return factories.unit(filing.organisation)


@made_once()
def site():
    """A determined site of a district."""
    return making.determined_site()


@pytest.fixture
def post(site):
    return site.liaisons.get()


@pytest.fixture
def liaison(site):
    """An account of the site's unit."""
    return factories.liaison_of(site)


@pytest.fixture
def district(site):
    """The clerk of the district the site stands in."""
    return making.clerk(site.filing.organisation)


@pytest.fixture
def measure(site, liaison, district, on):
    """The one measure of an agreed plan, from 1 to 29 February, on 10 February."""
    plan = making.file_plan(site, liaison)
    services.agree_plan(plan=plan, by=district)
    on("2008-02-10")
    return plan.measures.get()
