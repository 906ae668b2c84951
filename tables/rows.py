"""What every kind of file gives: numbered rows of values by column, and the limits of them all."""

import enum
from dataclasses import dataclass

# A list's rows, unless the caller expects a whole register.
MAX_ROWS = 1000
MAX_REGISTER_ROWS = 20_000
MAX_COLUMNS = 64
MAX_CELL_LETTERS = 2000


class Fault(enum.Enum):
    """What stands in a cell instead of a value."""

    FORMULA = enum.auto()
    ERROR = enum.auto()
    ROUNDED = enum.auto()  # a number that lost its last digits: 1.38E+10


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds anything: its number in the file, and its values by column, counted from one."""

    number: int
    values: dict[int, object]
    is_hidden: bool = False
