"""A district puts a unit of its own on record."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from sites import services
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NAME = "海勃湾区示例（一）局"


def url(filing, name="unit_add"):
    return reverse(f"sites:{name}", args=[filing.pk])


def fields(**changed):
    return {"name": NAME, "short_name": "示例局", "kind": "department", "site": "", **changed}


def test_unit_add_anonymous_is_sent_to_login(client, filing):
    assert client.get(url(filing)).status_code == 302
    assert client.post(url(filing), fields()).status_code == 302
    assert not Organisation.objects.filter(name=NAME).exists()


def test_unit_add_of_another_district_is_not_found(client, filing):
    for stranger in (making.clerk(factories.district("乌达")), factories.user(Role.LIAISON)):
        client.force_login(stranger)
        assert client.get(url(filing)).status_code == 404
        assert client.post(url(filing), fields()).status_code == 404
    assert not Organisation.objects.filter(name=NAME).exists()


@pytest.mark.parametrize("role", Role.CITY_WIDE)
def test_unit_add_is_refused_to_readers(client, filing, role):
    client.force_login(factories.user(role))
    assert client.get(url(filing)).status_code == 403
    assert client.post(url(filing), fields()).status_code == 403
    assert not Organisation.objects.filter(name=NAME).exists()


def test_unit_add_is_refused_to_a_designated_unit(client):
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    client.force_login(by)
    assert client.get(url(filing)).status_code == 403
    assert client.post(url(filing), fields()).status_code == 403
    with pytest.raises(PermissionDenied):
        services.add_unit(filing=filing, name=NAME, short_name="", kind="department", by=by)
    assert not Organisation.objects.filter(name=NAME).exists()


def test_unit_add_does_not_answer_put(client, filing, by):
    client.force_login(by)
    assert client.put(url(filing)).status_code == 405


def test_unit_add_offers_what_a_district_may_choose(client, filing, by):
    client.force_login(by)
    kinds = client.get(url(filing)).context["form"].fields["kind"].choices
    assert {value for value, _label in kinds} == set(OrganisationKind.DISTRICT_CHOICE)


def test_unit_add_leads_back_to_the_row_with_the_unit_chosen(client, filing, by):
    client.force_login(by)
    response = client.post(url(filing), fields(name=" 海勃湾区示例(一)局　"), follow=True)
    unit = Organisation.objects.get(name=NAME)
    assert (unit.short_name, unit.kind, unit.district) == ("示例局", "department", filing.organisation)
    assert unit.code == f"{filing.organisation.code}-U1"
    assert response.redirect_chain == [(f"{url(filing, 'site_add')}?unit={unit.pk}", 302)]
    assert f'<option value="{unit.pk}" selected>' in response.content.decode()
    assert unit in services.selectable_units(filing)


def test_unit_add_from_a_row_leads_back_to_that_row(client, filing, by):
    site = making.add_site(filing, by)
    client.force_login(by)
    html = client.get(url(filing), {"site": site.pk}).content.decode()
    assert f'name="site" value="{site.pk}"' in html
    response = client.post(url(filing), fields(site=site.pk), follow=True)
    unit = Organisation.objects.get(name=NAME)
    row = reverse("sites:site_edit", args=[filing.pk, site.pk])
    assert response.redirect_chain == [(f"{row}?unit={unit.pk}", 302)]
    assert f'<option value="{unit.pk}" selected>' in response.content.decode()


def test_units_get_one_code_after_the_other(filing, by):
    codes = [
        services.add_unit(filing=filing, name=f"示例{n}局", short_name="", kind="utility", by=by).code
        for n in "甲乙丙"
    ]
    assert codes == [f"{filing.organisation.code}-U{n}" for n in (1, 2, 3)]
    Organisation.objects.get(code=codes[0]).delete()
    again = services.add_unit(filing=filing, name="示例丁局", short_name="", kind="town", by=by)
    assert again.code == f"{filing.organisation.code}-U4"


def test_unit_without_a_short_name_goes_by_its_name(client, filing, by):
    client.force_login(by)
    client.post(url(filing), fields(short_name=""))
    assert Organisation.objects.get(name=NAME).short_name == NAME


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "局" * 101}, "name"),
        ({"kind": "office"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"name": "局" * 41, "short_name": ""}, "short_name"),
        ({"site": "0"}, "site"),
    ],
)
def test_unit_add_refuses_what_is_wrong_at_its_field(client, filing, by, changed, field):
    client.force_login(by)
    before = Organisation.objects.count()
    response = client.post(url(filing), fields(**changed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Organisation.objects.count() == before


@pytest.mark.parametrize("written", ["海勃湾区示例（一）局", "海勃湾区示例(一)局", "海勃湾区示例 ( 一 )局"])
@pytest.mark.parametrize("known_as", ["name", "short_name", "alias"])
def test_unit_that_is_on_record_in_another_width_is_refused(client, filing, by, written, known_as):
    unit = factories.unit(filing.organisation)
    if known_as == "alias":
        unit.aliases = ["海勃湾区示例(一)局"]
    else:
        setattr(unit, known_as, "海勃湾区示例(一)局")
    unit.save()
    client.force_login(by)
    response = client.post(url(filing), fields(name=written))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert 'value="示例局"' in response.content.decode()
    assert filing.organisation.units.filter(code__contains="-U").count() == 0


def test_short_name_of_a_neighbour_is_refused(client, filing, by):
    unit = factories.unit(filing.organisation)
    client.force_login(by)
    response = client.post(url(filing), fields(short_name=unit.short_name))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["short_name"]


def test_name_of_a_unit_elsewhere_is_refused_but_its_short_name_is_free(client, filing, by):
    stranger = factories.unit(factories.district("乌达"))
    client.force_login(by)
    response = client.post(url(filing), fields(name=stranger.name))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert client.post(url(filing), fields(short_name=stranger.short_name)).status_code == 302


def test_unit_add_for_a_list_filed_meanwhile_keeps_what_was_typed(client):
    filing, by = making.filed_list()
    client.force_login(by)
    assert client.get(url(filing)).url == filing.get_absolute_url()
    response = client.post(url(filing), fields())
    assert response.status_code == 422
    assert f'value="{NAME}"' in response.content.decode()
    assert len(response.context["form"].non_field_errors()) == 1
    assert not Organisation.objects.filter(name=NAME).exists()
