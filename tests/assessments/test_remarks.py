"""What strikes one about a picture: its time and place held against the visit, the dates and the site."""

import datetime

import pytest
from django.utils import timezone

from assessments.evidence.remarks import metres_between, remarks_on
from tests.assessments import builders, photos
from tests.assessments.builders import upload
from tests.files import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def site(on):
    on("2008-03-20")
    made = builders.building()
    made.latitude, made.longitude = map(str, photos.HERE)
    made.save()
    return made


def remarks(filed) -> list[str]:
    [file] = filed.files.all()
    return remarks_on([file], builders.office()).get(file.pk, [])


def test_nothing_to_say(site):
    assert remarks(builders.filed(site, photos.upload(at=photos.HERE))) == []


def test_paper_and_drawing_have_no_camera(site):
    assert remarks(builders.filed(site, upload("a.pdf", pdf()))) == []
    assert remarks(builders.filed(site, upload("b.png"))) == []


def test_no_camera_data(site):
    assert remarks(builders.filed(site, photos.upload(taken=""))) == [
        "Holds no camera data: neither when nor where it was taken."
    ]


def test_far_from_the_site(site):
    assert remarks(builders.filed(site, photos.upload(at=photos.FAR))) == [
        "Taken about 5.0 km away from the site."
    ]


def test_place_of_the_site_not_known(site):
    site.latitude = site.longitude = None
    site.save()
    assert remarks(builders.filed(site, photos.upload(at=photos.FAR))) == []


def test_after_the_date_given(site):
    filed = builders.filed(site, photos.upload(), taken_on=datetime.date(2008, 3, 12))
    assert remarks(filed) == ["Taken on 20 March 2008, after the date given (12 March 2008)."]


def test_before_the_programme(site):
    assert remarks(builders.filed(site, photos.upload(taken="2007-03-01 10:00:00"))) == [
        "Taken on 1 March 2007, before the programme was issued."
    ]


def test_in_the_future(site):
    ahead = timezone.localtime() + datetime.timedelta(days=3)
    filed = builders.filed(site, photos.upload(taken=f"{ahead:%Y-%m-%d %H:%M:%S}"))
    assert remarks(filed) == [f"Taken in the future, on {ahead.day} {ahead:%B %Y} by the camera's clock."]


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ("2008-04-08 00:00:30", []),
        ("2008-04-08 23:59:00", []),
        ("2008-04-07 23:59:00", ["Taken on 7 April 2008, not on the day of the visit (8 April 2008)."]),
        ("2008-04-09 00:00:00", ["Taken on 9 April 2008, not on the day of the visit (8 April 2008)."]),
    ],
)
def test_outside_the_visit(site, taken, said):
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    assessment.assignment.visit_on = datetime.date(2008, 4, 8)
    assessment.assignment.save()
    by = builders.members(assessment.assignment.team)[0]
    filed = builders.filed(site, photos.upload(taken=taken), assessment=assessment, by=by)
    assert remarks(filed) == said


def test_of_many_files_at_once(site, django_assert_num_queries):
    filed = builders.filed(site, *[photos.upload(f"{n}.jpg", n, taken="") for n in range(4)])
    other = builders.filed(builders.building(), *[photos.upload(f"{n}.jpg", n, taken="") for n in range(2)])
    files, office = [*filed.files.all(), *other.files.all()], builders.office()
    with django_assert_num_queries(4):
        found = remarks_on(files, office)
    assert [len(found[file.pk]) for file in files] == [2, 2, 1, 1, 2, 2]


def test_of_pictures_used_once_little_is_asked(site, django_assert_num_queries):
    """Who may be told of a copy is asked only where there is one."""
    filed = builders.filed(site, *[photos.upload(f"{n}.jpg", n, taken="") for n in range(4)])
    files, office = list(filed.files.all()), builders.office()
    with django_assert_num_queries(2):
        found = remarks_on(files, office)
    assert [len(found[file.pk]) for file in files] == [1, 1, 1, 1]


def test_metres():
    assert metres_between(photos.HERE, photos.HERE) == 0
    assert metres_between(photos.HERE, photos.FAR) == pytest.approx(5004, abs=2)
    assert metres_between((0, 0), (0, 180)) == pytest.approx(20_015_087, abs=1)
    assert metres_between((None, None), photos.HERE) is None
