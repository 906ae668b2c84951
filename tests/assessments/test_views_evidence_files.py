"""One file of evidence: what goes out, to whom, under which name, and what its page says of it."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from assessments.services import recusals
from tests import factories
from tests.assessments import builders, photos
from tests.files import pdf

pytestmark = pytest.mark.django_db

NAMES = ("evidence_file", "evidence_view", "evidence_picture", "evidence_thumbnail")


@pytest.fixture
def site(on):
    on("2008-03-20")
    return builders.building()


@pytest.fixture
def photo(site):
    upload = photos.upload("公开栏 照片.jpg", taken="2008-03-12 10:00:00", at=photos.HERE)
    return builders.filed(site, upload, title="示例题名").files.get()


def url(name, file):
    return reverse(f"assessments:{name}", args=[file.pk])


def body(response):
    return b"".join(response.streaming_content)


def test_file_is_an_attachment_of_its_own_type_and_name(client, site, photo):
    client.force_login(builders.office())
    response = client.get(url("evidence_file", photo))
    assert body(response) == photo.file.read()
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%85%AC%E5%BC%80%E6%A0%8F%20%E7%85%A7%E7%89%87.jpg"
    )
    assert_inert(response)


def assert_inert(response):
    """A browser neither guesses at the file nor runs anything in it."""
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("name", ['报"告\r\nX-Evil: 1.pdf', "../../etc/passwd.pdf", "a\u202efdp.exe.pdf"])
def test_file_names_cannot_say_more_than_a_name(client, site, name):
    file = builders.filed(site, builders.upload(name, pdf())).files.get()
    client.force_login(builders.liaison(site))
    response = client.get(url("evidence_file", file))
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert not any(sign in disposition for sign in ("/", "\r", "\n", "%E2%80%AE"))
    assert "X-Evil" not in response
    assert client.get(url("evidence_view", file)).status_code == 200


def test_camera_data_is_for_the_office(client, site, photo):
    client.force_login(builders.liaison(site))
    for name in ("evidence_file", "evidence_picture"):
        sent = body(client.get(url(name, photo)))
        assert photos.MAKER.encode() not in sent
        assert not Image.open(io.BytesIO(sent)).getexif()
    assert str(photo.latitude) not in client.get(url("evidence_view", photo)).content.decode()
    client.force_login(builders.office())
    assert photos.MAKER.encode() in body(client.get(url("evidence_file", photo)))
    assert photos.MAKER.encode() not in body(client.get(url("evidence_picture", photo)))
    assert str(photo.latitude) in client.get(url("evidence_view", photo)).content.decode()


@pytest.mark.parametrize("name", ["evidence_picture", "evidence_thumbnail"])
def test_picture_in_a_page_is_kept_and_asked_for_again(client, site, photo, name):
    client.force_login(builders.office())
    response = client.get(url(name, photo))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Cache-Control"] == "private, no-cache"
    assert_inert(response)
    Image.open(io.BytesIO(body(response))).verify()
    again = client.get(url(name, photo), headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")


def test_thumbnail_and_picture_have_tags_of_their_own(client, site, photo):
    client.force_login(builders.office())
    small, large = (
        client.get(url(name, photo))["ETag"] for name in ("evidence_thumbnail", "evidence_picture")
    )
    assert small != large


def test_paper_has_no_picture(client, site):
    file = builders.filed(site, builders.upload("示例.pdf", pdf())).files.get()
    client.force_login(builders.office())
    for name in ("evidence_picture", "evidence_thumbnail"):
        assert client.get(url(name, file)).status_code == 404
    page = client.get(url("evidence_view", file)).content.decode()
    assert file.sha256 in page
    assert "<img" not in page.split("<main")[1]


def test_page_of_a_file_names_twins_as_far_as_one_may_see(client, site, photo, english):
    other = builders.building()
    builders.filed(other, photos.upload("同一张.jpg", taken="2008-03-12 10:00:00", at=photos.HERE))
    client.force_login(builders.office())
    page = client.get(url("evidence_view", photo)).content.decode()
    assert photo.sha256 in page
    assert "Also used by" in page
    assert other.window_name in page
    client.force_login(builders.liaison(site))
    page = client.get(url("evidence_view", photo)).content.decode()
    assert other.window_name not in page
    assert "同一张" not in page


def statuses(client, file, method="get"):
    return {getattr(client, method)(url(name, file)).status_code for name in NAMES}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE, 200),
        (Role.LEADING_GROUP, 200),
        (Role.DISTRICT, 404),
        (Role.INSPECTOR, 404),
        (Role.LIAISON, 404),
        (Role.AUDITOR, 404),
    ],
)
def test_who_gets_a_file(client, photo, role, status):
    client.force_login(factories.user(role))
    assert statuses(client, photo) == {status}


def test_the_unit_gets_it_and_nobody_posts(client, site, photo):
    client.force_login(builders.liaison(site))
    assert statuses(client, photo) == {200}
    assert statuses(client, photo, "post") == {405}
    client.logout()
    for name in NAMES:
        assert client.get(url(name, photo)).url.startswith(reverse("account_login"))


def test_recused_inspector_gets_nothing_of_the_site(client, on):
    site = builders.building()
    with builders.on("2008-03-20"):
        file = builders.filed(site, photos.upload()).files.get()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    on("2008-04-08")
    _leader, member = builders.members(assessment.assignment.team)
    client.force_login(member)
    assert statuses(client, file) == {200}
    recusals.recuse(user=member, site=site, reason="示例")
    assert statuses(client, file) == {404}
