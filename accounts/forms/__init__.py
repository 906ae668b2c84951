"""Forms of people and organisations, and what forms of every room are made of."""

from .fields import ALL as ALL
from .fields import DateInput as DateInput
from .fields import RecordsField as RecordsField
from .fields import TidyField as TidyField
