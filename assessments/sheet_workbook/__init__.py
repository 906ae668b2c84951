"""A score sheet as a workbook: filled in without a network, and read again when it comes back.

Nothing here asks who may do what.
"""

from .reading import Filled as Filled
from .reading import FilledRow as FilledRow
from .reading import Note as Note
from .reading import read_filled as read_filled
from .reading import read_token as read_token
from .typed import Typed as Typed
