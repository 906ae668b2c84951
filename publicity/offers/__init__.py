"""What this room offers to the pages that show all rooms; loaded when the portal starts."""

from . import deadlines as deadlines
from . import decisions as decisions
from . import enquiries as enquiries
from . import events as events
from . import personal as personal
from . import previews as previews
from . import publishing as publishing
from . import search as search
from . import todos as todos
