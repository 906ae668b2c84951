"""The demo's photographs: drawn here, small, the same each time, with what a camera would have written."""

import io
import random
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw, ImageFont

from sites.models import Site
from standards.enums import Kind

from .cast import SAMPLE

SIZE = (640, 480)
BOARD, HEAD, FLOOR = (470, 320), 62, 400
SHEET, GAP = (126, 98), 22
FONT, SIMPLIFIED = "NotoSansCJK-Regular.ttc", 2
Place = tuple[float, float]


def photo(image: Image.Image, name: str, *, taken: str, at: Place) -> SimpleUploadedFile:
    """`image` as a telephone saves it: `taken` as "2008-04-08 10:00:00", `at` in degrees north and east."""
    written = Image.Exif()
    written[ExifTags.Base.Make] = "SAMPLE"
    written.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken.replace("-", ":")
    gps = written.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
    for tag, degrees in zip((ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude), at, strict=True):
        gps[tag] = (float(int(degrees)), round(degrees % 1 * 60, 4), 0.0)
    return saved(image, name, exif=written)


def saved(image: Image.Image, name: str, exif: Image.Exif | None = None) -> SimpleUploadedFile:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=exif or Image.Exif())
    return SimpleUploadedFile(f"{name}{SAMPLE}.jpg", out.getvalue(), "image/jpeg")


def notice_board(site: Site, *, sheets: int, view: str = "") -> Image.Image:
    """The site's notice board with up to six sheets on it; another `view` is seen from elsewhere.

    Panels and tiles differ from place to place, so that no two boards are taken for the same picture.
    """
    head = f"{'办事' if site.kind == Kind.SERVICE else '政务'}公开栏{SAMPLE}"
    return board(head, str(site), sheets=sheets, wall=f"{site.window_name} {view}")


def board(head: str, line: str, *, sheets: int, wall: str) -> Image.Image:
    """A board with what stands at its head and the line under it, on the `wall` of that name."""
    chance = random.Random(wall)  # noqa: S311  # a picture, no secret
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    step = SIZE[0] / 9
    for column in range(9):
        shade, tile = chance.randint(140, 220), chance.randint(90, 170)
        edges = round(column * step), round((column + 1) * step)
        draw.rectangle((edges[0], 0, edges[1], FLOOR), fill=(shade, shade - 6, shade - 20))
        draw.rectangle((edges[0], FLOOR, edges[1], SIZE[1]), fill=(tile, tile - 8, tile - 14))
    left, top = chance.randint(20, SIZE[0] - BOARD[0] - 20), chance.randint(20, 60)
    _draw_board(draw, (left, top), (head, line), sheets)
    return image


def newspaper(name: str, title: str) -> Image.Image:
    """A page of a newspaper with a notice under its head, as it comes from the scanner."""
    image = Image.new("RGB", SIZE, "#efece3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((24, 24, SIZE[0] - 24, 104), fill="#a3221b")
    _write(draw, (44, 42), f"{name}{SAMPLE}", 34)
    draw.rectangle((24, 120, SIZE[0] - 24, 300), outline="#3b3833", width=3)
    draw.rectangle((27, 123, SIZE[0] - 27, 166), fill="#3b3833")
    _write(draw, (44, 130), title, 22)
    for left in (44, 336):
        _draw_lines(draw, left, left + 260, 182, 290)
    for left in (24, 226, 428):
        _draw_lines(draw, left, left + 188, 320, SIZE[1] - 20)
    return image


def _draw_lines(draw: ImageDraw.ImageDraw, left: int, right: int, top: int, bottom: int) -> None:
    """A column of print, too small to be read."""
    for line in range(top, bottom, 14):
        draw.line((left, line, right, line), fill="#77736b", width=4)


def _draw_board(
    draw: ImageDraw.ImageDraw, corner: tuple[int, int], words: tuple[str, str], sheets: int
) -> None:
    left, top = corner
    right = left + BOARD[0]
    draw.rectangle((left, top, right, top + BOARD[1]), fill="#b98d5b", outline="#5b3f22", width=6)
    draw.rectangle((left + 6, top + 6, right - 6, top + HEAD), fill="#a3221b")
    _write(draw, (left + 18, top + 9), words[0], 24)
    _write(draw, (left + 18, top + 39), words[1], 14)
    for number in range(sheets):
        x = left + GAP + number % 3 * (SHEET[0] + GAP)
        y = top + HEAD + GAP + number // 3 * (SHEET[1] + GAP)
        draw.rectangle((x, y, x + SHEET[0], y + SHEET[1]), fill="#fbfaf5", outline="#8d8472")
        draw.rectangle((x + 30, y + 10, x + SHEET[0] - 30, y + 16), fill="#a3221b")
        for line in range(28, SHEET[1] - 8, 12):
            draw.line((x + 12, y + line, x + SHEET[0] - 12, y + line), fill="#77736b", width=3)


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int) -> None:
    """In Chinese, or where the fonts are not installed, only that it is a sample."""
    font = chinese(size)
    if font is None:
        draw.text(place, "SAMPLE", fill="white", font_size=size)
    else:
        draw.text(place, text, fill="white", font=font)


@cache
def chinese(size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(FONT, size, index=SIMPLIFIED)
    except OSError:
        return None
