"""After which changes a site's open steps are worked out anew: the database notes them, so none is missed.

Whatever `desk.site_facts` reads stands here, a test sees to it. A bulk update, an import and a script leave
their mark as a saved form does.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import RawSQL

from assessments.enums import RoundKind, ScoreLevel
from assessments.models import (
    Acceptance,
    AppraisalResult,
    Assessment,
    Assignment,
    Deliberation,
    Finding,
    FindingReply,
    NotDue,
    Recusal,
    Round,
    Score,
    Sheet,
    TeamMember,
)
from core.triggers import Trigger
from desk.models import Touched
from publicity.models import (
    Appraisal,
    Naming,
    Notice,
    NoticeSite,
    Objection,
    Recheck,
    RecheckFinding,
    Revocation,
    RevocationHearing,
    TrackingNote,
    Warned,
    WarningAnswer,
)
from sites.enums import Stage
from sites.models import Phase, Programme, Replacement, Site, StageChange, WorkPlan
from standards.models import Rulebook

SITE, PROGRAMME = "site", "programme"
# Where nothing of a site waits for anybody: what a list still owes is told once for it (`desk.todo.lists`).
IDLE = (*Stage.EDITABLE, Stage.WITHDRAWN)


class Touch(NamedTuple):
    """A change of one of these rows touches the sites, or the programme, at `path`.

    Of an update only where one of the `fields` is written (none: whichever is); of any change only where
    `condition` holds of the row before or after it.
    """

    model: type[Model]
    path: str
    fields: tuple[str, ...] = ()
    condition: str = "TRUE"
    what: str = SITE


# Of the thousands of marks only these ask anybody anything.
_ASKS_CONSENT = f"{{row}}.level = '{ScoreLevel.INAPPLICABLE}'"

# Of the thousands of rows that an import puts into a list nobody is asked anything before it is filed.
_MOVES = "{row}.stage NOT IN (" + ", ".join(f"'{stage}'" for stage in IDLE) + ")"

TOUCHES = (
    Touch(Site, "pk", ("stage", "stage_since", "level", "organisation", "filing"), _MOVES),
    Touch(StageChange, "site"),
    Touch(Replacement, "site"),
    Touch(WorkPlan, "site", ("state", "site")),
    Touch(Assessment, "site"),
    Touch(Assignment, "assessment__site"),
    Touch(TeamMember, "team__assignments__assessment__site"),
    Touch(Recusal, "site"),
    Touch(Sheet, "assessment__site", ("state", "role")),
    Touch(Score, "sheet__assessment__site", ("level", "consented_by", "refusal"), _ASKS_CONSENT),
    Touch(Deliberation, "sheet__assessment__site"),
    Touch(Finding, "assessment__site"),
    Touch(FindingReply, "finding__assessment__site"),
    Touch(AppraisalResult, "site"),
    Touch(Acceptance, "assessment__site"),
    Touch(Appraisal, "site"),
    Touch(Objection, "site", ("state", "due_on", "replied_on", "site")),
    Touch(NoticeSite, "site"),
    Touch(Notice, "entries__site", ("state", "ends_on")),
    Touch(Naming, "site"),
    Touch(Recheck, "naming__site"),
    Touch(Warned, "naming__site"),
    Touch(Revocation, "naming__site"),
    Touch(TrackingNote, "naming__site"),
    Touch(RecheckFinding, "note__naming__site"),
    Touch(WarningAnswer, "warned__naming__site"),
    Touch(RevocationHearing, "warned__naming__site"),
    Touch(Rulebook, "rounds__assessments__site", ("minimum_appraisal_sample",)),
    Touch(NotDue, "round__assessments__site"),
    # A self-assessment is all sites' of the programme.
    Touch(Round, "programme__sites", ("kind", "closed_on"), f"{{row}}.kind = '{RoundKind.SELF}'"),
    # Of a round the sites that are visited in it, and the date that all of a programme have in common.
    Touch(Round, "assessments__site", ("kind", "due_on", "closed_on")),
    Touch(Round, "programme", ("kind", "due_on", "closed_on"), what=PROGRAMME),
    # Whether the districts confirm answers first.
    Touch(Programme, "sites", ("districts_determine",)),
    Touch(Phase, "programme", ("ends_on", "extended_to"), what=PROGRAMME),
)


def triggers() -> Iterator[Trigger]:
    for touch in TOUCHES:
        fields = touch.model._meta.concrete_fields
        columns = ", ".join(field.column for field in fields if field.name in touch.fields and field.column)
        written = f"AFTER UPDATE OF {columns}" if columns else "AFTER UPDATE"
        yield _trigger(touch, "insert", "AFTER INSERT", "NEW")
        yield _trigger(touch, "update", written, "NEW", "OLD")
        # Before, as the way to the site leads over the row itself.
        yield _trigger(touch, "delete", "BEFORE DELETE", "OLD")


def _trigger(touch: Touch, event: str, when: str, row: str, *further: str) -> Trigger:
    """Noting what is found at the path from `row`; `further` is the row as it was."""
    table = touch.model._meta.db_table
    condition = " OR ".join(touch.condition.format(row=each) for each in (row, *further))
    statement = _note(touch, row)
    spot = touch.path.rsplit("__", 1)[-1]
    return Trigger(f"{table}_{event}_{spot}_touch", table, when, condition, lambda _vendor: statement)


def _note(touch: Touch, row: str) -> str:
    model = touch.model
    own = RawSQL(f"{row}.{model._meta.pk.column}", ())  # noqa: S611  # no input is in it
    there = model._base_manager.filter(pk=own, **{f"{touch.path}__isnull": False})
    found = there.values_list(touch.path).query
    found.clear_ordering(force=True)
    sql, _params = found.get_compiler(connection=connection).as_sql()
    return f"INSERT INTO {Touched._meta.db_table} ({touch.what}_id) {sql}"
