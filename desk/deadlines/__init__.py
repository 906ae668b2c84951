"""Everything that falls due in the campaign: which dates are open, what is said of one, and who is told.

Which kinds there are is said by the rooms (`sites.deadlines`); nothing here knows one of them.
"""

from .people import Addressees
from .reading import Deadline, NarrowedRows, Narrowing, last_days, narrowed_rows, open_rows, read

__all__ = [
    "Addressees",
    "Deadline",
    "NarrowedRows",
    "Narrowing",
    "last_days",
    "narrowed_rows",
    "open_rows",
    "read",
]
