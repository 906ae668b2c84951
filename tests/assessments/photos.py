"""Pictures as telephones take them: made here, no two alike."""

import io
import random
import struct
import zlib

from PIL import ExifTags, Image

from tests.assessments import builders

# The square before the city's government, and a place 5 km to the north of it.
HERE, FAR = (39.655300, 106.794200), (39.700300, 106.794200)
MAKER = "SAMPLE-CAMERA"


def image(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Blotches of colour under a grain, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # a picture, no secret
    blotches = Image.frombytes("RGB", (16, 12), chance.randbytes(16 * 12 * 3))
    grain = Image.frombytes("L", size, chance.randbytes(size[0] * size[1])).convert("RGB")
    return Image.blend(blotches.resize(size, Image.Resampling.BICUBIC), grain, 0.2)


def exif(*, taken: str = "", at: tuple[float, float] | None = None, orientation: int = 1) -> Image.Exif:
    """What a camera writes: `taken` as "2008-04-08 10:00:00"."""
    written = Image.Exif()
    written[ExifTags.Base.Make] = MAKER
    written[ExifTags.Base.Orientation] = orientation
    if taken:
        written.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken.replace("-", ":")
    if at:
        gps = written.get_ifd(ExifTags.IFD.GPSInfo)
        for place, tag in zip(at, (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude), strict=True):
            gps[tag] = (float(int(abs(place))), round(abs(place) % 1 * 60, 6), 0.0)
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if at[0] >= 0 else "S"
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if at[1] >= 0 else "W"
    return written


def saved(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(seed: int = 1, *, size: tuple[int, int] = (640, 480), **camera) -> bytes:
    """A JPEG with what `camera` (see `exif`) says."""
    return saved(image(seed, size), exif=exif(**camera), quality=85)


def upload(name: str = "照片.jpg", seed: int = 1, **camera):
    """A picture with nothing strange about it, unless `camera` says so."""
    return builders.upload(name, photo(seed, **{"taken": "2008-03-20 09:00:00", **camera}))


def png_of(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
