"""The campaign, its lists and sites, their plans and means; one module each."""

from .determinations import Determination, DeterminationLine
from .jobs import ImportJob, ImportLine
from .lists import Filing, FilingVersion, ImportBatch, Opinion
from .means import Facility, GuidanceNote, Investment
from .plans import Measure, PlanDraft, WorkPlan
from .programme import DesignatedUnit, Extension, Holiday, LeftOpen, Phase, Programme
from .replacements import Replacement
from .research import Research, ResearchOutcome
from .sites import HandOver, Liaison, Site, StageChange

__all__ = [
    "DesignatedUnit",
    "Determination",
    "DeterminationLine",
    "Extension",
    "Facility",
    "Filing",
    "FilingVersion",
    "GuidanceNote",
    "HandOver",
    "Holiday",
    "ImportBatch",
    "ImportJob",
    "ImportLine",
    "Investment",
    "LeftOpen",
    "Liaison",
    "Measure",
    "Opinion",
    "Phase",
    "PlanDraft",
    "Programme",
    "Replacement",
    "Research",
    "ResearchOutcome",
    "Site",
    "StageChange",
    "WorkPlan",
]
