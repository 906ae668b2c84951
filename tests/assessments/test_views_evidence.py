"""Filing evidence on the page and fetching its files."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.marks import standard_items
from assessments.models import Evidence
from assessments.services.evidence import add_evidence
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client, on):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    made = builders.building()
    client.force_login(builders.liaison(made))
    return made


def add_url(site):
    return reverse("assessments:evidence_add", args=[site.pk])


def test_evidence_filed(client, site):
    first, second = standard_items(builders.self_sheet(site))[:2]
    body = {
        "files": [builders.upload("a.png"), builders.upload("b.png", builders.PNG + b"2")],
        "title": "示例", "taken_on": "2008-03-12", "page_pointer": "第3页", "items": [first.pk, second.pk],
    }  # fmt: skip
    assert client.post(add_url(site), body).url == reverse("assessments:self_sheet", args=[site.pk])
    filed = Evidence.objects.get()
    assert (filed.site, str(filed.taken_on)) == (site, "2008-03-12")
    assert set(filed.pointers.values_list("page", flat=True)) == {"第3页"}
    assert (filed.files.count(), set(filed.items.all())) == (2, {first, second})


def test_evidence_page_ticks_the_item_asked_for(client, site):
    item = standard_items(builders.self_sheet(site))[3]
    assert client.get(add_url(site), {"item": item.pk}).context["form"]["items"].value() == [item.pk]
    assert client.get(add_url(site), {"item": "x"}).context["form"]["items"].value() == []


@pytest.mark.parametrize(
    "more",
    [
        {"files": []},
        {"files": [builders.upload("virus.pdf", b"MZ")]},
        {"title": ""},
        {"taken_on": "2008-03-21"},
        {"items": [10**9]},
    ],
)
def test_evidence_refused_keeps_the_rest(client, site, more):
    body = {"files": [builders.upload()], "title": "示例", "page_pointer": "第3页", **more}
    response = client.post(add_url(site), body)
    assert response.status_code == 422
    assert "第3页" in response.content.decode()
    assert not Evidence.objects.exists()


def test_evidence_of_another_kind_of_standard_refused(client, site):
    stranger = standard_items(builders.self_sheet(builders.building(kind="service")))[0]
    body = {"files": [builders.upload()], "title": "示例", "items": [stranger.pk]}
    assert client.post(add_url(site), body).status_code == 422


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


def test_file_is_an_attachment_of_its_own_type(client, site):
    filed = add_evidence(
        site=site, title="示例", files=[builders.upload("照片.png")], by=builders.liaison(site)
    )
    url = reverse("assessments:evidence_file", args=[filed.files.get().pk])
    response = client.get(url)
    assert b"".join(response.streaming_content) == builders.PNG
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    client.force_login(factories.user(Role.LIAISON))
    assert client.get(url).status_code == 404
