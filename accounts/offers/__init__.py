"""What this room offers to the pages that show all rooms; loaded when the portal starts."""

from . import decisions as decisions
from . import personal as personal
from . import search as search
from . import todos as todos
