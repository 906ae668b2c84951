"""The campaign (programme.py) and its sites (sites.py)."""

from .programme import DesignatedUnit, Extension, Holiday, Phase, Programme
from .sites import (
    Facility,
    Filing,
    GuidanceNote,
    Investment,
    Liaison,
    Site,
    StageChange,
    WorkPlan,
)

__all__ = [
    "DesignatedUnit",
    "Extension",
    "Facility",
    "Filing",
    "GuidanceNote",
    "Holiday",
    "Investment",
    "Liaison",
    "Phase",
    "Programme",
    "Site",
    "StageChange",
    "WorkPlan",
]
