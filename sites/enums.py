"""The words of this room: stages and the actions between them, states, kinds, outcomes."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _

# What a row of a list or of a register calls a person's telephone: such a text lies encrypted.
TELEPHONES = ("liaison_phone", "phone")


class Level(models.TextChoices):
    """Who builds the site: the city or a district (plan, part three: 分级建点)."""

    CITY = "city", _("city level")
    DISTRICT = "district", _("district level")


class Stage(models.TextChoices):
    """Where a site stands. Written by `sites.workflow.perform` alone."""

    DRAFT = "draft", _("draft")
    DECIDED = "decided", _("determined by the district")
    FILED = "filed", _("filed")
    RETURNED = "returned", _("returned")
    REVIEWED = "reviewed", _("reviewed")
    DETERMINED = "determined", _("determined")
    BUILDING = "building", _("under construction")
    SELF_ASSESSED = "self_assessed", _("self-assessed")
    RECTIFYING = "rectifying", _("rectifying")
    RECTIFIED = "rectified", _("rectified")
    ACCEPTED = "accepted", _("accepted")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    ON_NOTICE = "on_notice", _("on public notice")
    NAMED = "named", _("named")
    WARNED = "warned", _("warned")
    REVOKED = "revoked", _("naming revoked")
    WITHDRAWN = "withdrawn", _("taken off the list")

    # A row of a list that can be changed: never filed, or come back; what its district decided is then void.
    EDITABLE = nonmember(("draft", "returned", "decided"))
    # A list moves as a whole: its sites are one thing to do.
    WITH_LIST = nonmember(("filed", "reviewed"))
    # What the public may know of: a list once determined, a conclusion once announced.
    LISTED = nonmember(
        (
            "determined",
            "building",
            "self_assessed",
            "rectifying",
            "rectified",
            "accepted",
            "not_accepted",
            "on_notice",
            "named",
            "warned",
            "revoked",
        )
    )
    # Bears the title, warned or not.
    TITLED = nonmember(("named", "warned"))
    # The straight road of a site, as its page shows how far it is.
    ROAD = nonmember(
        (
            "filed",
            "reviewed",
            "determined",
            "building",
            "self_assessed",
            "rectifying",
            "rectified",
            "accepted",
            "on_notice",
            "named",
        )
    )


class Action(models.TextChoices):
    """A verb of the workflow table."""

    DECIDE = "decide", _("determine for the district")
    FILE = "file", _("file the list")
    SEND_BACK = "send_back", _("send back")
    REVIEW = "review", _("give the preliminary review")
    DETERMINE = "determine", _("determine")
    SET_ASIDE = "set_aside", _("set aside at the determination")
    WITHDRAW = "withdraw", _("take off the list")
    AGREE_PLAN = "agree_plan", _("agree the work plan")
    SUBMIT_SELF_ASSESSMENT = "submit_self_assessment", _("submit the self-assessment")
    SIGN_INSPECTION = "sign_inspection", _("sign the inspection")
    UNLOCK_INSPECTION = "unlock_inspection", _("unlock the inspection")
    VERIFY_RECTIFICATION = "verify_rectification", _("verify the rectification")
    PASS_ACCEPTANCE = "pass_acceptance", _("pass at acceptance")  # an action, no password
    FAIL_ACCEPTANCE = "fail_acceptance", _("fail at acceptance")
    REOPEN = "reopen", _("reopen for rectification")
    ANNOUNCE = "announce", _("announce publicly")
    WITHDRAW_NOTICE = "withdraw_notice", _("withdraw the notice")
    UPHOLD_OBJECTION = "uphold_objection", _("uphold an objection")
    NAME = "name", _("name the site")
    WARN = "warn", _("warn")
    RESTORE = "restore", _("restore")
    REVOKE = "revoke", _("revoke the naming")
    RECALL_DECISION = "recall_decision", _("take the district's determination back")
    LAPSE = "lapse", _("change the list: the district's determination is void")
    RECALL_LIST = "recall_list", _("take the filing back")
    RECALL_REVIEW = "recall_review", _("take the preliminary review back")
    RECALL_SELF_ASSESSMENT = "recall_self", _("take the self-assessment back")

    # With which the office speaks of a whole list, and so perhaps of any site on it.
    OF_LIST = nonmember(("send_back", "review", "recall_review"))
    # The steps that belong to a list: those it takes as a whole, and what became of single rows on the way.
    LISTING = nonmember(
        (
            "decide",
            "file",
            "send_back",
            "review",
            "determine",
            "set_aside",
            "withdraw",
            "recall_decision",
            "lapse",
            "recall_list",
            "recall_review",
        )
    )


class FilingState(models.TextChoices):
    DRAFT = "draft", _("draft")
    DECIDED = "decided", _("determined by the district")
    FILED = "filed", _("filed")
    RETURNED = "returned", _("returned")
    REVIEWED = "reviewed", _("reviewed")
    APPROVED = "approved", _("approved")

    EDITABLE = nonmember(("draft", "returned", "decided"))
    # Not yet determined by the district, or not any more.
    UNDECIDED = nonmember(("draft", "returned"))
    # A list moves as a whole: its sites are one thing to do.
    WITH_LIST = nonmember(("filed", "reviewed"))


class PlanState(models.TextChoices):
    FILED = "filed", _("filed")
    RETURNED = "returned", _("returned")
    AGREED = "agreed", _("agreed")
    SUPERSEDED = "superseded", _("superseded")


class MeasureState(models.TextChoices):
    """How a measure of an agreed plan stands on a day; not kept, it follows from the dates."""

    PLANNED = "planned", _("not begun")
    RUNNING = "running", _("under way")
    OVERDUE = "overdue", _("late")
    DONE = "done", _("done")


class HolidayKind(models.TextChoices):
    """A day the State Council's arrangement takes out of, or puts into, the working week."""

    OFF = "off", _("holiday")
    WORK = "work", _("working day in lieu")


class ReplacementState(models.TextChoices):
    """A window's replacement: asked for, reviewed by the office, then made or refused."""

    ASKED = "asked", _("asked for")
    REVIEWED = "reviewed", _("reviewed")
    MADE = "made", _("made")
    REFUSED = "refused", _("refused")

    OPEN = nonmember(("asked", "reviewed"))


class FacilityKind(models.TextChoices):
    """What disclosure is improved with (plan, part six, two: 基础设施条件)."""

    BOARD = "board", _("notice board")
    HALL = "hall", _("service hall")
    SCREEN = "screen", _("touch or display screen")
    READING_POINT = "reading_point", _("reading point")
    WEBSITE = "website", _("website")
    OTHER = "other", _("other")


class Outcome(models.TextChoices):
    """What becomes of one row of an imported table."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    WRONG = "wrong", _("wrong")

    # Those that write something.
    WRITTEN = nonmember(("new", "changed"))


class Register(models.TextChoices):
    """What the office loads as a whole."""

    ORGANISATIONS = "organisations", _("organisations")
    PEOPLE = "people", _("people")
    SITES = "sites", _("sites")


class JobState(models.TextChoices):
    """An import of a register: read, looked at by a person, taken; perhaps taken back."""

    READING = "reading", _("being read")
    PREVIEWED = "previewed", _("waits for confirmation")
    TAKING = "taking", _("being taken")
    DONE = "done", _("taken")
    FAILED = "failed", _("stopped")
    CANCELLED = "cancelled", _("discarded")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")

    # With the worker.
    PENDING = nonmember(("reading", "taking", "undoing"))


class ProgrammeState(models.TextChoices):
    """Whether a programme runs; one runs at a time."""

    PLANNED = "planned", _("in preparation")
    RUNNING = "running", _("runs now")
    ENDED = "ended", _("earlier")


class Leftover(models.TextChoices):
    """What of a programme nobody need wait for any more once another has taken over, if the office says so.

    Everything else that is open goes on to its end: a site on its road, a letter, a notice, a sheet.
    """

    LISTS_NOT_BEGUN = "lists_not_begun", _("lists that were never begun")
    LISTS = "lists", _("lists that are begun or sent back, and not filed")
    DISTRICT_PLANS = "district_plans", _("districts' own work plans that are not filed")
    POSTS = "posts", _("liaisons' posts that are vacant or without an account")
    MEASURES = "measures", _("measures that are not ticked off")
    GUIDANCE = "guidance", _("guidance without a reply")

    # A list is begun under the programme that runs, and under no other.
    ENDING = nonmember(("lists_not_begun",))


class Becomes(models.TextChoices):
    """What becomes of a kind of open steps when another programme takes over."""

    CARRIED = "carried", _("goes on under the earlier programme")
    CLOSED = "closed", _("is closed, with a reason")


class Rung(models.TextChoices):
    """Who is reminded of a date: those who have to act, before and after it, then those over them."""

    AHEAD = "ahead", _("those who have to act, before the date")
    LATE = "late", _("those who have to act, after the date")
    DISTRICT = "district", _("the district's office")
    OFFICE = "office", _("the municipal office")
    LEADING_GROUP = "leading_group", _("the leading group")
