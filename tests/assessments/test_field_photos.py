"""A picture from a phone arrives once, whatever the line did, and says when and where it was taken."""

import datetime
import hashlib
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.models import Evidence, FieldPhoto
from assessments.services import sheets
from assessments.services.evidence import items_to_show
from tests.assessments import builders, photos
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(on):
    site = builders.building()
    builders.self_assessed(site)
    on("2008-04-08")
    return builders.assigned(site)


@pytest.fixture
def inspector(assessment, client):
    person = builders.members(assessment.assignment.team)[0]
    client.force_login(person)
    return person


@pytest.fixture
def item(assessment):
    return items_to_show(site=assessment.site, assessment=assessment)[0]


def send(client, assessment, shows, content=None, **more):
    content = photos.photo() if content is None else content
    now = timezone.now().isoformat()
    fields = {"key": str(uuid4()), "item": shows.pk, "taken_at": now, "clock": now, **more}
    picture = SimpleUploadedFile("picture.jpg", content, "image/jpeg")
    return client.post(url("photo", assessment.pk), {**fields, "photo": picture})


def test_picture_is_filed_with_what_the_phone_says(client, assessment, inspector, item):
    content, ahead = photos.photo(), timezone.now() + datetime.timedelta(days=1)
    response = send(
        client,
        assessment,
        item,
        content,
        taken_at=(ahead - datetime.timedelta(hours=2)).isoformat(),
        clock=ahead.isoformat(),
        latitude="39.655300",
        longitude="106.794200",
        accuracy="12",
        device="示例手机",
        is_scaled="on",
        digest=hashlib.sha256(content).hexdigest(),
    )
    assert response.status_code == 201
    kept = FieldPhoto.objects.get()
    assert response.json()["receipt"] == kept.pk
    assert response.json()["sha256"] == hashlib.sha256(content).hexdigest() == kept.file.sha256
    assert abs(kept.phone_ahead - 24 * 3600) < 60  # the phone's clock was wrong by a day, and it is told
    assert (kept.latitude, kept.accuracy, kept.device, kept.is_scaled) == (
        Decimal("39.655300"),
        12,
        "示例手机",
        True,
    )
    evidence = kept.file.evidence
    assert (evidence.assessment, evidence.uploaded_by) == (assessment, inspector)
    assert list(evidence.items.all()) == [item]


def test_the_same_picture_sent_again_is_answered_by_its_first_receipt(client, assessment, inspector, item):
    key = str(uuid4())
    first, again = (send(client, assessment, item, key=key) for _each in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Evidence.objects.filter(assessment=assessment).count() == 1


def test_two_pictures_never_have_one_number(client, assessment, inspector, item):
    key = str(uuid4())
    send(client, assessment, item, key=key)
    response = send(client, assessment, item, photos.photo(2), key=key)
    assert (response.status_code, response.json()) == (409, {"problem": "这个编号已用于另一张照片。"})
    assert FieldPhoto.objects.count() == 1


def test_a_colleague_learns_nothing_by_a_number(client, assessment, inspector, item):
    key = str(uuid4())
    send(client, assessment, item, key=key)
    client.force_login(builders.members(assessment.assignment.team)[1])
    assert send(client, assessment, item, key=key).status_code == 403


def test_after_the_sheet_is_submitted_it_is_refused_with_words(client, assessment, inspector, item):
    sheet = builders.own_sheet(assessment, inspector)
    builders.fill(sheet, inspector)
    sheets.submit_inspector_sheet(sheet=sheet, by=inspector)
    response = send(client, assessment, item)
    assert response.status_code == 409
    assert "已提交" in response.json()["problem"]
    assert not FieldPhoto.objects.exists()


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (b"", {}),
        (b"GIF89a no picture", {}),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(64), {}),  # a video
        (None, {"digest": "0" * 64}),
        (None, {"taken_at": "gestern"}),
        (None, {"latitude": "91"}),
        (None, {"item": "0"}),
        (None, {"key": "1"}),
    ],
)
def test_what_cannot_be_taken_says_why_and_keeps_nothing(client, assessment, inspector, item, content, more):
    response = send(client, assessment, item, content, **more)
    assert response.status_code == 422
    assert len(response.json()["problem"]) > 5
    assert not Evidence.objects.filter(assessment=assessment).exists()


def test_receipt_is_never_changed(client, assessment, inspector, item):
    send(client, assessment, item)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FieldPhoto.objects.update(device="anders")


def test_strangers_send_nothing(client, assessment, item):
    assert send(client, assessment, item).status_code == 302
    client.force_login(builders.liaison(assessment.site))
    assert send(client, assessment, item).status_code in (403, 404)
    assert not FieldPhoto.objects.exists()
