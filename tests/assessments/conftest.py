"""What several tests of this room begin with; a module with another `site` gets its finding with it."""

import pytest

from assessments.marks import standard_items
from standards.enums import Kind
from tests.assessments import builders
from tests.assessments.cast import Cast
from tests.scenes import made_once


@pytest.fixture
def site():
    return builders.building()


@pytest.fixture
def sheet(site, on):
    on("2008-03-20")
    return builders.self_sheet(site)


@pytest.fixture
def liaison(client, sheet):
    person = builders.liaison(sheet.assessment.site)
    client.force_login(person)
    return person


@pytest.fixture
def item(sheet):
    """The first item of the second section."""
    return next(item for item in standard_items(sheet) if item.section.ordinal == 2)


@pytest.fixture
def finding(site):
    return builders.findings(site)[0]


@made_once("2008-04-08")
def final():
    """A drawn-up final sheet of a service site: both members gave every item full marks."""
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    return builders.visited(site)


@pytest.fixture
def disputed(site, on):
    """Makes a final sheet of which so many items are disputed, all within a step."""

    def made(items):
        builders.self_assessed(site)
        sheet = builders.apart(site, 0, items)
        on("2008-04-08")
        return sheet

    return made


@pytest.fixture
def leader(final):
    return builders.members(final.assessment.assignment.team)[0]


@pytest.fixture
def member(final):
    return builders.members(final.assessment.assignment.team)[1]


@made_once("2008-04-10")
def cast():
    return Cast()
