"""The same picture used twice: found by content and by looks, told to those who may know."""

import time

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.evidence.remarks import remarks_on
from assessments.models import Assignment, EvidenceFile, Twin
from assessments.services import recusals
from assessments.services.reused_pictures import note_twins
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.builders import PNG, upload
from tests.files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(on):
    on("2008-03-20")


@pytest.fixture
def other():
    return builders.building()


def the_file(filed):
    return filed.files.get()


def smaller(seed: int = 1) -> bytes:
    """The picture of that seed as somebody else saved it."""
    return photos.saved(photos.image(seed).resize((320, 240)), quality=60)


def test_same_file_at_another_site(site, other):
    first, second = builders.filed(site, upload()), builders.filed(other, upload("b.png"))
    twin = Twin.objects.get()
    assert (twin.earlier.evidence, twin.file.evidence, twin.distance) == (first, second, 0)
    assert list(Twin.objects.across_sites()) == [twin]


def test_same_picture_saved_anew(site, other):
    builders.filed(site, photos.upload())
    builders.filed(other, upload("small.jpg", smaller()), photos.upload(seed=2))
    twin = Twin.objects.select_related("file", "earlier").get()
    assert (twin.file.name, twin.earlier.name) == ("small.jpg", "照片.jpg")
    assert twin.file.sha256 != twin.earlier.sha256


def test_plain_pictures_are_not_taken_for_the_same(site, other):
    builders.filed(site, upload("a.png", builders.drawing("white")))
    builders.filed(other, upload("b.png", builders.drawing("grey")))
    assert not Twin.objects.exists()


def test_papers_and_newer_versions_are_not_compared(site, other):
    for each in (site, other):
        builders.filed(each, upload("a.pdf", pdf(b"the same")))
    older = builders.filed(site, photos.upload())
    builders.filed(site, photos.upload(), upload("small.jpg", smaller()), replaces=older)
    assert not Twin.objects.exists()


def test_twice_at_one_site(site):
    builders.filed(site, photos.upload(), title="门厅")
    own = the_file(builders.filed(site, upload("small.jpg", smaller()), title="大厅"))
    assert not Twin.objects.across_sites().exists()
    [_no_camera, told] = remarks_on([own], builders.liaison(site))[own.pk]
    assert "门厅" in told
    assert not Notification.objects.filter(text__contains="picture").exists()


def test_office_is_told_of_another_sites_picture(site, other):
    office = builders.office()
    builders.filed(site, photos.upload())
    builders.filed(other, upload("a.png"), upload("b.jpg", smaller()))
    [told] = Notification.objects.filter(user=office, text__contains="picture")
    assert told.about == {"site": str(other)}


def test_who_stood_aside_from_the_other_site_is_not_told(site, other):
    office = builders.office()
    office.recusals.create(site=site, reason="示例", declared_on="2008-03-01", declared_by=office)
    builders.filed(site, photos.upload())
    builders.filed(other, photos.upload())
    assert not Notification.objects.filter(user=office, text__contains="picture").exists()
    assert not Twin.objects.visible_to(office).exists()


def test_who_stands_aside_from_the_other_site_later_reads_of_it_no_more(client, site, other):
    office = builders.office()
    for each in (site, other):
        builders.filed(each, photos.upload())
    recusals.recuse(user=office, site=site, reason="示例")
    client.force_login(office)
    assert site.window_name not in client.get(reverse("desk:home")).content.decode()


@pytest.mark.parametrize("number", [0, 1])
def test_unit_learns_that_and_not_where(site, other, number):
    pair = [the_file(builders.filed(each, photos.upload())) for each in (site, other)]
    own, stranger = pair[number], pair[1 - number]
    liaison = builders.liaison(own.evidence.site)
    assert not Twin.objects.visible_to(liaison).exists()
    [told] = remarks_on([own], liaison)[own.pk]
    assert str(stranger.evidence.site) not in told
    [told] = remarks_on([own], builders.office())[own.pk]
    assert str(stranger.evidence.site) in told


def inspector_of(site):
    """Somebody whose team goes to this site alone."""
    person = factories.user(Role.INSPECTOR)
    team = builders.team()
    team.members.create(user=person)
    made = builders.open_round("inspection").assessments.create(
        site=site, standard=builders.open_round("inspection").standards.get(kind=site.kind)
    )
    Assignment.objects.create(
        assessment=made, team=team, assigned_by=builders.office(), assigned_on="2008-03-20"
    )
    return person


def test_inspector_of_either_site_learns_of_both(site, other):
    pair = [the_file(builders.filed(each, photos.upload())) for each in (site, other)]
    for own, stranger in (pair, pair[::-1]):
        person = inspector_of(own.evidence.site)
        assert Twin.objects.visible_to(person).exists()
        [told] = remarks_on([own], person)[own.pk]
        assert str(stranger.evidence.site) in told


def test_inspector_who_stood_aside_from_the_other_learns_nothing(site, other):
    own, stranger = [the_file(builders.filed(each, photos.upload())) for each in (site, other)]
    person = inspector_of(site)
    recusals.recuse(user=person, site=stranger.evidence.site, reason="示例")
    assert not Twin.objects.visible_to(person).exists()
    assert remarks_on([own], person) == {}


def test_stranger_learns_nothing(site, other):
    for each in (site, other):
        builders.filed(each, photos.upload())
    for role in (Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR):
        assert not Twin.objects.touching(factories.user(role)).exists()


def test_ten_thousand_pictures_cost_little(site, other, django_assert_max_num_queries):
    filed = builders.filed(other, upload())
    EvidenceFile.objects.bulk_create(
        EvidenceFile(
            evidence=filed, file=f"{n}", name=f"{n}", content_type="image/jpeg", size=1, sha256=f"{n:064x}",
            likeness=f"{n * 0x9E3779B97F4A7C15 % 2**64:016x}",
        )
        for n in range(10_000)
    )  # fmt: skip
    new = builders.filed(site, *[upload(f"{n}.png", PNG + bytes([n])) for n in range(10)])
    begun = time.perf_counter()
    with django_assert_max_num_queries(2):
        note_twins(new, list(new.files.all()))
    assert time.perf_counter() - begun < 2
