"""Pictures: what the camera wrote into them, copies that no longer hold it, and a hash of how they look.

Pure functions over bytes: no records, no settings.
"""

import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageFile, ImageOps

from .picture_facts import Picture

FORMATS = ("JPEG", "PNG", "GIF")
# What a telephone takes (50 million) and some more; a small file that unpacks to far more is a trap.
MAX_PIXELS = 64_000_000
# A picture that moves for minutes shows nothing that one frame does not.
MAX_FRAMES = 300
# Large enough to read the notices on a photographed board. A JPEG is unpacked at half its size or a quarter
# for next to nothing, and half of a telephone's 4000 to 4096 is then not scaled again.
SHOWN_SIDE, UNPACKED_SIDE = 2048, 2000
THUMBNAIL_SIDE = 320
# A scanned page, a white wall: where half of the points lie within one tone, all pictures look alike.
TONE, MOSTLY = 24, 0.5

_STAMP = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


def read(file: IO[bytes]) -> Picture:
    """Read a JPEG, PNG or GIF; ValidationError where it is broken, or too large to be unpacked."""
    file.seek(0)
    try:
        with _strictly(), Image.open(file, formats=FORMATS) as opened:
            return _read(opened)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Exception as error:  # what a broken or hostile file makes of the decoders is in no list
        raise ValidationError(_("The picture is damaged; open it, save it again and upload that.")) from error
    finally:
        file.seek(0)


@contextmanager
def _strictly() -> Iterator[None]:
    """Half a picture is refused, and one whose texts unpack to too much: WeasyPrint lets Pillow pass both."""
    usual, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = usual


def _too_large() -> ValidationError:
    return ValidationError(
        _("The picture has more than %(n)d million points; make it smaller and upload it again.")
        % {"n": MAX_PIXELS // 1_000_000}
    )


def _read(opened: Image.Image) -> Picture:
    if opened.width * opened.height > MAX_PIXELS:
        raise _too_large()
    if getattr(opened, "n_frames", 1) > MAX_FRAMES:
        raise ValidationError(
            _("The picture has more than %(n)d frames; save one of them and upload that.") % {"n": MAX_FRAMES}
        )
    exif = opened.getexif()
    width, height = opened.size
    if exif.get(ExifTags.Base.Orientation, 1) in _ON_ITS_SIDE:
        width, height = height, width
    latitude, longitude = _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
    shown = _upright(opened)
    thumbnail = _on_white(shown)
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    # An animated picture shows its first frame only: evidence is what one sees at a glance, and a paper
    # cannot move. A drawing keeps its sharp edges and its transparency as PNG.
    as_photo = opened.format in ("JPEG", "MPO")
    return Picture(
        width=width,
        height=height,
        captured_at=_captured_at(exif.get_ifd(ExifTags.IFD.Exif)),
        latitude=latitude,
        longitude=longitude,
        likeness=likeness(thumbnail),
        shown=_saved(shown, "JPEG" if as_photo else "PNG"),
        shown_suffix=".jpg" if as_photo else ".png",
        thumbnail=_saved(thumbnail, "JPEG"),
    )


_ON_ITS_SIDE = (5, 6, 7, 8)


def _upright(opened: Image.Image) -> Image.Image:
    """The first frame, turned as it is to be seen, not too large, of pixels alone."""
    opened.draft("RGB", _within(opened.size, UNPACKED_SIDE))
    image = ImageOps.exif_transpose(opened)
    transparent = image.has_transparency_data
    image = image.convert("RGBA" if transparent else "RGB")
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE), reducing_gap=2.0)
    # Whatever the file said beside its pixels (comments, profiles, XMP) is kept here by Pillow.
    image.info.clear()
    return image


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    part = side / max(size)
    return max(1, int(size[0] * part)), max(1, int(size[1] * part))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.copy()
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image)
    return white


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **({"quality": 85} if kind == "JPEG" else {"compress_level": 4}))
    return out.getvalue()


# -- how it looks -------------------------------------------------------------


def likeness(image: Image.Image) -> str:
    """64 bits in hex: for each of 8 × 8 places, whether it gets darker to the right (a difference hash).

    Copies differ in few bits, whatever their size and quality. "" where there is too little to see: such
    pictures are all alike.
    """
    image = image.convert("L")
    if _is_of_one_tone(image.histogram()):
        return ""
    grey = image.resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(0, 72, 9):
        for place in range(row, row + 8):
            bits = bits << 1 | (grey[place] > grey[place + 1])
    return f"{bits:016x}"


def _is_of_one_tone(histogram: Sequence[int]) -> bool:
    most = max(sum(histogram[tone : tone + TONE]) for tone in range(257 - TONE))
    return most > MOSTLY * sum(histogram)


# -- what the camera wrote ----------------------------------------------------


def _captured_at(exif: Mapping[int, Any]) -> datetime.datetime | None:
    """When it was taken, in the camera's own time zone or else the portal's."""
    found = _STAMP.match(str(exif.get(ExifTags.Base.DateTimeOriginal, "")))
    if not found:
        return None
    offset = _OFFSET.fullmatch(str(exif.get(ExifTags.Base.OffsetTimeOriginal, "")))
    year, month, day, hour, minute, second = map(int, found.groups())
    with suppress(ValueError, OverflowError):
        local = datetime.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # gets its zone below
        if offset:
            return datetime.datetime.fromisoformat(f"{local.isoformat()}{offset[0]}")
        return timezone.make_aware(local)
    return None


def _place(gps: Mapping[int, Any]) -> tuple[Decimal, Decimal] | tuple[None, None]:
    """Latitude and longitude in degrees; both, or neither."""
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), 90)
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), 180)
    # A camera that has not found its place yet writes zeros.
    if latitude is None or longitude is None or (not latitude and not longitude):
        return None, None
    return latitude, longitude


def _degrees(parts: Any, side: Any, limit: int) -> Decimal | None:
    """Degrees, minutes and seconds as a decimal, south and west below zero; None of what makes no sense."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        sum_of_parts = degrees + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ArithmeticError):
        return None
    if not 0 <= sum_of_parts <= limit:  # nor is what is no number
        return None
    value = Decimal(sum_of_parts).quantize(Decimal("0.000001"))
    return -value if str(side).strip("\0 ").upper() in ("S", "W") else value
