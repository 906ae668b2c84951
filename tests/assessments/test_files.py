"""Who gets what of a file: the office the original, everybody else a picture without camera data."""

import io

import pytest
from PIL import Image

from accounts.enums import Role
from assessments.evidence.shown import download
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.builders import upload
from tests.files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(on):
    on("2008-03-20")
    return builders.building()


@pytest.fixture
def photo(site):
    taken = {"taken": "2008-03-12 09:00:00", "at": photos.HERE}
    return builders.filed(site, photos.upload("门厅.jpeg", **taken)).files.get()


SECRETS = (photos.MAKER.encode(), b"Exif", b"2008:03:12")


def test_original_is_for_the_office(photo):
    got = download(photo, builders.office())
    assert (got.name, got.content_type) == ("门厅.jpeg", "image/jpeg")
    content = got.file.open("rb").read()
    assert content == photos.photo(taken="2008-03-12 09:00:00", at=photos.HERE)
    assert all(secret in content for secret in SECRETS)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_everybody_else_gets_no_camera_data(photo, role):
    person = builders.liaison(photo.evidence.site) if role == Role.LIAISON else factories.user(role)
    got = download(photo, person)
    assert (got.name, got.content_type) == ("门厅.jpeg", "image/jpeg")
    content = got.file.open("rb").read()
    assert not any(secret in content for secret in SECRETS)
    assert Image.open(io.BytesIO(content)).size == (640, 480)
    assert got.file.name == photo.shown.name


def test_thumbnail_holds_no_camera_data(photo):
    content = photo.thumbnail.read()
    assert not any(secret in content for secret in SECRETS)
    assert max(Image.open(io.BytesIO(content)).size) == 320


def test_copy_of_an_animation_bears_its_own_ending(site):
    content = photos.saved(photos.image(size=(40, 30)), "GIF")
    file = builders.filed(site, upload("动画.gif", content)).files.get()
    got = download(file, builders.liaison(site))
    assert (got.name, got.content_type) == ("动画.png", "image/png")
    assert download(file, builders.office()).name == "动画.gif"


def test_paper_is_the_same_for_everybody(site):
    file = builders.filed(site, upload("a.pdf", pdf())).files.get()
    for person in (builders.office(), builders.liaison(site)):
        assert download(file, person).file.open("rb").read() == pdf()
