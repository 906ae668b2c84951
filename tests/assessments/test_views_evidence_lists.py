"""The lists of evidence: a site's library, items without any, all sites, links, pictures used twice."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind
from assessments.marks import standard_items
from assessments.models import EvidenceLink, Sheet
from assessments.pages.evidence import beside_items
from assessments.pages.sheet import open_sheet
from assessments.services.evidence import add_evidence, point
from sites.enums import Level, Stage
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.test_queries import asked, same_at_3_and_30
from tests.files import pdf

pytestmark = pytest.mark.django_db

DEAD = "There is no page at this address."


@pytest.fixture
def site(on):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    return builders.building()


@pytest.fixture
def items(site):
    return standard_items(builders.self_sheet(site))


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


def text(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def titles(client, site, **query):
    response = client.get(url("evidence", site.pk), query)
    return [piece.evidence.title for piece in response.context["pieces"]]


# -- a site's library ---------------------------------------------------------


@pytest.fixture
def library(site, items):
    """Four pieces: on two items and without camera data, loose, with a dead link, replaced by a newer one."""
    picture = builders.filed(
        site, photos.upload(taken=""), title="照片", pointers={items[0]: "第1页", items[20]: ""}
    )
    builders.filed(site, builders.upload("制度.pdf", pdf(b"1")), title="制度")
    linked = builders.filed(site, title="网页", urls=["http://example.org/x"], pointers={items[1]: ""})
    linked.links.update(problem=DEAD, checked_at=timezone.now())
    old = builders.filed(site, builders.upload("旧.pdf", pdf(b"2")), title="旧件", pointers={items[2]: ""})
    builders.filed(site, builders.upload("新.pdf", pdf(b"3")), title="新件", replaces=old)
    return picture


def test_library_tells_all_of_each_piece(client, site, items, library):
    client.force_login(builders.liaison(site))
    page = text(client, url("evidence", site.pk))
    file = library.files.get()
    for told in (file.name, file.sha256[:12], items[0].code, "第1页", "http://example.org/x", DEAD, "旧.pdf"):
        assert told in page or told == DEAD
    assert titles(client, site) == ["新件", "网页", "制度", "照片"]
    assert url("evidence_thumbnail", file.pk) in page
    assert url("evidence_replace", library.pk) in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"show": "loose"}, ["制度"]),
        ({"show": "dead"}, ["网页"]),
        ({"show": "remarks"}, ["照片"]),
        ({"show": "on_site"}, []),
        ({"q": "ZW-1.1"}, ["照片"]),
        ({"q": "公开制度"}, ["照片"]),
        ({"q": "制度.PDF"}, ["制度"]),
        ({"q": "没有的"}, []),
        ({"show": "nonsense"}, ["新件", "网页", "制度", "照片"]),
    ],
)
def test_library_filtered(client, site, items, library, query, found):
    client.force_login(builders.office())
    if query == {"q": "公开制度"}:
        assert items[20].section.name not in ("", items[0].section.name)
        query = {"q": items[20].section.name}
    assert titles(client, site, **query) == found


def test_library_has_buttons_for_the_unit_alone_and_only_while_it_files(client, site, library):
    change = url("evidence_items", library.pk)
    client.force_login(builders.office())
    assert change not in text(client, url("evidence", site.pk))
    client.force_login(builders.liaison(site))
    assert change in text(client, url("evidence", site.pk))
    type(site).objects.filter(pk=site.pk).update(stage=Stage.NAMED)
    page = text(client, url("evidence", site.pk))
    assert change not in page
    assert url("evidence_add", site.pk) not in page


def test_empty_library_says_what_fills_it(client, site, english):
    client.force_login(builders.liaison(site))
    page = text(client, url("evidence", site.pk))
    assert "Nothing is filed yet." in page
    assert url("evidence_add", site.pk) in page
    client.force_login(builders.office())
    assert "The unit files its evidence while" in text(client, url("evidence", site.pk))


def test_what_an_inspector_took_is_blind_and_the_inspectors_own_to_change(client, on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    leader, member = builders.members(assessment.assignment.team)
    taken = builders.filed(site, photos.upload(), title="现场", assessment=assessment, by=member)
    for person, seen, changes in (
        (member, ["现场"], True),
        (leader, [], False),
        (builders.liaison(site), [], False),
        (builders.office(), ["现场"], False),
    ):
        client.force_login(person)
        assert titles(client, site) == seen
        assert (url("evidence_items", taken.pk) in text(client, url("evidence", site.pk))) is changes


# -- items without evidence ---------------------------------------------------


def test_missing_items_with_the_two_ways_to_mend_it(client, site, items, library):
    client.force_login(builders.liaison(site))
    response = client.get(url("evidence_missing", site.pk))
    shown = {items[0], items[1], items[2], items[20]}
    assert list(response.context["items"]) == [item for item in items if item not in shown]
    page = response.content.decode()
    assert f"{url('evidence_point', site.pk)}?item={items[3].pk}" in page
    assert f"{url('evidence_add', site.pk)}?item={items[3].pk}" in page
    assert f'?item={items[0].pk}"' not in page
    client.force_login(builders.office())
    assert "?item=" not in text(client, url("evidence_missing", site.pk)).split("<main")[1]


def test_nothing_missing(client, site, items, english):
    builders.filed(site, builders.upload(), pointers=dict.fromkeys(items, ""))
    client.force_login(builders.office())
    assert "Every item has evidence." in text(client, url("evidence_missing", site.pk))


# -- beside an item of the sheet ----------------------------------------------


def test_beside_an_item_stands_the_newest_version_with_its_page(
    site, items, library, django_assert_num_queries
):
    reader = User.objects.select_related("organisation").get(pk=builders.office().pk)  # as who signs in
    with django_assert_num_queries(3):
        found = beside_items(site, items[:3], reader, remarks=False)
    told = {
        item.code: [
            (piece.evidence.title, piece.page, piece.has_dead_link) for piece in found.get(item.pk, [])
        ]
        for item in items[:3]
    }
    assert told == {
        items[0].code: [("照片", "第1页", False)],
        items[1].code: [("网页", "", True)],
        items[2].code: [("新件", "", False)],
    }
    assert beside_items(site, items[:1], reader)[items[0].pk][0].is_remarked


@pytest.mark.parametrize(
    ("role", "told"), [("self", "after the submission"), ("final", "after the signature")]
)
def test_evidence_a_closed_sheet_was_not_made_upon_says_so(client, site, items, on, english, role, told):
    """Also on the very day, and for a piece that had shown other items only."""
    builders.filed(site, builders.upload("a.png"), title="先有", pointers={items[0]: ""})
    known = builders.filed(site, builders.upload("旧.pdf", pdf()), title="旧件", pointers={})
    sheet = builders.put(site)
    if role == "self":
        sheet = Sheet.objects.get(assessment__site=site, role=role)
    on(str(sheet.submitted_on))
    builders.filed(site, builders.upload("b.pdf", pdf(b"b")), title="当日", pointers={items[0]: ""})
    on("2008-04-21")
    point(evidence=known, pointers={items[0]: ""}, by=builders.liaison(site))
    client.force_login(builders.office())
    page = client.get(sheet.get_absolute_url())
    pieces = next(iter(page.context["page"].evidence.values()))
    days = {piece.evidence.title: piece.late_on and str(piece.late_on) for piece in pieces}
    assert days == {"先有": None, "当日": str(sheet.submitted_on), "旧件": "2008-04-21"}
    assert page.content.decode().count(told) == 2


def test_evidence_beside_a_draft_is_never_late(site, items):
    builders.filed(site, builders.upload(), pointers={items[0]: ""})
    sheet = builders.self_sheet(site)
    (piece,) = open_sheet(sheet, builders.office()).evidence[items[0].pk]
    assert piece.late_on is None


# -- all sites ----------------------------------------------------------------


def test_sites_with_how_much_they_filed(client, site, library, english):
    idle = builders.building()
    builders.filed(idle, builders.upload("示例.pdf", pdf()))
    bare = builders.building()
    client.force_login(builders.office())
    rows = {each.pk: each for each in client.get(url("evidence_sites")).context["object_list"]}
    told = {pk: (row.pieces, row.dead, row.last_upload is None) for pk, row in rows.items()}
    assert told == {site.pk: (4, 1, False), idle.pk: (1, 0, False), bare.pk: (0, 0, True)}
    for query, found in (
        ({"show": "none"}, [bare]),
        ({"show": "dead"}, [site]),
        ({"q": site.window_name}, [site]),
    ):
        assert list(client.get(url("evidence_sites"), query).context["object_list"]) == found
    client.force_login(builders.liaison(site))
    assert list(client.get(url("evidence_sites")).context["object_list"]) == [site]


# -- links --------------------------------------------------------------------


def addresses(client, **query):
    return [link.url for link in client.get(url("evidence_links"), query).context["object_list"]]


@pytest.fixture
def links(site, items):
    filed = builders.filed(
        site,
        title="网页",
        urls=[f"http://example.org/{name}" for name in ("a", "b", "c")],
        pointers={items[4]: ""},
    )
    now = timezone.now()
    EvidenceLink.objects.filter(url__endswith="a").update(checked_at=now)
    EvidenceLink.objects.filter(url__endswith="c").update(checked_at=now, problem=DEAD)
    return filed


def test_dead_links_come_first(client, site, items, links, english):
    client.force_login(builders.office())
    assert addresses(client) == ["http://example.org/c", "http://example.org/b", "http://example.org/a"]
    assert addresses(client, show="dead") == ["http://example.org/c"]
    assert addresses(client, show="new") == ["http://example.org/b"]
    assert addresses(client, q=site.window_name, show="dead") == ["http://example.org/c"]
    page = text(client, url("evidence_links"))
    for told in (DEAD, "not looked up yet", items[4].code, "dead link"):
        assert told in page


def test_links_of_an_older_version_are_not_listed(client, site, links):
    builders.filed(site, builders.upload(), title="新版", replaces=links)
    client.force_login(builders.office())
    assert addresses(client) == []


def test_link_looked_up_again_keeps_the_list_as_it_was(client, site, links, english):
    link = links.links.get(url__endswith="c")
    client.force_login(builders.liaison(site))
    address = url("link_check", link.pk)
    assert client.get(address).status_code == 405
    assert client.post(f"{address}?show=dead").url == f"{url('evidence_links')}?show=dead"
    assert "being looked up again" in text(client, url("evidence_links"))
    client.force_login(factories.user(Role.LIAISON))
    assert client.post(address).status_code == 404
    assert addresses(client) == []


# -- pictures used twice ------------------------------------------------------


def pairs(client, **query):
    return client.get(url("evidence_twins"), query).context["pairs"]


@pytest.fixture
def twins(site):
    """The same picture at two sites, and once more at the second."""
    other = builders.building()
    builders.filed(site, photos.upload("一.jpg", 7), title="甲")
    builders.filed(other, photos.upload("二.jpg", 7), title="乙")
    return other


def test_pictures_used_twice_stand_side_by_side(client, site, twins, english):
    client.force_login(builders.office())
    (pair,) = pairs(client)
    assert [(file.evidence.title, seen) for file, seen in pair.sides] == [("乙", True), ("甲", True)]
    page = text(client, url("evidence_twins"))
    assert "the same file" in page
    assert site.window_name in page
    assert twins.window_name in page


def test_pairs_of_one_site_are_shown_when_asked_for(client, site, english):
    seed = photos.image(9)
    builders.filed(site, builders.upload("a.jpg", photos.saved(seed, quality=90)))
    builders.filed(site, builders.upload("b.jpg", photos.saved(seed, quality=60)))
    client.force_login(builders.office())
    assert pairs(client) == []
    assert "No picture is used twice." in text(client, url("evidence_twins"))
    (pair,) = pairs(client, where="all")
    assert (pair.is_one_site, pair.is_same_file) == (True, False)
    assert "one site" in text(client, url("evidence_twins"), where="all")


def test_inspector_learns_of_the_other_site_but_sees_not_its_picture(client, on, site, twins, english):
    builders.self_assessed(twins)
    assessment = builders.assigned(twins)
    on("2008-04-08")
    client.force_login(builders.members(assessment.assignment.team)[0])
    (pair,) = pairs(client)
    assert [(file.evidence.title, seen) for file, seen in pair.sides] == [("乙", True), ("甲", False)]
    page = text(client, url("evidence_twins"))
    assert site.window_name in page
    assert url("evidence_picture", pair.earlier.pk) not in page
    assert "甲" not in page


# -- who may, and what it costs -----------------------------------------------


LISTS = ("evidence_sites", "evidence_links", "evidence_twins")


def test_anonymous_is_sent_to_the_login(client, site):
    for address in (*map(url, LISTS), url("evidence", site.pk), url("evidence_missing", site.pk)):
        assert client.get(address).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR])
def test_outsider_finds_nothing(client, site, library, role):
    client.force_login(factories.user(role))
    for name in ("evidence", "evidence_missing"):
        assert client.get(url(name, site.pk)).status_code == 404
    for name in ("evidence_sites", "evidence_links"):
        assert site.window_name not in text(client, url(name))


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE, 200),
        (Role.LEADING_GROUP, 200),
        (Role.INSPECTOR, 200),
        (Role.DISTRICT, 403),
        (Role.LIAISON, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_pictures_used_twice_are_for_who_judges(client, role, status):
    client.force_login(factories.user(role))
    assert client.get(url("evidence_twins")).status_code == status


def test_district_sees_its_own(client, on):
    on("2008-03-20")
    site = builders.building(level=Level.DISTRICT)
    builders.filed(site, title="网页", urls=["http://example.org/x"])
    client.force_login(factories.user(Role.DISTRICT, factories.district_office(factories.district())))
    assert titles(client, site) == ["网页"]
    assert addresses(client) == ["http://example.org/x"]


def test_wrong_method(client, site):
    client.force_login(builders.office())
    for name in ("evidence", "evidence_missing"):
        assert client.post(url(name, site.pk)).status_code == 405
    for name in LISTS:
        assert client.post(url(name)).status_code == 405


def more_evidence(site, items):
    """`more(n)` files n pieces, each with two files, a link, an item, and an older version."""

    def more(count):
        begun = site.evidence.count()
        for number in range(begun, begun + count):
            old = builders.filed(
                site,
                photos.upload("旧.jpg", 1000 + number, size=(32, 24)),
                pointers={items[number % 40]: "1"},
            )
            add_evidence(
                site=site,
                title="示例",
                files=[
                    photos.upload("一.jpg", 3000 + number, size=(32, 24)),
                    builders.upload("二.pdf", pdf(str(number).encode())),
                ],
                by=builders.liaison(site),
                pointers={},
                urls=["http://example.org/x"],
                replaces=old,
            )

    return more


@pytest.mark.parametrize(("who", "most"), [("office", 14), ("liaison", 15)])
def test_library_costs_the_same_at_any_size(client, site, items, who, most):
    client.force_login(builders.office() if who == "office" else builders.liaison(site))
    assert same_at_3_and_30(client, url("evidence", site.pk), more_evidence(site, items)) <= most


@pytest.mark.parametrize("name", ["evidence_links", "evidence_sites", "evidence_twins"])
def test_lists_cost_the_same_at_any_size(client, on, name):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    client.force_login(builders.office())

    def more(count):
        for _ in range(count):
            made = builders.building()
            builders.filed(made, photos.upload(size=(64, 48)), urls=["http://example.org/x"])

    assert same_at_3_and_30(client, url(name), more) <= 12


def test_forms_cost_the_same_whatever_is_filed(client, site, items):
    client.force_login(builders.liaison(site))
    more = more_evidence(site, items)
    more(1)
    piece = site.evidence.current().first()
    addresses = [
        url("evidence_add", site.pk), url("evidence_items", piece.pk), url("evidence_missing", site.pk),
        f"{url('evidence_point', site.pk)}?item={items[42].pk}",
    ]  # fmt: skip

    def costs():
        client.get(addresses[0])  # what the rail counts is counted anew after each writing
        return [asked(client, address) for address in addresses]

    few = costs()
    more(9)
    assert costs() == few
    assert max(few) <= 16
