"""Search at the desk: by name, number or code, for each role what it may see and no more, counts included."""

import re

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.enums import RoundKind
from assessments.services import recusals
from core.search import COUNTED, MOST_CHARACTERS, Query
from desk.search import SHORTEST, kinds
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Level, Stage
from sites.models import Site
from standards.models import Item
from tests import factories
from tests.assessments import builders
from tests.publicity import scene

pytestmark = pytest.mark.django_db
URL = reverse("desk:search")


def found(client, user, q: str, **more) -> dict[str, list[str]]:
    """The titles found, by kind."""
    client.force_login(user)
    page = client.get(URL, {"q": q, **more})
    return {group.source.key: [hit.title for hit in group.hits] for group in page.context.get("groups", [])}


def totals(client, user, q: str) -> dict[str, int]:
    client.force_login(user)
    return {group.source.key: group.total for group in client.get(URL, {"q": q}).context["groups"]}


def paper(*sites: Site, number: int = 3, kind: str = DocumentKind.RECTIFICATION_REPORT, **more) -> Document:
    made = Document.objects.create(
        programme=factories.programme(),
        kind=kind,
        series="乌政公办",
        year=2008,
        number=number,
        title="示例报告",
        context={},
        issued_on="2008-04-22",
        created_by=builders.office(),
        **more,
    )
    made.sites.set(sites)
    return made


# -- each kind, and where a hit leads ----------------------------------------------


def test_every_kind_is_found_and_opens_at_its_spot(client, on):
    on("2008-05-20")
    site = builders.building(window="金沙坪大厅")
    builders.inspected(site, weak=1)
    notice = scene.publish(title="金沙坪公示")
    (named,) = scene.named(factories.site(Stage.ACCEPTED, window="金沙坪窗口"))
    made = paper(site, number=9)
    Document.objects.filter(pk=made.pk).update(title="金沙坪报告")
    team = builders.team()
    type(team).objects.filter(pk=team.pk).update(name="金沙坪组")
    type(team.round).objects.filter(pk=team.round_id).update(title="金沙坪督查")
    Organisation.objects.filter(pk=site.organisation_id).update(name="金沙坪单位")
    person = factories.user(Role.LIAISON, site.organisation, name="金沙坪某")
    finding = builders.findings(site)[0]
    type(finding).objects.filter(pk=finding.pk).update(reason="金沙坪公开栏空白")
    office = builders.office()
    client.force_login(office)
    hits = {
        group.source.key: [hit.url for hit in group.hits]
        for group in client.get(URL, {"q": "金沙坪"}).context["groups"]
    }
    assert made.get_absolute_url() in hits.pop("documents")  # beside those of the inspection
    assert hits == {
        "sites": [site.get_absolute_url(), named.site.get_absolute_url()],
        "namings": [reverse("publicity_desk:naming", args=[named.pk])],
        "findings": [reverse("assessments:rectification", args=[site.pk]) + f"#finding-{finding.pk}"],
        "notices": [reverse("publicity_desk:notice", args=[notice.pk])],
        "rounds": [reverse("assessments:round", args=[team.round_id])],
        "teams": [reverse("assessments:round", args=[team.round_id])],
        "organisations": [reverse("people:organisation", args=[site.organisation_id])],
        "people": [reverse("people:person", args=[person.pk])],
    }
    for urls in hits.values():
        for url in urls:
            assert client.get(url.partition("#")[0]).status_code == 200


def test_item_is_found_by_its_code_and_a_naming_by_its_plaque(client, on):
    on("2008-06-04")
    (named,) = scene.named(*scene.accepted(1))
    office = builders.office()
    item = Item.objects.filter(section__standard__kind="government_affairs").first()
    client.force_login(office)
    (group,) = client.get(URL, {"q": item.code.lower(), "kind": "items"}).context["groups"]
    assert group.hits[0].title == f"{item.code} {item.text}"
    assert group.hits[0].url.endswith(f"#{item.code}")
    assert found(client, office, named.plaque_number)["namings"] == [f"{named.plaque_number} {named.site}"]


def test_organisation_leads_whoever_keeps_no_register_to_its_sites(client):
    site = factories.site(Stage.BUILDING, organisation=factories.unit())
    leader = builders.leader()
    client.force_login(leader)
    (group,) = [
        each
        for each in client.get(URL, {"q": site.organisation.code}).context["groups"]
        if each.source.key == "organisations"
    ]
    answer = client.get(group.hits[0].url)
    assert [str(one) for one in answer.context["sites"]] == [str(site)]


# -- numbers and codes -------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "乌政公办〔2008〕3号",
        "乌政公办[2008]3号",
        "乌政公办(2008)3号",
        "乌政公办（2008）3号",
        "乌政公办【2008】3号",
        "乌政公办［２００８］３号",
        "乌政公办〔2008〕3",
        "乌政公办 2008 3号",
        "乌政公办20083号",
        "乌政公办　〔2008〕　第03号",
        "〔2008〕3号",
        "政公办〔2008〕3号",
    ],
)
def test_number_of_a_paper_is_read_however_it_is_written(client, typed):
    paper(number=3)
    paper(number=13)
    paper(number=33)
    assert found(client, builders.office(), typed, kind="documents") == {
        "documents": ["示例报告 乌政公办〔2008〕3号"]
    }


@pytest.mark.parametrize(
    "typed", ["乌政公办〔2007〕3号", "乌政公督〔2008〕3号", "乌政公办〔2008〕4号", "20083"]
)
def test_another_number_finds_nothing(client, typed):
    paper(number=3)
    assert "documents" not in found(client, builders.office(), typed)


def test_verification_code_is_read_as_people_copy_it(client):
    made = paper(verification_code="ABCD2345EFGH")
    for typed in ("ABCD2345EFGH", "abcd2345efgh", "abcd-2345-efgh", "ＡＢＣＤ２３４５ＥＦＧＨ"):
        assert found(client, builders.office(), typed)["documents"] == [f"示例报告 {made.full_number}"]
    assert "documents" not in found(client, builders.office(), "ABCD2345")


# -- what is typed -----------------------------------------------------------------


@pytest.mark.parametrize("typed", ["%", "_", "*", "%%", "__", "\\", "'\"", "'; --", "示%例", "示_大"])
def test_wildcards_and_quotes_are_characters_like_others(client, typed):
    factories.site(Stage.BUILDING, window="示例大厅")
    assert found(client, builders.office(), typed) == {}


def test_full_width_letters_digits_and_spaces_are_plain_ones(client):
    site = factories.site(Stage.BUILDING, window="示例A1大厅（二）")
    for typed in ("Ａ１大厅", "示例　大厅", "大厅（二）", "a1大厅"):
        assert found(client, builders.office(), typed, kind="sites") == {
            "sites": [f"{site}（{site.organisation}）"]
        }


@pytest.mark.parametrize("typed", ["", "   ", "　", "局", "x"])
def test_too_little_is_said_at_the_field(client, english, typed):
    client.force_login(builders.office())
    page = client.get(URL, {"q": typed})
    assert page.status_code == 422
    assert "two characters" in page.context["form"].errors["q"][0] or "At least" in page.content.decode()


def test_one_character_is_found_as_a_whole_code_and_never_as_a_part(client):
    unit = factories.unit()
    Organisation.objects.filter(pk=unit.pk).update(code="7")
    assert found(client, builders.office(), "7") == {"organisations": [unit.name]}


def test_very_long_text_is_cut_and_the_page_says_so(client, english):
    site = factories.site(Stage.BUILDING, window="字" * MOST_CHARACTERS)
    client.force_login(builders.office())
    page = client.get(URL, {"q": "字" * 500})
    assert page.status_code == 200
    assert [hit.url for hit in page.context["groups"][0].hits] == [site.get_absolute_url()]
    assert "That was too long: only" in page.content.decode()
    assert "too long" not in client.get(URL, {"q": "示例"}).content.decode()
    assert Query.of("一 二 三 四 五 六", shortest=SHORTEST).was_cut


def test_markup_in_what_is_typed_stays_text(client):
    client.force_login(builders.office())
    html = client.get(URL, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html


# -- rights ------------------------------------------------------------------------


def test_another_districts_site_is_neither_found_nor_counted(client):
    own = factories.site(Stage.BUILDING, level=Level.DISTRICT, window="示例大厅甲")
    other = factories.site(
        Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达"), window="示例大厅乙"
    )
    paper(own, number=1)
    paper(other, number=2)
    district = factories.user(Role.DISTRICT, factories.district_office(own.filing.organisation))
    assert totals(client, district, "示例大厅") == {"sites": 1}
    assert totals(client, district, "示例报告") == {"documents": 1}
    assert "organisations" not in found(client, district, other.organisation.name)
    assert totals(client, builders.office(), "示例大厅") == {"sites": 2}


def test_unit_finds_what_is_its_own(client):
    own, other = (
        factories.site(Stage.BUILDING, window="示例大厅甲"),
        factories.site(Stage.BUILDING, window="示例大厅乙"),
    )
    unit = factories.liaison_of(own)
    assert found(client, unit, "示例大厅") == {"sites": [f"{own}（{own.organisation}）"]}
    assert "organisations" not in found(client, unit, other.organisation.name)


def test_people_are_for_whoever_keeps_the_registers(client):
    here = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    there = factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达"))
    own, other = (factories.user(Role.LIAISON, site.organisation, name="金沙坪某") for site in (here, there))
    district = factories.user(Role.DISTRICT, factories.district_office(here.filing.organisation))
    assert found(client, builders.office(), "金沙坪某") == {
        "people": [f"金沙坪某（{own.username}）", f"金沙坪某（{other.username}）"]
    }
    assert found(client, district, "金沙坪某") == {"people": [f"金沙坪某（{own.username}）"]}
    for user in (builders.leader(), own):
        assert found(client, user, "金沙坪某") == {}
        assert "people" not in {kind.key for kind in kinds(user)}


def test_person_without_an_organisation_is_found_too(client):
    """As the first administrator is."""
    User.objects.create_user("shiligly", name="金沙坪某")
    assert found(client, builders.office(), "shiligly") == {"people": ["金沙坪某（shiligly）"]}


def test_inspector_finds_the_sites_and_teams_that_are_theirs(client):
    site = builders.building(window="示例大厅甲")
    builders.self_assessed(site)
    factories.site(Stage.SELF_ASSESSED, window="示例大厅乙")
    team = builders.team()
    other = builders.team()
    builders.assigned(site, team)
    inspector = builders.members(team)[1]
    assert totals(client, inspector, "示例大厅") == {"sites": 1}
    assert found(client, inspector, "示例组")["teams"] == [f"{team} · {team.round}"]
    assert len(found(client, builders.office(), "示例组")["teams"]) == 2
    assert other.name not in str(found(client, inspector, "示例组"))
    assert found(client, inspector, f"示例{RoundKind.ACCEPTANCE}") == {}


def test_recusal_takes_a_site_and_all_about_it_out_of_every_kind(client, on):
    on("2008-06-04")
    site = builders.building(window="金沙坪大厅")
    builders.inspected(site, weak=1)
    (named,) = scene.named(factories.site(Stage.ACCEPTED, window="金沙坪窗口"))
    paper(site, number=9)
    for user in (builders.office(), builders.leader()):
        before = totals(client, user, "金沙坪")
        assert before["sites"] == 2
        assert before["namings"] == 1
        assert totals(client, user, "示例原因")["findings"] == 1
        for one in (site, named.site):
            recusals.recuse(user=user, site=one, reason="示例亲属")
        after = found(client, user, "金沙坪")
        assert not {"sites", "namings", "findings"} & set(after)
        assert all("金沙坪大厅" not in title for title in after.get("documents", []))
        assert found(client, user, "示例原因") == {}
        assert found(client, user, "乌政公办〔2008〕9号") == {}


def test_internal_paper_is_not_found_by_the_unit(client):
    site = factories.site(Stage.BUILDING)
    paper(site, number=5, kind=DocumentKind.SCORE_SHEET)
    assert found(client, factories.liaison_of(site), "示例报告") == {}
    assert len(found(client, builders.office(), "示例报告")["documents"]) == 1


def test_who_reads_the_trail_alone_and_who_is_nobody_search_nothing(client):
    assert client.get(URL, {"q": "示例"}).status_code == 302
    client.force_login(factories.user(Role.AUDITOR))
    assert client.get(URL, {"q": "示例"}).status_code == 403
    assert URL not in client.get(reverse("desk:home"), follow=True).content.decode()


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.SECURITY])
def test_administrator_finds_people_and_organisations_alone(role):
    assert [kind.key for kind in kinds(factories.user(role))] == ["organisations", "people"]


# -- the page ----------------------------------------------------------------------


def test_box_stands_on_every_page_of_the_desk_and_needs_no_script(client):
    client.force_login(builders.office())
    html = client.get(reverse("desk:sites")).content.decode()
    assert f'action="{URL}" method="get" role="search"' in html
    assert '<label class="visually-hidden" for="desk-q">' in html


def test_what_can_be_typed_fits_into_an_address(client):
    client.force_login(builders.office())
    html = client.get(reverse("desk:sites")).content.decode() + client.get(URL).content.decode()
    longest = [int(most) for most in re.findall(r'type="search" name="q"[^>]*maxlength="(\d+)"', html)]
    assert len(longest) == 2
    # The web server takes no line of a request that is longer.
    assert all(len("%E5%AD%97") * most < 4000 for most in longest)


def test_one_kind_page_by_page(client):
    for _number in range(25):
        factories.site(Stage.BUILDING, window=f"示例大厅{_number}")
    office = builders.office()
    client.force_login(office)
    of_all = client.get(URL, {"q": "示例大厅"})
    (group,) = of_all.context["groups"]
    assert (len(group.hits), group.total, group.has_more) == (5, 25, True)
    assert "kind=sites" in of_all.content.decode()
    asked = {"q": "示例大厅", "kind": "sites"}
    assert len(found(client, office, **asked)["sites"]) == 20
    assert len(found(client, office, **asked, page="2")["sites"]) == 5
    assert client.get(URL, {"q": "示例大厅", "kind": "objections"}).status_code == 422


def test_kind_without_hits_stays_the_one_that_was_asked_for(client):
    factories.site(Stage.BUILDING, window="示例大厅")
    client.force_login(builders.office())
    page = client.get(URL, {"q": "示例大厅", "kind": "notices"})
    assert (page.status_code, page.context["groups"]) == (200, [])
    assert "empty" in page.content.decode()


def test_nothing_of_it_goes_into_the_trail(client):
    client.force_login(builders.office())
    before = LogEntry.objects.count()
    client.get(URL, {"q": "金沙坪某"})
    assert LogEntry.objects.count() == before


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_search_costs_the_same_at_3_and_30_of_a_kind(client, role):
    client.force_login(factories.user(role))

    def queries() -> int:
        client.get(URL, {"q": "示例"})  # what every page shows is kept by now
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL, {"q": "示例"}).status_code == 200
        return len(captured)

    for number in range(3):
        paper(factories.site(Stage.BUILDING), number=100 + number)
    few = queries()
    for number in range(3, 30):
        paper(factories.site(Stage.BUILDING), number=100 + number)
    assert queries() == few <= 12


# -- more than are counted -----------------------------------------------------------


def windows(numbers: range) -> list[Site]:
    one = factories.site()
    return Site.objects.bulk_create(
        Site(
            programme=one.programme,
            filing=one.filing,
            level=one.level,
            kind=one.kind,
            organisation=one.organisation,
            window_name=f"同名窗口{n:04}",
        )
        for n in numbers
    )


def test_of_very_many_it_is_said_that_there_are_more(client):
    user = factories.user(Role.OFFICE)
    told = f"{COUNTED} 以上"
    windows(range(COUNTED))
    assert totals(client, user, "同名窗口") == {"sites": COUNTED}
    assert told not in client.get(URL, {"q": "同名窗口"}).content.decode()
    (one,) = windows(range(COUNTED, COUNTED + 1))
    assert totals(client, user, "同名窗口") == {"sites": COUNTED}
    assert told in client.get(URL, {"q": "同名窗口"}).content.decode()
    assert found(client, user, "同名窗口")["sites"][0].startswith("同名窗口0000")
    recusals.recuse(user=user, site=one, reason="示例亲属")
    assert told not in client.get(URL, {"q": "同名窗口"}).content.decode()
