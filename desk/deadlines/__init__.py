"""Everything that falls due in the campaign: which dates are open, what is said of one, and who is told."""

from .people import RUNGS, Addressees
from .reading import Deadline, Moved, read
from .sources import SOURCES, open_rows

__all__ = ["RUNGS", "SOURCES", "Addressees", "Deadline", "Moved", "open_rows", "read"]
