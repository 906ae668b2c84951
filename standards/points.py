"""Points as people write them."""

from decimal import Decimal


def plain(points: Decimal) -> str:
    """19.5, not 19.50; 100, not 1E+2."""
    return f"{points.normalize():f}"
