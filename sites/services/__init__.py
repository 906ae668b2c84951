"""What people do to lists, plans and phases; every page, import and command calls these."""

from .determination import determine, review
from .filings import (
    Problem,
    count_problems,
    file_list,
    filing_of,
    filing_problems,
    quota_words,
    rows_of,
    send_back,
)
from .people import filer_of, filers, liaisons, people
from .phases import extend_phase
from .plans import agree_plan, file_plan, return_plan
from .rows import add_unit, remove_site, save_site, selectable_units
from .state import why_closed

__all__ = [
    "Problem",
    "add_unit",
    "agree_plan",
    "count_problems",
    "determine",
    "extend_phase",
    "file_list",
    "file_plan",
    "filer_of",
    "filers",
    "filing_of",
    "filing_problems",
    "liaisons",
    "people",
    "quota_words",
    "remove_site",
    "return_plan",
    "review",
    "rows_of",
    "save_site",
    "selectable_units",
    "send_back",
    "why_closed",
]
