"""初步确定: a dated state of the designated units, with the resolution it rests on."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from sites.services.designation import designate
from sites.workflow import WorkflowError
from tests import factories
from tests.agreeing import resolved
from tests.sites.test_programmes import make

pytestmark = pytest.mark.django_db


def test_the_plans_units_are_designated_by_the_plan_itself():
    programme = factories.programme()
    (resolution,) = {unit.resolution for unit in programme.designated_units.all()}
    assert resolution.decided_on == programme.issued_on
    assert programme.document_number in resolution.source
    assert (resolution.meeting, resolution.put_by) == (None, None)
    assert resolution.words == "经市政务公开领导小组研究"


def test_a_new_programmes_units_wait_for_their_own_resolution():
    made, leader = make(), factories.user(Role.LEADING_GROUP)
    assert {unit.resolution for unit in made.designated_units.all()} == {None}
    for wrong in (None, resolved("naming", made), resolved("designation", factories.programme())):
        with pytest.raises(ValidationError) as error:
            designate(programme=made, resolution=wrong, by=leader)
        assert "resolution" in error.value.message_dict
    resolution = resolved("designation", made)
    with pytest.raises(PermissionDenied):
        designate(programme=made, resolution=resolution, by=factories.user(Role.DISTRICT))
    designate(programme=made, resolution=resolution, by=leader)
    assert {unit.resolution for unit in made.designated_units.all()} == {resolution}
    with pytest.raises(WorkflowError):
        designate(programme=made, resolution=resolution, by=leader)


def test_the_day_stands_on_the_programmes_pages_and_the_units(client):
    programme = factories.programme()
    day = f"{programme.issued_on:%Y-%m-%d}"
    page = client.get(reverse("publicity:programme")).content.decode()
    assert page.count("初步确定") >= 8
    assert day in page
    client.force_login(factories.user(Role.OFFICE))
    resolution = programme.designated_units.first().resolution
    assert resolution.get_absolute_url() in client.get(programme.get_absolute_url()).content.decode()
    unit = programme.designated_units.last().organisation
    liaison = factories.user(Role.LIAISON, unit)
    client.force_login(liaison)
    own = client.get(reverse("sites:my_filing"), follow=True).content.decode()
    assert "初步确定" in own
    assert resolution.get_absolute_url() not in own


def test_the_page_asks_for_the_resolution(client):
    made = make()
    address = reverse("sites:programme_designate", args=[made.pk])
    client.force_login(factories.user(Role.LIAISON))
    assert client.get(address).status_code == 403
    client.force_login(factories.user(Role.OFFICE))
    assert address in client.get(made.get_absolute_url()).content.decode()
    assert client.post(address, {"resolution": ""}).status_code == 422
    resolution = resolved("designation", made)
    assert client.post(address, {"resolution": resolution.pk}).url == made.get_absolute_url()
    assert not made.designated_units.filter(resolution=None).exists()
