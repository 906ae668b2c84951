"""The register of organisations: who sees and changes what, names in one spelling, dissolving one."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import services
from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from desk.open_steps import bring_up_to_date
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST = reverse("people:organisations")
ADD = reverse("people:organisation_add")
NAME = "海勃湾区示例（一）局"


def page(organisation):
    return reverse("people:organisation", args=[organisation.pk])


def fields(**changed):
    return {"name": NAME, "short_name": "示例一局", "aliases": "", "kind": "department", **changed}


def known(organisation, **changed):
    facts = {
        "name": organisation.name,
        "short_name": organisation.short_name,
        "aliases": "\n".join(organisation.aliases),
        "kind": organisation.kind,
        "is_active": "on",
    }
    return {key: value for key, value in {**facts, **changed}.items() if value is not None}


def listed(client, **query):
    return list(client.get(LIST, query).context["organisations"])


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_pages_are_refused_to_everybody_else(client, role):
    unit = factories.unit()
    assert client.get(LIST).status_code == 302
    client.force_login(factories.user(role))
    for address in (LIST, ADD, page(unit)):
        assert client.get(address).status_code == 403
    assert client.post(ADD, fields()).status_code == 403
    assert not Organisation.objects.filter(name=NAME).exists()


def test_district_sees_its_own_and_changes_what_it_may_choose(client, clerk, district):
    unit, far = factories.unit(district), factories.unit(factories.district("乌达"))
    client.force_login(clerk)
    seen = listed(client)
    assert unit in seen
    assert {each.district for each in seen} == {district}
    assert client.get(page(unit)).status_code == 200
    assert client.get(page(clerk.organisation)).status_code == 403
    assert client.post(page(clerk.organisation), known(clerk.organisation)).status_code == 403
    assert client.get(page(far)).status_code == 404
    assert client.post(page(far), known(far, name=NAME)).status_code == 404
    assert client.put(page(unit)).status_code == 405


def test_district_adds_units_of_its_own(client, clerk, district):
    client.force_login(clerk)
    away = factories.district("乌达")
    response = client.post(ADD, fields(district=away.pk, code="150300-9"))
    assert response.url == LIST
    unit = Organisation.objects.get(name=NAME)
    assert (unit.district, unit.code) == (district, f"{district.code}-U1")
    assert list(client.post(ADD, fields(kind="office")).context["form"].errors) == ["kind"]
    with pytest.raises(PermissionDenied):
        services.add_organisation(name="示例二局", kind="department", district=away, by=clerk)
    with pytest.raises(PermissionDenied):
        services.add_organisation(name="示例二局", kind="office", district=district, by=clerk)


def test_office_adds_a_body_of_the_city(client, office):
    client.force_login(office)
    client.post(ADD, fields(short_name="", aliases="示例甲\n\n 示例甲　\n示例乙"))
    body = Organisation.objects.get(name=NAME)
    assert (body.short_name, body.aliases, body.district) == (NAME, ["示例甲", "示例乙"], None)
    assert body.code == "WH-U1"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "局" * 101}, "name"),
        ({"short_name": "局" * 41}, "short_name"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "town"}, "district"),
        ({"kind": "district_office"}, "district"),
        ({"kind": "office", "in_district": True}, "district"),
        ({"code": "150302"}, "code"),
        ({"name": "乌海市公安局"}, "name"),
        ({"name": " 乌海市公安局 "}, "name"),
        ({"short_name": "公安局"}, "short_name"),
        ({"aliases": "公安局"}, "aliases"),
        ({"name": "海勃湾区千里山镇"}, "name"),
    ],
)
def test_what_is_wrong_is_refused_at_its_field(client, office, district, changed, field):
    client.force_login(office)
    if changed.pop("in_district", False):
        changed["district"] = district.pk
    before = Organisation.objects.count()
    response = client.post(ADD, fields(**changed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Organisation.objects.count() == before


def test_change_keeps_code_and_district(client, office, district):
    unit = factories.unit(district)
    client.force_login(office)
    data = known(unit, name=NAME, code="X", district=factories.district("乌达").pk, aliases="示例旧名")
    assert client.post(page(unit), data).url == LIST
    before = unit.code
    unit.refresh_from_db()
    assert (unit.name, unit.code, unit.district, unit.aliases) == (NAME, before, district, ["示例旧名"])


def test_own_names_do_not_collide_with_themselves(client, office, district):
    unit = factories.unit(district)
    client.force_login(office)
    assert client.post(page(unit), known(unit)).status_code == 302
    neighbour = factories.unit(district)
    response = client.post(page(unit), known(unit, aliases=neighbour.name))
    assert list(response.context["form"].errors) == ["aliases"]


def test_organisation_with_people_is_not_dissolved(client, clerk, liaison):
    unit = liaison.organisation
    client.force_login(clerk)
    response = client.post(page(unit), known(unit, is_active=None))
    assert list(response.context["form"].errors) == ["is_active"]
    User.objects.filter(pk=liaison.pk).update(is_active=False)
    assert client.post(page(unit), known(unit, is_active=None)).status_code == 302
    unit.refresh_from_db()
    assert not unit.is_active
    assert unit not in Organisation.objects.selectable_by_district(unit.district)
    assert unit in listed(client, exists="no")
    assert unit not in listed(client, exists="yes")


def test_kind_that_does_not_fit_its_people_is_refused(client, office, clerk):
    client.force_login(office)
    home = clerk.organisation
    response = client.post(page(home), known(home, kind="department"))
    assert list(response.context["form"].errors) == ["kind"]


@pytest.mark.parametrize(
    ("query", "kept"),
    [({"q": "示例唯一"}, True), ({"kind": OrganisationKind.UTILITY}, True), ({"kind": "town"}, False)],
)
def test_list_is_narrowed(client, office, query, kept):
    unit = factories.unit(kind=OrganisationKind.UTILITY)
    Organisation.objects.filter(pk=unit.pk).update(name="示例唯一水厂")
    client.force_login(office)
    assert (unit in listed(client, **query)) is kept


def test_list_is_narrowed_to_a_district(client, office, district):
    client.force_login(office)
    found = listed(client, district=district.pk)
    assert district in found
    assert {each.district for each in found} == {district, None}


def test_list_takes_the_same_queries_for_many(client, office, district):
    counts = []
    client.force_login(office)
    for more in (3, 30):
        for _n in range(more):
            factories.user(Role.LIAISON, factories.unit(district))
        bring_up_to_date()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_export_gives_exactly_the_rows_listed(client, clerk, district):
    client.force_login(clerk)
    rows = client.get(LIST, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + Organisation.objects.filter(district=district).count()
    assert client.get(LIST, {"format": "xlsx"})["Content-Disposition"].startswith("attachment")
