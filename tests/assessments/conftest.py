"""What tests of the sheet's pages begin with: a self sheet, its liaison signed in, one item."""

import pytest

from assessments.marks import standard_items
from tests.assessments import builders


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
