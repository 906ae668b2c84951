"""Filing evidence on the page: with errors, twice, from an item, on site; pointing to it; replacing it."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.forms import EvidenceForm
from assessments.marks import standard_items
from assessments.models import Evidence, EvidencePointer
from core.changes import SHOWN
from sites.enums import Stage
from tests import factories
from tests.assessments import builders, photos
from tests.publicity.crawler import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client, on):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    made = builders.building()
    client.force_login(builders.liaison(made))
    return made


@pytest.fixture
def items(site):
    return standard_items(builders.self_sheet(site))


def url(name, pk, item=None):
    address = reverse(f"assessments:{name}", args=[pk])
    return f"{address}?item={item.pk}" if item else address


def add_url(site, item=None):
    return url("evidence_add", site.pk, item)


def on_sheet(item, sheet):
    return f"{sheet.get_absolute_url()}?section={item.section.ordinal}#item-{item.code}"


def pages(evidence):
    return dict(evidence.pointers.values_list("item__code", "page"))


# -- adding -------------------------------------------------------------------


def test_evidence_filed(client, site, items):
    first, second = items[:2]
    body = {
        "files": [builders.upload("a.png"), builders.upload("b.png", builders.drawing("red"))],
        "title": "示例",
        "taken_on": "2008-03-12",
        "urls": "http://example.org/a\n\nexample.org/b\n",
        "chosen": [first.pk, second.pk],
        f"page-{first.pk}": " 第3页 ",
        f"page-{items[2].pk}": "未勾选",
    }
    assert client.post(add_url(site), body).url == url("evidence", site.pk)
    filed = Evidence.objects.get()
    assert (filed.site, str(filed.taken_on), filed.files.count()) == (site, "2008-03-12", 2)
    assert pages(filed) == {first.code: "第3页", second.code: ""}
    assert list(filed.links.values_list("url", flat=True)) == ["http://example.org/a", "http://example.org/b"]


def test_from_an_item_it_is_ticked_and_one_comes_back_to_it(client, site, items):
    item = items[12]
    response = client.get(add_url(site, item))
    assert [row.thing for row in response.context["form"].rows() if row.is_ticked] == [item]
    assert item.text in response.content.decode()
    body = {"files": [builders.upload()], "title": "示例", "chosen": [item.pk]}
    assert client.post(add_url(site, item), body).url == on_sheet(item, builders.self_sheet(site))


@pytest.mark.parametrize("asked", ["x", "0", "999999999", ""])
def test_item_that_is_none_ticks_nothing(client, site, items, asked):
    response = client.get(add_url(site), {"item": asked})
    assert not any(row.is_ticked for row in response.context["form"].rows())


@pytest.mark.parametrize(
    "more",
    [
        {"files": [], "urls": ""},
        {"files": [builders.upload("virus.pdf", b"MZ")]},
        {"title": ""},
        {"title": "长" * 101},
        {"taken_on": "2008-03-21"},
        {"taken_on": "yesterday"},
        {"chosen": [10**9]},
        {"urls": "http://example.org/\nno address"},
        {"urls": "javascript:alert(1)"},
    ],
)
def test_what_is_wrong_loses_nothing_typed(client, site, items, more):
    item = items[0]
    body = {
        "files": [builders.upload()], "title": "示例题名", "taken_on": "2008-03-12", "urls": "http://example.org/",
        "chosen": [item.pk], f"page-{item.pk}": "第3页", **more,
    }  # fmt: skip
    response = client.post(add_url(site), body)
    assert response.status_code == 422
    form, page = response.context["form"], response.content.decode()
    assert ("第3页" in page, form["title"].value(), form["urls"].value()) == (
        True,
        body["title"],
        body["urls"],
    )
    assert [row.thing for row in form.rows() if row.is_ticked] == ([item] if "chosen" not in more else [])
    assert 'class="error-summary"' in page
    assert not Evidence.objects.exists()


def test_page_that_is_too_long(client, site, items):
    body = {"files": [builders.upload()], "title": "示例", "chosen": [items[0].pk]}
    response = client.post(add_url(site), {**body, f"page-{items[0].pk}": "页" * 61})
    assert response.status_code == 422
    assert items[0].code in str(response.context["form"].errors["chosen"])
    assert not Evidence.objects.exists()


def test_nothing_ticked_is_an_answer_too(client, site, items):
    assert client.post(add_url(site), {"files": [builders.upload()], "title": "示例"}).status_code == 302
    assert not EvidencePointer.objects.exists()


def test_evidence_of_another_kind_of_standard_refused(client, site):
    stranger = standard_items(builders.self_sheet(builders.building(kind="service")))[0]
    body = {"files": [builders.upload()], "title": "示例", "chosen": [stranger.pk]}
    assert client.post(add_url(site), body).status_code == 422


def test_a_link_alone_is_evidence(client, site, items):
    body = {"title": "示例", "urls": "http://example.org/", "chosen": [items[0].pk]}
    assert client.post(add_url(site), body).status_code == 302
    assert Evidence.objects.get().links.get().checked_at is None


def test_a_file_that_is_on_record_is_pointed_to(client, site, items):
    known = builders.filed(site, builders.upload("旧.png"), title="示例旧件")
    body = {"files": [builders.upload("新.png")], "title": "示例"}
    response = client.post(add_url(site, items[1]), body)
    assert response.status_code == 422
    assert url("evidence_items", known.pk, items[1]) in response.content.decode()
    assert Evidence.objects.get() == known


def test_a_script_is_led_on_by_a_header(client, site, items):
    body = {"files": [builders.upload()], "title": "示例"}
    response = client.post(add_url(site, items[0]), body, headers={"hx-request": "true"})
    assert response.status_code == 200
    assert response["HX-Redirect"] == on_sheet(items[0], builders.self_sheet(site))
    page = client.get(url("evidence", site.pk)).content.decode()
    assert 'class="message message--success"' in page


def test_the_form_says_the_limits_and_needs_no_script(client, site, english):
    page = client.get(add_url(site)).content.decode()
    assert "up to 10 files of 20 MB each, 100 MB together" in page
    assert 'method="post"' in page
    assert 'enctype="multipart/form-data"' in page


def test_a_closed_stage_is_told_before_anything_is_typed(client, site, items):
    type(site).objects.filter(pk=site.pk).update(stage=Stage.SELF_ASSESSED)
    response = client.get(add_url(site), follow=True)
    assert response.redirect_chain == [(url("evidence", site.pk), 302)]
    assert "message--error" in response.content.decode()
    sent = client.post(add_url(site), {"files": [builders.upload()], "title": "示例题名"})
    assert (sent.status_code, "示例题名" in sent.content.decode()) == (422, True)
    assert not Evidence.objects.exists()


FILM = b"\0\0\0\x18ftypmp42" + bytes(64)
SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
SAVE_AS_PDF = "save it as PDF and upload that"
SMALLER = "make it smaller and upload it again"
BAD_FILES = [
    ("empty.pdf", b"", "choose another one"),
    ("page.pdf", b"<!DOCTYPE html><script>alert(1)</script>", SAVE_AS_PDF),
    ("drawing.svg", SCRIPT, SAVE_AS_PDF),
    ("drawing.png", SCRIPT, SAVE_AS_PDF),
    ("film.mp4", FILM, SAVE_AS_PDF),
    ("long film.mp4", FILM + bytes(4096), SMALLER),
    ("bomb.png", photos.png_of(60_000, 60_000), SMALLER),
    ("broken.jpg", photos.photo(size=(64, 48))[:1000], "save it again and upload that"),
]
BAD = pytest.mark.parametrize(
    ("name", "content", "what_to_do"), BAD_FILES, ids=[name for name, *_rest in BAD_FILES]
)


@BAD
def test_a_bad_file_keeps_no_good_one_from_being_filed(
    client, site, items, settings, english, name, content, what_to_do
):
    settings.PORTAL_UPLOAD_MAX_BYTES = 4096
    files = [builders.upload(name, content), builders.upload("好.png")]
    body = {"files": files, "title": "示例", "chosen": [items[0].pk]}
    page = client.post(add_url(site), body, follow=True).content.decode()
    filed = Evidence.objects.get()
    assert [file.name for file in filed.files.all()] == ["好.png"]
    assert pages(filed) == {items[0].code: ""}
    assert f"Not filed: {name}: " in page
    assert what_to_do in page


@BAD
def test_bad_files_alone_are_refused_at_their_field(
    client, site, settings, english, name, content, what_to_do
):
    settings.PORTAL_UPLOAD_MAX_BYTES = 4096
    response = client.post(add_url(site), {"files": [builders.upload(name, content)], "title": "示例"})
    assert response.status_code == 422
    [told] = response.context["form"].errors["files"]
    assert told.startswith(f"{name}: ")
    assert what_to_do in told
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("..\\..\\照片.png", "照片.png"),
        ("照片\u202exe.png", "照片xe.png"),
    ],
)
def test_a_strange_name_is_filed_under_a_plain_one(client, site, name, kept):
    file = io.BytesIO(builders.PNG)
    file.name = name
    assert client.post(add_url(site), {"files": [file], "title": "示例"}).status_code == 302
    filed = Evidence.objects.get().files.get()
    assert filed.name == kept
    assert filed.file.name.endswith(f"{filed.sha256[:32]}.png")
    assert kept in client.get(url("evidence", site.pk)).content.decode()


def test_a_long_name_keeps_its_ending(client, site):
    file = builders.upload("长" * 300 + ".png")
    assert client.post(add_url(site), {"files": [file], "title": "示例"}).status_code == 302
    name = Evidence.objects.get().files.get().name
    assert (len(name.encode()), name[-5:]) == (238, "长.png")


def test_too_many_files_are_not_even_read(client, site, english):
    files = [builders.upload(f"{n}.jpg", b"\xff\xd8\xff broken") for n in range(11)]
    response = client.post(add_url(site), {"files": files, "title": "示例"})
    assert response.context["form"].errors["files"] == ["Choose at most 10 files."]


class Unreadable(io.BytesIO):
    """A body nobody may touch."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = read


def test_huge_body_is_answered_before_it_is_read(client, site, settings):
    response = client.post(
        add_url(site), content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(settings.PORTAL_BODY_MAX_BYTES + 1), "wsgi.input": Unreadable()},
    )  # fmt: skip
    assert response.status_code == 413
    assert not Evidence.objects.exists()


def test_upload_still_needs_the_token(site):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(builders.liaison(site))
    assert strict.post(add_url(site), {"files": [builders.upload()], "title": "示例"}).status_code == 403
    assert not Evidence.objects.exists()


def test_same_address_twice_is_one_link(site, items):
    form = EvidenceForm(
        {"title": "示例", "urls": "http://a.cn\nhttp://a.cn\n"}, MultiValueDict(),
        items=type(items[0]).objects.none(), limits="",
    )  # fmt: skip
    assert form.is_valid()
    assert form.cleaned_data["urls"] == ["http://a.cn"]


# -- pointing and replacing ---------------------------------------------------


def test_items_of_a_piece_are_set_anew(client, site, items):
    filed = builders.filed(site, builders.upload(), pointers={items[0]: "第1页", items[1]: ""})
    address = url("evidence_items", filed.pk, items[5])
    rows = client.get(address).context["form"].rows()
    assert [(row.thing.code, row.page) for row in rows if row.is_ticked] == [
        (items[0].code, "第1页"),
        (items[1].code, ""),
        (items[5].code, ""),
    ]
    body = {"chosen": [items[1].pk, items[5].pk], f"page-{items[5].pk}": "第二章"}
    assert client.post(address, body).url == on_sheet(items[5], builders.self_sheet(site))
    assert pages(filed) == {items[1].code: "", items[5].code: "第二章"}
    assert client.post(address, {}).status_code == 302
    assert pages(filed) == {}


def test_items_that_somebody_else_set_meanwhile_hold_with_their_pages(client, site, items):
    filed = builders.filed(site, builders.upload(), pointers={items[0]: "第1页"})
    address = url("evidence_items", filed.pk)
    forms = Page(address, client.get(address).content.decode()).forms
    hidden = next(form.hidden for form in forms if SHOWN in form.hidden)
    theirs = {
        "chosen": [items[0].pk, items[1].pk],
        f"page-{items[0].pk}": "第1页",
        f"page-{items[1].pk}": "第7页",
    }
    assert client.post(address, theirs).status_code == 302
    mine = {"chosen": [items[0].pk], f"page-{items[0].pk}": "第1页", f"page-{items[1].pk}": ""}
    assert client.post(address, hidden | mine).status_code == 302
    assert pages(filed) == {items[0].code: "第1页", items[1].code: "第7页"}
    answer = client.post(address, hidden | mine | {"chosen": [items[2].pk]})
    assert answer.status_code == 422
    assert [clash.name for clash in answer.context["form"].clashes] == ["chosen"]


def test_point_from_an_item_to_what_is_filed(client, site, items):
    one, two, shown = (
        builders.filed(site, builders.upload(content=builders.drawing(colour)), title=f"示例{colour}")
        for colour in ("red", "green", "blue")
    )
    filed_before = {items[3]: "第9页"}
    client.post(url("evidence_items", one.pk), {"chosen": [items[3].pk], f"page-{items[3].pk}": "第9页"})
    client.post(url("evidence_items", shown.pk), {"chosen": [items[4].pk]})
    address = url("evidence_point", site.pk, items[4])
    offered = client.get(address).context["form"].rows()
    assert {row.thing for row in offered} == {one, two}
    body = {"chosen": [one.pk, two.pk], f"page-{two.pk}": "第2页"}
    assert client.post(address, body).url == on_sheet(items[4], builders.self_sheet(site))
    assert pages(one) == {**{item.code: page for item, page in filed_before.items()}, items[4].code: ""}
    assert pages(two) == {items[4].code: "第2页"}


def test_what_holds_links_alone_is_offered_as_links(client, site, items):
    builders.filed(site, urls=["https://www.example.org/"])
    page = client.get(url("evidence_point", site.pk, items[4])).content.decode()
    assert "1个链接" in page
    assert "0个文件" not in page


def test_point_to_nothing_or_to_a_stranger(client, site, items):
    other = builders.building()
    strange = builders.filed(other, builders.upload())
    address = url("evidence_point", site.pk, items[4])
    for chosen in ([], [strange.pk]):
        assert client.post(address, {"chosen": chosen}).status_code == 422
    assert not EvidencePointer.objects.exists()
    assert client.get(url("evidence_point", site.pk)).url == url("evidence_missing", site.pk)


def test_point_searches_titles(client, site, items):
    builders.filed(site, builders.upload(), title="公开栏照片")
    address = url("evidence_point", site.pk, items[4])
    assert len(client.get(f"{address}&q=公开").context["form"].rows()) == 1
    assert client.get(f"{address}&q=没有").context["form"].rows() == []


def test_newer_version_keeps_the_items(client, site, items):
    old = builders.filed(
        site, builders.upload(), title="示例题名", urls=["http://example.org/"], pointers={items[0]: "第1页"}
    )
    address = url("evidence_replace", old.pk)
    form = client.get(address).context["form"]
    assert (form["title"].value(), form["urls"].value()) == ("示例题名", "http://example.org/")
    assert [str(stays) for stays in form.fields["stay"].queryset] == ["sample.png"]
    body = {"files": [builders.upload("新.png", builders.drawing("red"))], "title": "示例题名"}
    assert client.post(address, body).status_code == 302
    new = Evidence.objects.current().get()
    assert (new.replaces, pages(new)) == (old, {items[0].code: "第1页"})
    page = client.get(url("evidence", site.pk)).content.decode()
    assert (page.count('class="item proof"'), "<details" in page) == (1, True)
    again = client.post(address, {**body, "files": [builders.upload("三.png", builders.drawing("blue"))]})
    assert again.status_code == 422
    assert Evidence.objects.count() == 2


def test_newer_version_adds_a_file_to_those_that_stay(client, site):
    old = builders.filed(site, builders.upload("一.png"), builders.upload("二.png", builders.drawing("red")))
    first, second = old.files.all()
    new_file = builders.upload("三.png", builders.drawing("blue"))
    body = {"files": [new_file], "title": "示例", "stay": [first.pk]}
    assert client.post(url("evidence_replace", old.pk), body).status_code == 302
    new = Evidence.objects.current().get()
    assert [file.name for file in new.files.all()] == ["一.png", "三.png"]
    again = client.post(url("evidence_replace", new.pk), {"title": "示例", "stay": [second.pk]})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["stay"])


# -- on site ------------------------------------------------------------------


@pytest.fixture
def visit(on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    return assessment


def test_inspector_takes_a_picture_for_an_item(client, visit):
    person = builders.members(visit.assignment.team)[1]
    sheet = builders.own_sheet(visit, person)
    item = standard_items(sheet)[7]
    client.force_login(person)
    address = url("evidence_on_site", visit.pk, item)
    page = client.get(address).content.decode()
    assert 'capture="environment"' in page
    assert page.count('type="file"') == 2
    body = {"photos": [builders.upload("拍.png")], "item": item.pk, "title": ""}
    assert client.post(address, body).url == on_sheet(item, sheet)
    taken = Evidence.objects.get(assessment=visit)
    assert (taken.uploaded_by, taken.title) == (person, f"{item.code} {item.text}"[:100])
    assert pages(taken) == {item.code: ""}


def test_on_site_without_an_item_asks_for_it(client, visit):
    person = builders.members(visit.assignment.team)[1]
    sheet = builders.own_sheet(visit, person)
    client.force_login(person)
    address = url("evidence_on_site", visit.pk)
    assert "<select" in client.get(address).content.decode()
    refused = client.post(address, {"files": [builders.upload()], "title": "示例"})
    assert refused.status_code == 422
    body = {"files": [builders.upload()], "title": "示例", "item": standard_items(sheet)[0].pk}
    assert client.post(address, body).url == url("inspect", visit.pk)


def test_on_site_a_bad_picture_keeps_no_good_one_from_being_filed(client, visit, english):
    person = builders.members(visit.assignment.team)[1]
    item = standard_items(builders.own_sheet(visit, person))[0]
    client.force_login(person)
    body = {"photos": [builders.upload("拍.png")], "files": [builders.upload("空.png", b"")], "item": item.pk}
    page = client.post(url("evidence_on_site", visit.pk, item), body, follow=True).content.decode()
    assert [file.name for file in Evidence.objects.get(assessment=visit).files.all()] == ["拍.png"]
    assert "Not filed: 空.png" in page


def test_on_site_nothing_chosen(client, visit):
    person = builders.members(visit.assignment.team)[1]
    item = standard_items(builders.own_sheet(visit, person))[0]
    client.force_login(person)
    response = client.post(url("evidence_on_site", visit.pk, item), {"item": item.pk})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["files"])


# -- who may ------------------------------------------------------------------


def cast_urls(site, filed, visit):
    item = standard_items(builders.self_sheet(site))[0] if site.stage == Stage.BUILDING else None
    return [
        add_url(site),
        url("evidence_point", site.pk, item),
        url("evidence_items", filed.pk),
        url("evidence_replace", filed.pk),
        *([url("evidence_on_site", visit.pk)] if visit else []),
    ]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE, 403),
        (Role.LEADING_GROUP, 403),
        (Role.DISTRICT, 404),
        (Role.INSPECTOR, 404),
        (Role.LIAISON, 404),
        (Role.AUDITOR, 404),
    ],
)
def test_only_the_unit_files(client, site, items, role, status):
    filed = builders.filed(site, builders.upload())
    client.force_login(factories.user(role))
    for address in cast_urls(site, filed, None):
        assert client.get(address).status_code == status, address
        assert client.post(address, {"title": "示例", "chosen": [items[0].pk]}).status_code == status, address
    client.logout()
    for address in cast_urls(site, filed, None):
        assert client.get(address).url.startswith(reverse("account_login"))


def test_on_site_is_the_teams_alone(client, visit):
    for person, status in (
        (builders.office(), 403),
        (builders.liaison(visit.site), 403),
        (factories.user(Role.INSPECTOR), 404),
    ):
        client.force_login(person)
        assert client.get(url("evidence_on_site", visit.pk)).status_code == status
    client.logout()
    assert client.get(url("evidence_on_site", visit.pk)).url.startswith(reverse("account_login"))
