"""Triggers by which the database itself holds to what is said of paper answers, for SQLite and PostgreSQL."""

from collections.abc import Iterator

from audit.guards import guard
from core.triggers import Trigger

from .models import Appraisal, AppraisalResponse

TOO_LATE = "a paper form is entered by the last day for it"
HELD = "the day for paper forms moves with the last day alone, and they are checked before the count"

_UNTIL = "(SELECT a.papers_until FROM publicity_appraisal a WHERE a.id = NEW.appraisal_id)"
_UNCHECKED = (
    "SELECT 1 FROM publicity_appraisalresponse r LEFT JOIN publicity_secondentry s ON s.response_id = r.id"
    " WHERE r.appraisal_id = NEW.id AND r.entered_by_id IS NOT NULL"
    " AND (r.draw_id IS NULL OR (s.id IS NOT NULL AND s.settled_on IS NULL))"
)


def paper_guards() -> Iterator[Trigger]:
    """No paper form is entered after the day for it, which nobody moves by itself; nor counted unchecked."""
    late = f"NEW.entered_by_id IS NOT NULL AND NEW.answered_on > {_UNTIL}"
    yield guard(AppraisalResponse, "INSERT", late, TOO_LATE)
    yield guard(AppraisalResponse, "UPDATE", late, TOO_LATE)
    moved = "NEW.papers_until <> OLD.papers_until AND NEW.closes_on = OLD.closes_on"
    counted = f"OLD.counted_on IS NULL AND NEW.counted_on IS NOT NULL AND EXISTS ({_UNCHECKED})"
    yield guard(Appraisal, "UPDATE", f"({moved}) OR ({counted})", HELD)
