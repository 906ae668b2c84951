"""Arrows, circles and lines over a picture: beside the file, above one another, in words, within limits."""

import hashlib
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import AnnotationLayer, EvidenceFile, FieldPhoto
from assessments.models.photos import MOST_LETTERS
from assessments.services import annotations, sheets
from assessments.services.evidence import items_to_show
from sites.workflow import WorkflowError
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.pages import url
from tests.assessments.test_field_photos import send
from tests.files import PDF

pytestmark = pytest.mark.django_db

ARROW = "M10 20L300 200M290 210L300 200L280 195"
CIRCLE = "M40 50a30 20 0 1 0 60 0a30 20 0 1 0 -60 0z"
LINE = "M1 1L2 2L640 480"


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
def photo(client, assessment, inspector):
    send(client, assessment, items_to_show(site=assessment.site, assessment=assessment)[0])
    return FieldPhoto.objects.get()


def draw(client, photo, **said):
    body = {"key": str(uuid4()), "drawn_at": timezone.now().isoformat(), "note": "", "arrows": ARROW, **said}
    return client.post(url("photo_marks", photo.file_id), body)


def drawing(**said):
    return annotations.Drawing(key=uuid4(), drawn_at=timezone.now(), **said)


def test_layer_lies_beside_the_file_which_stays_as_it_is(client, photo, inspector):
    digest, trail = photo.file.sha256, EvidenceFile.objects.values().get()
    response = draw(client, photo, arrows=ARROW * 2, circles=CIRCLE, note="门牌没有更新")
    assert response.status_code == 201
    layer = AnnotationLayer.objects.get()
    assert response.json()["receipt"] == layer.pk
    assert (layer.file, layer.drawn_by, layer.path) == (photo.file, inspector, ARROW * 2 + CIRCLE)
    assert EvidenceFile.objects.values().get() == trail
    with photo.file.file.open() as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == digest


def test_a_newer_layer_lies_above_and_the_former_stays(client, photo):
    draw(client, photo)
    draw(client, photo, arrows="", circles=CIRCLE)
    page = client.get(url("evidence_view", photo.file_id))
    assert page.context["newest"].circles == CIRCLE
    assert [layer.arrows for layer in page.context["former"]] == [ARROW]
    draw(client, photo, arrows="")  # an empty one takes all from sight
    page = client.get(url("evidence_view", photo.file_id))
    assert page.context["newest"].path == ""
    assert 'id="with-marks"' not in page.content.decode()
    assert AnnotationLayer.objects.count() == 3


def test_the_same_layer_sent_again_is_the_first_one(client, photo):
    key, at = str(uuid4()), timezone.now().isoformat()
    first, again = (draw(client, photo, key=key, drawn_at=at) for _each in range(2))
    assert first.json() == again.json()
    assert AnnotationLayer.objects.count() == 1
    other = draw(client, photo, key=key, drawn_at=at, circles=CIRCLE)
    assert (other.status_code, AnnotationLayer.objects.count()) == (409, 1)


@pytest.mark.parametrize(
    "said",
    [
        {"arrows": ""},  # nothing is drawn at all
        {"arrows": "M1 1L2 2"},  # no head
        {"arrows": "M10 20L300 200M290 210L301 200L280 195"},  # the head has another tip
        {"arrows": CIRCLE},
        {"circles": "M40 50a30 20 0 1 0 60 0a30 20 0 1 0 -61 0z"},
        {"lines": "M1 1"},
        {"lines": "M1 1L641 2"},  # past the edge of a picture of 640 by 480
        {"lines": "M1 1L2 481"},
        {"lines": "M1 1L-2 2"},
        {"lines": "M1 1L2 2,"},
        {"lines": "M１ 1L2 2"},
        {"lines": 'M1 1L2 2"/><script>alert(1)</script>'},
        {"lines": "url(#a)"},
        {"lines": "M1 1" + "L2 2" * (MOST_LETTERS // 4)},
        {"lines": ("M1 1" + "L2 2" * 3000), "circles": CIRCLE * 200},  # each short enough, too much together
        {"note": "长" * 201},
        {"key": "1"},
        {"drawn_at": "gestern"},
    ],
)
def test_what_is_no_drawing_says_why_and_is_not_kept(client, photo, said):
    response = draw(client, photo, **said)
    assert response.status_code == 422
    assert len(response.json()["problem"]) > 5
    assert not AnnotationLayer.objects.exists()


PLACE = st.tuples(st.integers(0, 640), st.integers(0, 480)).map(lambda place: f"{place[0]} {place[1]}")


@given(st.lists(st.lists(PLACE, min_size=2, max_size=20), max_size=5), PLACE, PLACE, PLACE, PLACE)
def test_whatever_a_finger_draws_is_read_and_counted(lines, first, tip, left, right):
    path = "".join("M" + "L".join(line) for line in lines)
    assert annotations.LINES.fullmatch(path)
    arrow = f"M{first}L{tip}M{left}L{tip}L{right}"
    assert annotations.ARROWS.fullmatch(arrow * 2)
    layer = AnnotationLayer(arrows=arrow * 2, lines=path)
    with translation.override("en"):
        assert layer.says.startswith("2 arrows")
        assert (f"{len(lines)} line" in layer.says) == bool(lines)


def test_after_the_sheet_is_submitted_it_is_refused_with_words(client, assessment, inspector, photo):
    sheet = builders.own_sheet(assessment, inspector)
    builders.fill(sheet, inspector)
    sheets.submit_inspector_sheet(sheet=sheet, by=inspector)
    response = draw(client, photo)
    assert response.status_code == 409
    assert "已提交" in response.json()["problem"]
    page = client.get(url("evidence_view", photo.file_id))
    assert page.context["form"] is None
    assert not AnnotationLayer.objects.exists()


def test_a_colleague_and_a_stranger_draw_nothing(client, assessment, inspector, photo):
    client.force_login(builders.members(assessment.assignment.team)[1])
    assert draw(client, photo).status_code == 404
    assert client.post(url("evidence_marks", photo.file_id), {"note": "示例"}).status_code == 404
    client.force_login(builders.office())
    assert draw(client, photo).status_code == 403
    assert client.get(url("evidence_view", photo.file_id)).context["form"] is None
    assert client.post(url("evidence_marks", photo.file_id), {"note": "示例"}).status_code == 403
    client.logout()
    assert draw(client, photo).status_code == 302
    for person in (builders.office(), builders.liaison(assessment.site), factories.user("inspector")):
        with pytest.raises(PermissionDenied):
            annotations.annotate(file=photo.file, drawing=drawing(arrows=ARROW), by=person)
    assert not AnnotationLayer.objects.exists()


def test_who_sees_the_picture_sees_the_marks_with_a_switch_and_in_words(client, assessment, photo):
    draw(client, photo, arrows=ARROW * 2, circles=CIRCLE, note="门牌没有更新")
    client.force_login(builders.office())
    page = client.get(url("evidence_view", photo.file_id)).content.decode()
    assert "2 个箭头、1 个圆圈" in page
    assert "门牌没有更新" in page
    assert 'type="checkbox"' in page[page.index("with-marks") - 60 : page.index("with-marks")]
    assert page.count(ARROW * 2 + CIRCLE) == 2
    assert "photo-marks.js" not in page


def test_without_a_script_the_page_takes_words(client, photo, inspector):
    answer = client.post(url("evidence_marks", photo.file_id), {"note": "门牌没有更新"}, follow=True)
    assert answer.status_code == 200
    layer = AnnotationLayer.objects.get()
    assert (layer.note, layer.path, layer.drawn_by) == ("门牌没有更新", "", inspector)
    page = client.get(url("evidence_view", photo.file_id))
    assert page.context["form"].initial["note"] == "门牌没有更新"
    wrong = client.post(url("evidence_marks", photo.file_id), {"note": "", "lines": "M1"})
    assert wrong.status_code == 422
    assert "重新" in wrong.content.decode()


def test_a_unit_draws_on_what_it_filed_while_it_may(site, on):
    on("2008-03-20")
    by = builders.liaison(site)
    piece = builders.filed(site, photos.upload(), pointers={})
    file = piece.files.get()
    annotations.annotate(file=file, drawing=drawing(circles=CIRCLE), by=by)
    newer = builders.filed(site, photos.upload(seed=2), pointers={}, replaces=piece)
    with pytest.raises(WorkflowError):
        annotations.annotate(file=file, drawing=drawing(circles=CIRCLE), by=by)
    assert newer.files.get().layers.count() == 0


def test_only_a_picture_is_drawn_on(site, on):
    on("2008-03-20")
    piece = builders.filed(site, builders.upload("a.pdf", PDF), pointers={})
    with pytest.raises(ValidationError):
        annotations.annotate(file=piece.files.get(), drawing=drawing(note="示例"), by=builders.liaison(site))


def test_a_layer_is_never_changed_and_never_too_long(client, photo, inspector):
    draw(client, photo)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AnnotationLayer.objects.update(note="anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnotationLayer.objects.create(
            file=photo.file,
            drawn_by=inspector,
            **vars(drawing(lines="M" * MOST_LETTERS, arrows="M")),
        )
