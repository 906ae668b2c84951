"""What this room offers to the pages that show all rooms; loaded when the portal starts."""

from . import publishing as publishing
from . import todos as todos
