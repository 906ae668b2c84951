"""What people do to lists, plans and phases; every page, import and command calls these."""

from .batches import BatchSummary, batches_of, keep_batch, state_of, undo_batch
from .checkup import (
    Remark,
    Severity,
    blocking,
    by_severity,
    check_up,
    count_problems,
    filing_problems,
    quota_words,
    rows_of,
)
from .decisions import decide, deciders, hand_back, may_decide, put_forward, stood_before, why_not_filed
from .determination import Answer, determine_batch, review
from .filings import file_list, filing_of, may_recall, recall, send_back
from .means import give_guidance, remove_means, reply_to_guidance, save_means
from .measures import PlannedMeasure, progress_of, take_back, tick_off
from .people import filer_of, filers, filers_of, liaisons, people, staff_of
from .phases import extend_phase
from .plans import (
    agree_plan,
    district_plans,
    draft_of,
    drop_draft,
    file_plan,
    return_plan,
    save_draft,
    takes_plan,
)
from .posts import (
    add_liaison,
    correct_liaison,
    hand_over,
    hand_over_all,
    home_of,
    is_post_open,
    link_account,
    open_account,
)
from .programmes import edit_phases, edit_programme, new_programme
from .reminders import remind
from .replacements import REPLACEABLE, ask_replacement, decide_replacement, review_replacement
from .rows import check_liaison, remove_site, save_site, withdraw_site
from .state import why_closed
from .takeover import Decided, run_programme
from .units import add_unit, selectable_units
from .vacancies import districts_with_posts, missing, vacant_districts, vacant_sites, with_posts
from .versions import difference, fingerprint, remark_on, snapshot

__all__ = [
    "REPLACEABLE",
    "Answer",
    "BatchSummary",
    "Decided",
    "PlannedMeasure",
    "Remark",
    "Severity",
    "add_liaison",
    "add_unit",
    "agree_plan",
    "ask_replacement",
    "batches_of",
    "blocking",
    "by_severity",
    "check_liaison",
    "check_up",
    "correct_liaison",
    "count_problems",
    "decide",
    "decide_replacement",
    "deciders",
    "determine_batch",
    "difference",
    "district_plans",
    "districts_with_posts",
    "draft_of",
    "drop_draft",
    "edit_phases",
    "edit_programme",
    "extend_phase",
    "file_list",
    "file_plan",
    "filer_of",
    "filers",
    "filers_of",
    "filing_of",
    "filing_problems",
    "fingerprint",
    "give_guidance",
    "hand_back",
    "hand_over",
    "hand_over_all",
    "home_of",
    "is_post_open",
    "keep_batch",
    "liaisons",
    "link_account",
    "may_decide",
    "may_recall",
    "missing",
    "new_programme",
    "open_account",
    "people",
    "progress_of",
    "put_forward",
    "quota_words",
    "recall",
    "remark_on",
    "remind",
    "remove_means",
    "remove_site",
    "reply_to_guidance",
    "return_plan",
    "review",
    "review_replacement",
    "rows_of",
    "run_programme",
    "save_draft",
    "save_means",
    "save_site",
    "selectable_units",
    "send_back",
    "snapshot",
    "staff_of",
    "state_of",
    "stood_before",
    "take_back",
    "takes_plan",
    "tick_off",
    "undo_batch",
    "vacant_districts",
    "vacant_sites",
    "why_closed",
    "why_not_filed",
    "with_posts",
    "withdraw_site",
]
