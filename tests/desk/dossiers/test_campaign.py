"""A whole campaign in one archive: for who sees the city, each site a dossier of its own, made once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from assessments.services.recusals import recuse
from desk.dossiers import services
from desk.dossiers.catalogue import NOTE
from desk.models import ArchiveCodes, Dossier
from sites.enums import Level, Stage
from tests import factories
from tests.assessments import builders
from tests.desk.dossiers.making import (
    INDEX,
    archives,
    filed_in,
    run,
    told_in,
    unpacked,
    verified,
)
from tests.files import pdf
from tests.publicity.scene import sign_in

CAMPAIGN = reverse("desk:dossier_add_campaign")
CODES = reverse("desk:archive_codes")

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites():
    """Two of a district, one of the city; and one that was taken off its list."""
    district = factories.district()
    found = [factories.site(Stage.BUILDING, level=Level.DISTRICT, of=district) for _ in range(2)]
    factories.site(Stage.WITHDRAWN, level=Level.DISTRICT, of=district)
    found.append(builders.building())
    for number, site in enumerate(found):
        builders.filed(site, builders.upload("示例.pdf", pdf(str(number).encode())))
    return found


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


def asked(by):
    return services.ask_for_campaign(programme=factories.programme(), by=by)


def test_it_is_for_who_sees_the_city(sites):
    for role in (Role.OFFICE, Role.LEADING_GROUP):
        assert asked(factories.user(role)).is_of_campaign
    clerk = factories.user(Role.DISTRICT, factories.district_office(sites[0].filing.organisation))
    unit = factories.liaison_of(sites[0])
    for stranger in (clerk, unit, factories.user(Role.INSPECTOR), factories.user(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            asked(stranger)


def test_holds_a_dossier_of_each_site_and_the_sums_of_all(sites, office, tmp_path):
    top = unpacked(run(asked(office)), tmp_path)
    folders = sorted(path for path in top.iterdir() if path.is_dir())
    assert {folder.name.partition(" ")[2] for folder in folders} == {site.window_name for site in sites}
    verified(top)
    for folder in folders:
        verified(folder)
        assert "示例材料：示例" in told_in(folder, INDEX)
        assert f"件数{len(filed_in(folder))}件" in told_in(folder, NOTE)
    note = told_in(top, NOTE)
    assert "示范点3个" in note
    assert f"件数{sum(len(filed_in(folder)) for folder in folders)}件" in note
    assert "另有" not in note.partition("说明")[2].partition("2.")[0]
    sites_told = told_in(top, "00 总目录.pdf")
    assert all(site.window_name in sites_told for site in sites)


def test_numbers_run_through_all_its_sites(sites, office, tmp_path):
    ArchiveCodes(fonds="0103").save()
    top = unpacked(run(asked(office)), tmp_path)
    year = timezone.localdate().year
    found = [
        number
        for folder in sorted(path for path in top.iterdir() if path.is_dir())
        for number in range(1, 4)
        if f"0103-WS·{year}-D10-{number:04d}" in told_in(folder, INDEX)
    ]
    assert found == [1, 2, 3]


def test_leaves_out_what_the_asker_stood_aside_from_and_says_how_many(sites, office, tmp_path):
    factories.user(Role.OFFICE)
    recuse(user=office, site=sites[0], reason="示例")
    top = unpacked(run(asked(office)), tmp_path)
    assert not list(top.glob(f"*{sites[0].window_name}"))
    assert "另有1个示范点，整理人须回避或无权查阅" in told_in(top, NOTE)


def test_who_does_not_see_the_city_any_more_is_not_given_it(sites, office, client):
    waiting, ready = asked(office), run(asked(office))
    assert waiting == ready
    client.force_login(office)
    download = reverse("desk:dossier_download", args=[ready.pk])
    assert client.get(download).status_code == 200
    again = asked(office)
    office.role, office.organisation = (
        Role.DISTRICT,
        factories.district_office(sites[0].filing.organisation),
    )
    office.save()
    client.force_login(office)
    assert client.get(download).status_code == 404
    assert (run(again).state, len(archives())) == ("failed", 1)


def test_asked_twice_is_one_and_a_district_beside_it_another(sites, office):
    first = asked(office)
    assert asked(office) == first
    of_district = services.ask_for_district(
        district=sites[0].filing.organisation, programme=factories.programme(), by=office
    )
    assert of_district != first
    assert asked(office) == first


# -- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_the_city_asks_on_its_page(client, role):
    sign_in(client, role)
    assert CAMPAIGN in client.get(reverse("desk:dossiers")).content.decode()
    answer = client.post(CAMPAIGN)
    dossier = Dossier.objects.get()
    assert answer.url == dossier.get_absolute_url()
    assert str(factories.programme()) in client.get(answer.url).content.decode()
    Dossier.objects.update(state="failed", error="示例")
    assert f"{CAMPAIGN}?programme={dossier.programme_id}" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON])
def test_the_others_are_neither_offered_it_nor_given_it(client, role):
    factories.programme()
    sign_in(client, role)
    assert CAMPAIGN not in client.get(reverse("desk:dossiers")).content.decode()
    assert client.post(CAMPAIGN).status_code == 403
    assert not Dossier.objects.exists()


def test_office_sets_the_codes(client):
    sign_in(client, Role.OFFICE)
    assert CODES in client.get(reverse("desk:dossiers")).content.decode()
    sent = {"fonds": "0103", "category": "WS", "department": "BGS"}
    assert client.post(CODES, sent).status_code == 302
    assert client.post(CODES, sent | {"department": "XXK"}).status_code == 302
    assert str(ArchiveCodes.objects.get()) == "0103-WS-XXK"
    assert client.post(CODES, sent | {"fonds": "0103/乌"}).status_code == 422
    assert str(ArchiveCodes.objects.get()) == "0103-WS-XXK"


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON])
def test_nobody_else_sets_them(client, role):
    sign_in(client, role)
    assert CODES not in client.get(reverse("desk:dossiers")).content.decode()
    assert client.get(CODES).status_code == client.post(CODES, {"category": "WS"}).status_code == 403
