"""The steps of a site as the plan has them, written by hand: the table of the workflow is held against it."""

from typing import NamedTuple


class Row(NamedTuple):
    """What the plan says of a step: from where, to where, who at a site of the city and of a district."""

    sources: str
    targets: str
    city: str
    district: str
    phases: tuple[int, ...]
    reason: bool
    # Who took the last of these at the site does not take the step; who took this one last takes it alone.
    not_by: str = ""
    undoes: str = ""


ANY_TIME = ()
# Written by hand from the plan (parts three to six), and not from the table it is compared with.
EXPECTED = {
    "decide": Row("draft returned", "decided", "", "district", (1,), False),
    "file": Row("draft returned decided", "filed", "liaison", "district", (1,), False),
    "send_back": Row("filed", "returned", "office", "office", (1,), True),
    "review": Row("filed", "reviewed", "office", "office", (1,), False),
    "determine": Row("reviewed", "determined", "leading_group", "leading_group", (1,), False, "review"),
    "set_aside": Row("reviewed", "returned", "leading_group", "leading_group", (1,), True, "review"),
    "withdraw": Row("draft returned", "withdrawn", "liaison", "district", (1,), True),
    "agree_plan": Row("determined", "building", "office", "district", (1, 2), False),
    "submit_self_assessment": Row("building", "self_assessed", "liaison", "liaison", (2, 3), False),
    "sign_inspection": Row("self_assessed", "rectifying rectified", "inspector", "inspector", (3,), False),
    "unlock_inspection": Row(
        "rectifying rectified", "self_assessed", "office leading_group", "office leading_group", (3,), True
    ),
    "verify_rectification": Row("rectifying", "rectified", "office", "office", (3, 4), False),
    "pass_acceptance": Row("rectified", "accepted", "leading_group", "leading_group", (4,), False),
    "fail_acceptance": Row("rectified", "not_accepted", "leading_group", "leading_group", (4,), True),
    "reopen": Row("not_accepted", "rectifying", "office", "office", ANY_TIME, True),
    "announce": Row("accepted", "on_notice", "office", "office", (4,), False),
    "withdraw_notice": Row(
        "on_notice", "accepted", "office leading_group", "office leading_group", ANY_TIME, True
    ),
    "uphold_objection": Row(
        "on_notice accepted rectified",
        "rectifying",
        "office leading_group",
        "office leading_group",
        ANY_TIME,
        True,
    ),
    "name": Row("on_notice", "named", "leading_group", "leading_group", ANY_TIME, False, "announce"),
    "warn": Row("named", "warned", "office leading_group", "office leading_group", ANY_TIME, True),
    "restore": Row("warned", "named", "office leading_group", "office leading_group", ANY_TIME, True),
    "revoke": Row("warned", "revoked", "leading_group", "leading_group", ANY_TIME, True, "warn"),
    "recall_decision": Row("decided", "draft returned", "", "district", (1,), True, undoes="decide"),
    "lapse": Row("decided", "draft returned", "office", "office district", ANY_TIME, False),
    "recall_list": Row("filed", "returned", "liaison", "district", (1,), True, undoes="file"),
    "recall_review": Row("reviewed", "filed", "office", "office", (1,), True, undoes="review"),
    "recall_self": Row(
        "self_assessed", "building", "liaison", "liaison", (2, 3), True, undoes="submit_self_assessment"
    ),
}
