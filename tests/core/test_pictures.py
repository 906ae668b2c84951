"""Reading pictures: what the camera wrote, copies without it, how they look; hostile ones are refused."""

import datetime
import io
import itertools
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from PIL import ExifTags, Image, ImageEnhance, ImageFile, ImageOps, PngImagePlugin

from core import pictures
from core.picture_facts import ALIKE, Picture, bits_apart
from tests.assessments import photos

CHINA = ZoneInfo("Asia/Shanghai")


def read(content: bytes) -> Picture:
    return pictures.read(io.BytesIO(content))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


# -- what the camera wrote ----------------------------------------------------


def test_time_and_place_are_read():
    picture = read(photos.photo(taken="2008-04-08 10:20:30", at=photos.HERE))
    assert picture.captured_at == datetime.datetime(2008, 4, 8, 10, 20, 30, tzinfo=CHINA)
    assert (picture.latitude, picture.longitude) == (Decimal("39.655300"), Decimal("106.794200"))
    assert (picture.width, picture.height) == (640, 480)


def test_south_and_west_lie_below_zero():
    picture = read(photos.photo(at=(-33.5, -70.25)))
    assert (picture.latitude, picture.longitude) == (Decimal("-33.5"), Decimal("-70.25"))


def test_camera_of_another_time_zone():
    camera = photos.exif(taken="2008-04-08 10:00:00")
    camera.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = "+09:00"
    taken = read(photos.saved(photos.image(), exif=camera)).captured_at
    assert taken == datetime.datetime(2008, 4, 8, 9, 0, tzinfo=CHINA)


@pytest.mark.parametrize("taken", ["0000-00-00 00:00:00", "2008-13-40 10:00:00", "yesterday", " "])
def test_time_that_makes_no_sense_is_none(taken):
    assert read(photos.photo(taken=taken)).captured_at is None


@pytest.mark.parametrize("at", [(0.0, 0.0), (123.0, 106.0), (39.0, 999.0)])
def test_place_that_makes_no_sense_is_none(at):
    picture = read(photos.photo(at=at))
    assert (picture.latitude, picture.longitude) == (None, None)


@pytest.mark.parametrize("parts", [(39.0,), (1.0, 2.0, float("nan")), "39.6"])
def test_broken_place_is_none(parts):
    assert pictures._place({ExifTags.GPS.GPSLatitude: parts, ExifTags.GPS.GPSLongitude: parts}) == (
        None,
        None,
    )


def test_no_camera_data_at_all():
    picture = read(photos.saved(photos.image()))
    assert (picture.captured_at, picture.latitude, picture.longitude) == (None, None, None)


# -- copies -------------------------------------------------------------------


def test_copies_hold_nothing_but_the_picture():
    about = {"comment": b"SECRET-COMMENT", "xmp": b"<x>SECRET-XMP</x>", "icc_profile": b"SECRET-ICC"}
    content = photos.saved(
        photos.image(), exif=photos.exif(taken="2008-04-08 10:20:30", at=photos.HERE), **about
    )
    assert photos.MAKER.encode() in content
    assert b"SECRET-COMMENT" in content
    picture = read(content)
    for copy in (picture.shown, picture.thumbnail):
        for secret in (photos.MAKER.encode(), b"Exif", b"2008:04:08", b"SECRET"):
            assert secret not in copy
        assert not opened(copy).getexif()


def test_text_in_a_png_is_left_behind():
    content = photos.saved(photos.image(), "PNG", exif=photos.exif(at=photos.HERE))
    shown = read(content).shown
    assert opened(shown).format == "PNG"
    assert photos.MAKER.encode() not in shown
    assert b"eXIf" not in shown


def test_picture_held_sideways_is_shown_upright():
    picture = read(photos.photo(size=(640, 480), orientation=6))
    assert (picture.width, picture.height) == (480, 640)
    assert opened(picture.shown).size == (480, 640)
    upright = photos.image().rotate(-90, expand=True)
    near = bits_apart(int(picture.likeness, 16), int(pictures.likeness(upright), 16))
    assert near <= ALIKE


def test_copies_are_made_smaller_and_never_larger():
    picture = read(photos.photo(size=(4000, 3000)))
    assert (picture.width, picture.height) == (4000, 3000)
    assert (opened(picture.shown).size, opened(picture.thumbnail).size) == ((2000, 1500), (320, 240))
    small = read(photos.photo(size=(100, 80)))
    assert opened(small.shown).size == opened(small.thumbnail).size == (100, 80)


def test_animation_is_shown_by_its_first_frame():
    frames = [photos.image(seed, (40, 30)) for seed in range(3)]
    content = photos.saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = read(content)
    assert opened(content).n_frames == 3
    assert picture.shown_suffix == ".png"
    assert getattr(opened(picture.shown), "n_frames", 1) == 1


def test_transparent_drawing_stays_transparent_and_is_white_in_small():
    content = photos.saved(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG")
    picture = read(content)
    assert opened(picture.shown).mode == "RGBA"
    assert opened(picture.thumbnail).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_every_kind_of_colours_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    base = Image.new("I;16", (40, 30)) if mode == "I;16" else photos.image(size=(40, 30)).convert(mode)
    assert read(photos.saved(base, kind)).width == 40


# -- how it looks -------------------------------------------------------------


def apart(one: Image.Image, other: Image.Image) -> int:
    return bits_apart(*(int(read(photos.saved(each)).likeness, 16) for each in (one, other)))


@pytest.mark.parametrize(
    "copied",
    [
        lambda it: it.resize((320, 240)),
        lambda it: it.resize((160, 120)),
        lambda it: ImageEnhance.Brightness(it).enhance(1.2),
        lambda it: opened(photos.saved(it, quality=30)),
        ImageOps.grayscale,
    ],
)
def test_a_copy_is_like_its_original(copied):
    for seed in range(5):
        original = photos.image(seed)
        assert apart(original, copied(original)) <= ALIKE


def test_different_pictures_are_not_alike():
    images = [photos.image(seed, (160, 120)) for seed in range(20)]
    assert min(apart(*pair) for pair in itertools.combinations(images, 2)) > 2 * ALIKE


@pytest.mark.parametrize("colour", ["white", "black", "#f4f1ea"])
def test_where_nothing_is_to_be_seen_nothing_is_compared(colour):
    assert read(photos.saved(Image.new("RGB", (400, 300), colour))).likeness == ""


# -- hostile ones -------------------------------------------------------------


@pytest.mark.parametrize("size", [(9000, 9000), (60_000, 60_000), (500_000, 200)])
def test_picture_that_unpacks_to_too_much_is_refused(size):
    with pytest.raises(ValidationError, match="64"):
        read(photos.png_of(*size))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n" + b"0" * 64,
        b"GIF89a<script>alert(1)</script>",
        b"%PDF-1.4",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        photos.photo()[:5000],
        photos.saved(photos.image(), "PNG")[:20000],
        photos.saved(photos.image(), "TIFF"),
    ],
)
def test_broken_picture_is_refused(content, english):
    with pytest.raises(ValidationError, match="damaged"):
        read(content)


def png_with_a_text_of(size: int) -> bytes:
    """A small picture beside a text that is packed to a thousandth."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "0" * size, zip=True)
    return photos.saved(photos.image(size=(40, 30)), "PNG", pnginfo=text)


@pytest.mark.parametrize("content", [photos.photo()[:5000], png_with_a_text_of(100_000_000)])
def test_what_makes_papers_does_not_make_the_reader_lenient(content, monkeypatch):
    """WeasyPrint, once imported, has Pillow take half pictures for whole ones, in the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(ValidationError):
        read(content)
    assert ImageFile.LOAD_TRUNCATED_IMAGES
