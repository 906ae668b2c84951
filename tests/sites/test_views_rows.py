"""The rows of a list, one by one."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from sites import services
from sites.enums import Stage
from sites.models import Site
from standards.enums import Kind
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def fields(unit, **changed):
    return {
        "organisation": unit.pk,
        "window_name": "示例大厅 (１楼)",
        "kind": Kind.SERVICE,
        "address": "",
        "reason": "基础较好（示例）。",
        "working_body": "",
        "liaison_name": "示例甲",
        "liaison_phone": making.PHONE,
        **changed,
    }


def add(filing):
    return reverse("sites:site_add", args=[filing.pk])


def edit(site, name="site_edit"):
    return reverse(f"sites:{name}", args=[site.filing_id, site.pk])


def test_site_add_anonymous_is_sent_to_login(client, filing):
    assert client.get(add(filing)).status_code == 302


@pytest.mark.parametrize("name", ["site_add", "filing_upload"])
def test_changing_a_list_is_for_its_own_people(client, filing, name):
    url = reverse(f"sites:{name}", args=[filing.pk])
    for role in Role.CITY_WIDE:
        client.force_login(factories.user(role))
        assert client.get(url).status_code == 403
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.get(url).status_code == 404


def test_site_add_puts_a_row_on_the_list(client, filing, by):
    unit = factories.unit(filing.organisation)
    client.force_login(by)
    assert unit.name in client.get(add(filing)).content.decode()
    response = client.post(add(filing), fields(unit))
    site = Site.objects.get()
    assert response.url == f"{filing.get_absolute_url()}#site-{site.pk}"
    assert (site.filing, site.organisation, site.window_name) == (filing, unit, "示例大厅（1楼）")
    assert (site.kind, site.level, site.stage) == (Kind.SERVICE, "district", Stage.DRAFT)
    assert [(one.name, one.phone) for one in site.liaisons.all()] == [("示例甲", making.PHONE)]


def test_site_add_offers_only_units_that_may_stand_on_the_list(client, filing, by):
    stranger = factories.unit(factories.district("乌达"))
    client.force_login(by)
    assert stranger.name not in client.get(add(filing)).content.decode()
    response = client.post(add(filing), fields(stranger))
    assert response.status_code == 422
    assert "organisation" in response.context["form"].errors
    assert not Site.objects.exists()


def test_site_add_keeps_what_was_typed_when_something_is_wrong(client, filing, by):
    client.force_login(by)
    response = client.post(
        add(filing), fields(factories.unit(filing.organisation), liaison_phone="", window_name="示例甲厅")
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["liaison_phone"]
    assert 'value="示例甲厅"' in html
    assert 'href="#id_liaison_phone"' in html
    assert not Site.objects.exists()


def test_site_add_takes_no_longer_reason_than_a_workbook_does(client, filing, by):
    client.force_login(by)
    reason = "长" * 2001
    response = client.post(add(filing), fields(factories.unit(filing.organisation), reason=reason))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    assert reason in response.content.decode()


def test_site_add_refuses_the_same_window_in_another_width(client, filing, by):
    unit = factories.unit(filing.organisation)
    client.force_login(by)
    client.post(add(filing), fields(unit))
    response = client.post(add(filing), fields(unit, window_name="示例大厅（1楼）"))
    assert response.status_code == 422
    assert Site.objects.count() == 1


def test_site_add_starts_with_the_unit_that_was_just_added(client, filing, by):
    unit, stranger = factories.unit(filing.organisation), factories.unit(factories.district("乌达"))
    client.force_login(by)
    chosen = '<option value="{}" selected>'
    assert chosen.format(unit.pk) in client.get(add(filing), {"unit": unit.pk}).content.decode()
    for other in (stranger.pk, "x", ""):
        html = client.get(add(filing), {"unit": other}).content.decode()
        assert chosen.format("") in html
        assert stranger.name not in html


def test_site_form_leads_a_district_to_adding_a_unit(client, filing, by):
    site = making.add_site(filing, by)
    url = reverse("sites:unit_add", args=[filing.pk])
    client.force_login(by)
    assert f'href="{url}"' in client.get(add(filing)).content.decode()
    assert f'href="{url}?site={site.pk}"' in client.get(edit(site)).content.decode()


def test_site_form_does_not_lead_a_designated_unit_to_adding_one(client):
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    client.force_login(by)
    assert reverse("sites:unit_add", args=[filing.pk]) not in client.get(add(filing)).content.decode()


def test_site_add_starts_with_the_designated_unit_itself(client):
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    client.force_login(by)
    assert client.get(add(filing)).context["form"].initial["organisation"] == making.designated().pk


def test_site_edit_changes_the_row_and_its_liaison(client, filing, by):
    site = making.add_site(filing, by)
    client.force_login(by)
    page = client.get(edit(site))
    assert 'value="示例联络员"' in page.content.decode()
    response = client.post(
        edit(site), fields(site.organisation, liaison_name="示例乙", window_name="示例新厅")
    )
    assert response.status_code == 302
    site.refresh_from_db()
    assert site.window_name == "示例新厅"
    assert [one.name for one in site.liaisons.all()] == ["示例乙"]


def test_site_edit_of_a_site_on_another_list_is_not_found(client, filing, by):
    other = making.clerk(factories.district("乌达"))
    stranger = making.add_site(making.own_list(other), other)
    client.force_login(by)
    assert client.get(edit(stranger)).status_code == 404
    assert client.get(reverse("sites:site_edit", args=[filing.pk, stranger.pk])).status_code == 404


@pytest.mark.parametrize("name", ["site_add", "site_edit", "site_remove"])
def test_changing_a_filed_list_leads_back_and_says_why(client, name):
    filing, by = making.filed_list()
    site = filing.sites.first()
    client.force_login(by)
    url = add(filing) if name == "site_add" else edit(site, name)
    ask = client.post if name == "site_remove" else client.get
    response = ask(url, follow=True)
    assert response.redirect_chain == [(filing.get_absolute_url(), 302)]
    assert len(list(response.context["messages"])) == 1
    assert filing.sites.count() == 4


@pytest.mark.parametrize("name", ["site_add", "site_edit"])
def test_what_was_typed_while_the_list_was_filed_comes_back_with_the_reason(client, name):
    filing, by = making.filed_list()
    site = filing.sites.first()
    client.force_login(by)
    url = add(filing) if name == "site_add" else edit(site)
    response = client.post(url, fields(site.organisation, window_name="示例改", reason="新写的（示例）"))
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="示例改"' in html
    assert "新写的（示例）" in html
    assert len(response.context["form"].non_field_errors()) == 1
    site.refresh_from_db()
    assert site.window_name != "示例改"
    assert filing.sites.count() == 4


def test_site_edit_works_again_once_the_list_is_sent_back(client):
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="补正（示例）", by=factories.user(Role.OFFICE))
    site = filing.sites.first()
    client.force_login(by)
    assert (
        reverse("sites:site_remove", args=[filing.pk, site.pk]) not in client.get(edit(site)).content.decode()
    )
    changed = fields(site.organisation, window_name="示例改", replacement_reason="窗口更名（示例）")
    assert client.post(edit(site), changed).status_code == 302
    site.refresh_from_db()
    assert (site.window_name, site.stage) == ("示例改", Stage.RETURNED)


def test_site_remove_does_not_answer_get(client, filing, by):
    site = making.add_site(filing, by)
    client.force_login(by)
    assert client.get(edit(site, "site_remove")).status_code == 405


def test_site_remove_takes_the_row_off(client, filing, by):
    site = making.add_site(filing, by)
    client.force_login(by)
    assert edit(site, "site_remove") in client.get(edit(site)).content.decode()
    assert client.post(edit(site, "site_remove")).url == filing.get_absolute_url()
    assert not Site.objects.exists()


def test_site_remove_refused_to_readers_and_strangers(client, filing, by):
    site = making.add_site(filing, by)
    client.force_login(factories.user(Role.OFFICE))
    assert client.post(edit(site, "site_remove")).status_code == 403
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.post(edit(site, "site_remove")).status_code == 404
    assert Site.objects.exists()


def test_site_remove_of_a_row_filed_before_is_refused(client):
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="补正（示例）", by=factories.user(Role.OFFICE))
    client.force_login(by)
    response = client.post(edit(filing.sites.first(), "site_remove"), follow=True)
    assert len(list(response.context["messages"])) == 1
    assert filing.sites.count() == 4


# -- taken off after it was filed ------------------------------------------------------


@pytest.fixture
def returned():
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="补正（示例）", by=factories.user(Role.OFFICE))
    return filing.sites.first(), by


def test_site_withdraw_ladder(client, returned):
    site, _by = returned
    url = edit(site, "site_withdraw")
    assert client.get(url).status_code == 302
    client.force_login(factories.user(Role.OFFICE))
    assert client.post(url, {"reason": "示例"}).status_code == 403
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.post(url, {"reason": "示例"}).status_code == 404
    site.refresh_from_db()
    assert site.stage == Stage.RETURNED


def test_site_withdraw_takes_the_row_off_with_the_reason(client, returned):
    site, by = returned
    client.force_login(by)
    url = edit(site, "site_withdraw")
    assert url in client.get(edit(site)).content.decode()
    assert url in client.get(site.filing.get_absolute_url()).content.decode()
    assert site.window_name in client.get(url).content.decode()
    assert client.post(url, {"reason": "窗口已撤销（示例）"}).url == site.filing.get_absolute_url()
    site.refresh_from_db()
    assert site.stage == Stage.WITHDRAWN
    html = client.get(site.filing.get_absolute_url()).content.decode()
    assert "窗口已撤销（示例）" in html
    assert edit(site) not in html
    assert client.get(site.get_absolute_url()).status_code == 200


def test_site_withdraw_without_a_reason_is_refused_at_the_field(client, returned):
    site, by = returned
    client.force_login(by)
    response = client.post(edit(site, "site_withdraw"), {"reason": " "})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    site.refresh_from_db()
    assert site.stage == Stage.RETURNED


def test_site_withdraw_twice_or_of_a_fresh_row_says_why_not(client, returned):
    site, by = returned
    fresh = making.add_site(site.filing, by)
    client.force_login(by)
    client.post(edit(site, "site_withdraw"), {"reason": "示例"})
    for one in (site, fresh):
        response = client.post(edit(one, "site_withdraw"), {"reason": "示例"})
        assert response.status_code == 422
        assert len(response.context["form"].non_field_errors()) == 1
    fresh.refresh_from_db()
    assert fresh.stage == Stage.DRAFT


def test_site_withdraw_on_a_filed_list_leads_back_and_keeps_what_was_typed(client):
    filing, by = making.filed_list()
    client.force_login(by)
    url = edit(filing.sites.first(), "site_withdraw")
    assert client.get(url).url == filing.get_absolute_url()
    response = client.post(url, {"reason": "窗口已撤销（示例）"})
    assert response.status_code == 422
    assert "窗口已撤销（示例）" in response.content.decode()


def test_site_edit_of_a_row_taken_off_or_determined_is_refused(client, returned):
    site, by = returned
    client.force_login(by)
    for stage in (Stage.WITHDRAWN, Stage.DETERMINED):
        Site.objects.filter(pk=site.pk).update(stage=stage)
        response = client.post(
            edit(site), fields(site.organisation, window_name=site.window_name, address="示例")
        )
        assert response.status_code == 422
        assert len(response.context["form"].non_field_errors()) == 1
        site.refresh_from_db()
        assert (site.address, site.stage) == ("", stage)


# -- a window is asked of the city's designated units alone -----------------------------------------


def test_district_names_a_unit_and_need_not_name_a_window(client, filing, by):
    unit = factories.unit(filing.organisation)
    client.force_login(by)
    html = client.get(add(filing)).content.decode()
    assert "Name of the site" in html
    assert "Left empty, the unit itself is the site" in html
    client.post(add(filing), fields(unit, window_name=""))
    assert Site.objects.get().window_name == unit.name
    assert (
        client.post(add(filing), fields(unit, window_name="")).status_code == 422
    )  # it stands there already


def test_designated_unit_must_name_its_window(client):
    by = factories.user(Role.LIAISON, making.designated())
    own = making.own_list(by)
    client.force_login(by)
    response = client.post(add(own), fields(own.organisation, window_name=""))
    assert response.status_code == 422
    assert "window_name" in response.context["form"].errors
    assert not Site.objects.exists()
