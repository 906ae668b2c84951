"""What is known of a picture, apart from what reads one (Pillow, which only an upload needs)."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

# Of 64 bits. A copy made smaller, saved anew or brightened stays within; other photographs lie far beyond.
ALIKE = 4


@dataclass(frozen=True)
class Picture:
    """What is known of a picture, and the copies of it that are shown; sizes are as one sees it, upright."""

    width: int
    height: int
    captured_at: datetime.datetime | None
    latitude: Decimal | None
    longitude: Decimal | None
    likeness: str
    shown: bytes
    shown_suffix: str
    thumbnail: bytes


def bits_apart(one: int, other: int) -> int:
    """Of two likenesses."""
    return (one ^ other).bit_count()
