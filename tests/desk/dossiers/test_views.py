"""The pages of dossiers: mine alone, for who may still see all that is in them."""

from urllib.parse import quote

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from assessments.services.recusals import recuse
from desk.dossiers import services
from desk.models import Dossier
from sites.enums import Level, Stage
from tests import factories
from tests.desk.dossiers.making import archives, asked, made
from tests.publicity.scene import sign_in

pytestmark = pytest.mark.django_db

LIST = reverse("desk:dossiers")
DISTRICT = reverse("desk:dossier_add_district")


@pytest.fixture
def office(client):
    return sign_in(client, Role.OFFICE)


@pytest.fixture
def site():
    return factories.site(Stage.DETERMINED)


def ask(client, site):
    return client.post(reverse("desk:dossier_add_site", args=[site.pk]))


def of(dossier, name=""):
    return reverse(f"desk:dossier{name}", args=[dossier.pk])


def test_strangers_sign_in_first(client, site):
    for answer in (client.get(LIST), ask(client, site), client.post(DISTRICT), client.get(of(asked(site)))):
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR])
def test_inspectors_and_auditors_are_refused(client, role):
    sign_in(client, role)
    assert client.get(LIST).status_code == 403
    assert client.post(DISTRICT, {"district": factories.district().pk}).status_code == 404
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON])
def test_rail_leads_those_to_their_dossiers_who_have_them(client, role):
    sign_in(client, role)
    assert f'href="{LIST}"' in client.get(reverse("desk:home")).content.decode()
    assert client.get(LIST).status_code == 200


def test_asking_leads_to_its_page_and_asking_again_to_the_same(client, office, site):
    first, second = ask(client, site), ask(client, site)
    assert first.url == second.url == Dossier.objects.get().get_absolute_url()
    assert client.get(reverse("desk:dossier_add_site", args=[site.pk])).status_code == 405


def test_other_districts_site_is_not_found(client):
    site = factories.site(Stage.DETERMINED, level=Level.DISTRICT, of=factories.district("乌达"))
    sign_in(client, Role.DISTRICT, factories.district_office(factories.district("海南")))
    assert ask(client, site).status_code == 404
    assert client.post(DISTRICT, {"district": factories.district("乌达").pk}).status_code == 404
    assert not Dossier.objects.exists()


def test_district_has_its_own_list_made(client):
    own = factories.district("海南")
    sign_in(client, Role.DISTRICT, factories.district_office(own))
    assert client.post(DISTRICT, {"district": own.pk}).url == Dossier.objects.get().get_absolute_url()


def test_page_asks_for_its_progress_and_works_without_a_script(client, office, site):
    dossier = asked(site, office)
    page = client.get(of(dossier)).content.decode()
    assert f'hx-get="{of(dossier, "_progress")}"' in page
    assert "队列" in page  # it has not been sent: no broker here
    Dossier.objects.update(sent_at="2008-05-20T10:00+08:00", state="making", done=3, total=12)
    bar = client.get(of(dossier, "_progress"), headers={"HX-Request": "true"}).content.decode()
    assert 'value="3" max="12"' in bar
    assert f'href="{of(dossier)}"' in bar
    assert client.get(of(dossier, "_progress")).url == of(dossier)


def test_progress_asks_for_the_whole_page_once_it_is_made(client, office, site):
    answer = client.get(of(made(site, office), "_progress"), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_download_is_the_archive_under_a_chinese_name_and_leaves_an_entry(client, office, site):
    dossier = made(site, office)
    assert dossier.sha256 in client.get(of(dossier)).content.decode()
    answer = client.get(of(dossier, "_download"))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert quote(f"一点一档 {site} {dossier.on}.zip") in answer["Content-Disposition"]
    entry = LogEntry.objects.get_for_object(dossier).get(action=LogEntry.Action.ACCESS)
    assert entry.actor == office
    assert client.get(f"/media/{dossier.file.name}").status_code == 404


def test_archive_that_the_store_lost_is_not_handed_out_and_leaves_no_entry(client, office, site):
    dossier = made(site, office)
    dossier.file.storage.delete(dossier.file.name)
    assert client.get(of(dossier, "_download")).status_code == 503
    looked = LogEntry.objects.get_for_object(dossier).filter(action=LogEntry.Action.ACCESS)
    assert not looked.exists()


def test_dossier_of_somebody_else_is_not_found(client, office, site):
    dossier = made(site)
    for name in ("", "_progress", "_download"):
        assert client.get(of(dossier, name)).status_code == 404
    assert client.post(of(dossier, "_delete")).status_code == 404
    assert str(site) not in client.get(LIST).content.decode()


def test_who_stood_aside_since_does_not_find_it(client, office, site):
    dossier = made(site, office)
    factories.user(Role.OFFICE)
    recuse(user=office, site=site, reason="示例")
    for name in ("", "_progress", "_download"):
        assert client.get(of(dossier, name)).status_code == 404
    assert str(site) not in client.get(LIST).content.decode()


def test_district_with_a_site_stood_aside_from_since_is_not_handed_out(client):
    district = factories.district()
    officer = sign_in(client, Role.DISTRICT, factories.district_office(district))
    site = factories.site(Stage.DETERMINED, level=Level.DISTRICT, of=district)
    client.post(DISTRICT, {"district": district.pk})
    dossier = Dossier.objects.get()
    services.make(dossier.pk)
    assert client.get(of(dossier, "_download")).status_code == 200
    recuse(user=officer, site=site, reason="示例")
    assert client.get(of(dossier, "_download")).status_code == 404
    assert of(dossier, "_download") not in client.get(of(dossier)).content.decode()


def test_of_another_post_since_is_not_handed_out(client, office, site):
    dossier = made(site, office)
    office.role = Role.LEADING_GROUP
    office.save()
    client.force_login(office)  # another role ends each session
    assert client.get(of(dossier, "_download")).status_code == 404
    page = client.get(of(dossier)).content.decode()
    assert of(dossier, "_download") not in page
    assert reverse("desk:dossier_add_site", args=[site.pk]) in page


def test_who_is_tied_to_the_unit_since_is_not_handed_its_objections(client, office, site):
    dossier = made(site, office)
    office.ties.create(
        organisation=site.organisation, reason="示例", declared_on="2008-05-01", declared_by=office
    )
    assert client.get(of(dossier, "_download")).status_code == 404


def test_failed_one_says_why_and_can_be_asked_for_again(client, office, site):
    dossier = asked(site, office)
    Dossier.objects.update(state="failed", error="示例：磁盘空间不足")
    page = client.get(of(dossier)).content.decode()
    assert "示例：磁盘空间不足" in page
    assert reverse("desk:dossier_add_site", args=[site.pk]) in page
    assert ask(client, site).url != of(dossier)


def test_deleting_takes_the_file_and_keeps_the_line(client, office, site):
    dossier = made(site, office)
    assert client.post(of(dossier, "_delete")).url == LIST
    assert archives() == []
    assert "已删除" in client.get(LIST).content.decode()
    assert client.get(of(dossier, "_download")).status_code == 404
    assert client.post(of(dossier, "_delete")).status_code == 302


def test_list_costs_the_same_at_3_and_at_30(client, office):
    def queries():
        with CaptureQueriesContext(connection) as asked_for:
            assert client.get(LIST).status_code == 200
        return len(asked_for)

    for _ in range(3):
        asked(by=office)
    queries()
    few = queries()
    for _ in range(27):
        asked(by=office)
    queries()
    assert few == queries() <= 12
