"""Where a record's person is compared with whoever asks, and whether that passes to a deputy.

Each place stands in a table with what was decided. A new one fails the test until somebody has decided:
what only a named person may do passes to the deputy (`accounts.deputies`), or there is a reason why not.
"""

import ast
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db.models import F, Q

from accounts.models import User
from tests.test_rights import ROOMS

# How the person who asks is called.
ASKING = {"user", "by", "reader"}
QUERIES = {"filter", "exclude", "Q", "get", "When"}
NOT_LOOKED_AT = {"migrations", "demo", "management"}


# What was decided → the places.
DECIDED = {
    "it passes to the deputy: `accounts.deputies` is asked as well": (
        "accounts/deputies.py: is_another: user.pk in others",
        "assessments/pages/sheet.py: leads: voice.sheet.author_id == self.user.pk",
        "assessments/queries.py: stood_in_for: lead == by",
        "assessments/rules.py: leads: pk=user.pk",
        "assessments/rules.py: may_write: pk=user.pk",
        "assessments/services/scores.py: _held: pk=by",
        "assessments/services/uploads.py: require_open_to: pk=by.pk",
        "assessments/services/together.py: hold: pk=by.pk",
        "assessments/views/carry_over.py: sheet_earlier: pk=request.user.pk",
        "assessments/views/sheets.py: sheet_submit: pk=request.user.pk",
        "assessments/views/workbooks.py: _upload: pk=user.pk",
        "desk/todo/steps.py: _leader_away: lead=user.pk",
        "publicity/models/objections.py: given_to: investigator=user",
        "publicity/models/warned.py: to_lift: found_by=user.pk",
        "publicity/offers/todos.py: _letters: investigator=asked.user",
        "publicity/services/handling.py: report: named == by",
    ),
    "a place in a team: it is drawn or the office gives it, and bars are asked of its members": (
        "assessments/models/findings.py: visible_to: members__user=user",
        "assessments/models/rounds.py: visible_to: members__user=user",
        "assessments/models/sheets.py: visible_to: members__user=user",
        "assessments/models/teams.py: visible_to: members__user=user",
        "assessments/offers/deadlines.py: _inspections: member=reader.pk",
        "assessments/offers/todos.py: _rechecks: member=asked.user.pk",
        "assessments/pages/route.py: _stops: members__user=self.user",
        "assessments/pages/route.py: days: members__user=self.user",
        "assessments/pages/along.py: _assessments: members__user=self.user",
        "assessments/queries.py: led_by: members__user=user",
        "assessments/rules.py: _places: user=user",
        "assessments/services/recusals.py: recuse: members__user=user",
        "assessments/services/teams.py: _seat: user == leader",
        "assessments/services/teams.py: form_team: user == leader",
        "assessments/views/worklist.py: _visits: members__user=user",
        "desk/todo/steps.py: _my_turn: members__user=user",
        "sites/models/sites.py: _is_of_role: members__user=user",
    ),
    "an inspector's own sheet, marked blind and alone": (
        "assessments/checkup.py: _uploaded: upload__by=reader",
        "assessments/models/sheets.py: submitted_by: author=user",
        "assessments/models/sheets.py: visible_to: author=user",
        "assessments/pages/route.py: _stops: author=self.user",
        "assessments/views/offline.py: sheet_finish: sheet.author_id != request.user.pk",
        "assessments/services/sheets.py: submit_kept_sheet: sheet.author_id != by.pk",
        "assessments/pages/along.py: _assessments: author=self.user",
        "assessments/models/visit_reports.py: visible_to: made_by=user",
        "assessments/services/visit_reports.py: noted: sheet__author=by",
        "assessments/services/visit_reports.py: sign_kept: made_by=by",
        "assessments/pages/visit_report.py: report_sheet: author=user",
        "assessments/pages/sheet.py: _uploads: by=by",
        "assessments/pages/sheet.py: waiting_upload: by=self.user",
        "assessments/rules.py: may_write: sheet.author_id == user.pk",
        "assessments/services/scores.py: _sent_twice: stored.updated_by_id == by.pk",
        "assessments/services/sheets.py: submit_inspector_sheet: sheet.author_id != by.pk",
        "assessments/services/uploads.py: _known: upload__by=by",
        "assessments/views/evidence_filing.py: back: author=self.request.user",
        "assessments/views/worklist.py: _visits: author=user",
        "desk/todo/steps.py: _my_turn: author=user",
    ),
    "what a member says in a deliberation, each for themselves": (
        "assessments/models/deliberations.py: waiting_for: by=user",
        "assessments/models/deliberations.py: waiting_for: members__user=user",
        "assessments/pages/deliberation.py: _case: user in standing",
        "assessments/pages/deliberation.py: _case: user not in given",
        "assessments/pages/table.py: people: person != self.user",
        "assessments/pages/table.py: table_forms: page.user in page.still",
        "assessments/services/deliberation.py: require_member: author=by",
        "assessments/services/deliberation.py: _stands: proposal.by_id == by.pk",
        "assessments/services/deliberation.py: answer: by=by",
        "assessments/services/table.py: _ask: pk=by.pk",
        "assessments/services/table.py: _tell_taken_back: by=by",
        "assessments/services/table.py: confirm: by=by",
    ),
    "practice, which everybody does for themselves": (
        "assessments/models/practice.py: visible_to: by=user",
        "assessments/services/practice.py: begin: by=by",
        "assessments/services/practice.py: _held: held.by_id != by.pk",
        "assessments/views/practice.py: practice_begin: by=request.user",
        "assessments/views/practice.py: practice_list: by=request.user",
    ),
    "evidence an inspector took on site and has not shown anybody yet": (
        "assessments/models/evidence.py: visible_to: uploaded_by=user",
        "assessments/pages/evidence.py: with_rights: piece.evidence.uploaded_by_id == user.pk",
        "assessments/services/annotations.py: _known: layer.drawn_by_id != by.pk",
        "assessments/services/field_photos.py: _known: photo.file.evidence.uploaded_by_id != by.pk",
        "assessments/services/filing.py: check_change: evidence.uploaded_by_id != by.pk",
    ),
    "a recusal, a tie, or who declares one: nobody stands aside for somebody else": (
        "assessments/models/recusals.py: visible_to: user=user",
        "assessments/pages/tie.py: _leaving: author=user",
        "assessments/pages/tie.py: _leaving: members__user=user",
        "assessments/pages/tie.py: leaving: user != reader",
        "assessments/rules.py: may_declare_for: by == user",
        "assessments/services/recusals.py: is_last_of_office: pk=user.pk",
        "assessments/services/ties.py: declare: pk=user.pk",
        "assessments/views/ties.py: my_ties: user=request.user",
    ),
    "one's own account, messages, exports and archives: everybody has their own for the asking": (
        "accounts/models/deputies.py: visible_to: deputy=user",
        "accounts/models/deputies.py: visible_to: person=user",
        "accounts/models/exports.py: visible_to: asked_by=user",
        "accounts/models/messages.py: visible_to: user=user",
        "accounts/models/sessions.py: visible_to: user=user",
        "accounts/receivers.py: say_that_a_link_was_made: user=user",
        "accounts/offers/decisions.py: _open_to: pk=user.pk",
        "accounts/offers/decisions.py: _may_have_lost_theirs: pk=user.pk",
        "accounts/rules.py: may_administer: person.pk != user.pk",
        "accounts/rules.py: may_propose_role: person.pk != user.pk",
        "accounts/offers/decisions.py: _may_be_given: pk=user.pk",
        "accounts/services/appointing.py: give_role: person.pk == by.pk",
        "accounts/models/motions.py: bound_to: pk=user.pk",
        "accounts/models/motions.py: bound_to: link_made_by=user",
        "accounts/models/motions.py: bound_to: record=user.pk",
        "accounts/models/motions.py: bound_to: proposed_by=user",
        "accounts/models/motions.py: bound_to: decided_by=user",
        "accounts/models/motions.py: proposed_way_in_of: proposed_by=by",
        "accounts/models/motions.py: made_link_of: person.link_made_by_id == by.pk",
        "accounts/rules.py: may_take_factor_away: person.pk != user.pk",
        "accounts/services/second_factor.py: reset: person.pk == by.pk",
        "accounts/rules.py: may_manage: person.pk == user.pk",
        "accounts/rules.py: may_send_deputy: user.pk == person.pk",
        "accounts/services/digests.py: _make: user=user",
        "accounts/services/exports.py: _make: pk=by.pk",
        "accounts/services/exports.py: ask: asked_by=by",
        "accounts/services/notifications.py: tell_of_much_taken: pk=by.pk",
        "accounts/services/people.py: _tell_of_new_name: pk=by.pk",
        "accounts/knocking.py: tell_of_tries: pk=user.pk",
        "accounts/second_factor.py: can_delete_authenticator: user=authenticator.user",
        "accounts/second_factor.py: _asked_for_both: user=request.user",
        "accounts/second_factor.py: generate_authenticator_name: user=user",
        "accounts/views/personal.py: my_data_file: pk=request.user.pk",
        "accounts/views/account.py: _own_deputies: deputy=user",
        "accounts/views/account.py: _own_deputies: person=user",
        "accounts/views/deputies.py: _name_deputy: person == request.user",
        "desk/dossiers/services.py: delete: dossier.asked_by_id != by.pk",
        "desk/models/dossiers.py: visible_to: asked_by=user",
        "documents/models/previews.py: visible_to: asked_by=user",
        "sites/registers/people.py: _untouchable: record == self.by",
    ),
    "a draft or a preview of one's own: another person makes theirs in a minute": (
        "sites/models/plans.py: visible_to: by=user",
        "sites/services/imports.py: confirm_import: by.pk != job.by_id",
        "sites/services/plans.py: draft_of: by=by",
        "sites/services/plans.py: drop_draft: by=by",
        "sites/views/registers.py: import_detail: job.by == request.user",
    ),
    "a step or a motion of one's own is taken back by who made it, as a mistake": (
        "accounts/services/secrecy.py: take_back: review.asked_by_id != by.pk",
        "accounts/views/secrecy.py: _page: found.asked_by_id == request.user.pk",
        "accounts/models/motions.py: visible_to: proposed_by=user",
        "accounts/services/motions.py: take_back: motion.proposed_by_id != by.pk",
        "documents/pages.py: draft_page: draft.drafted_by_id == reader.pk",
        "accounts/views/motions.py: _page: found.proposed_by_id == request.user.pk",
        "assessments/services/acceptance.py: recall: acceptance.recommended_by_id != by.pk",
        "assessments/services/sheets.py: may_recall: last.by_id == user.pk",
        "assessments/views/acceptances.py: _page: page.waiting.recommended_by_id == request.user.pk",
        "assessments/views/acceptances.py: recall: waiting.recommended_by_id != request.user.pk",
        "publicity/services/commendations.py: take_back: current.put_by_id != by.pk",
        "publicity/views/desk_commendations.py: _page: found.put_by_id == user.pk",
        "publicity/services/answering.py: why_not: enquiry.drafted_by_id == user.pk",
        "publicity/services/handling.py: why_not: getattr(objection, f'{step.alone}_id') == user.pk",
        "sites/services/filings.py: may_recall: doer.get(FilingState(filing.state)) == user.pk",
        "sites/workflow.py: _check_doer: last.by_id != by.pk",
    ),
    "the readers a closed paper names, from the team that signed": (
        "documents/models/papers.py: visible_to: user=user",
    ),
    "work that is handed over for good, with the account switched off": (
        "assessments/receivers.py: _places: user=user",
        "publicity/receivers.py: _inquiries: investigator=user",
        "sites/receivers.py: _has_colleagues: pk=user.pk",
        "sites/receivers.py: posts_held: user=user",
        "sites/services/posts.py: _check_account: pk=user.pk",
        "sites/services/posts.py: _pass_on: user != before",
    ),
    "no right: who is told, or what something is called": (
        "accounts/offers/todos.py: _slips: member=asked.user",
        "accounts/services/meetings.py: _tell_of_minutes: member=by",
        "accounts/services/notifications.py: notify: user.pk not in aside",
        "assessments/services/own_checks.py: take: pk=by.pk",
        "assessments/services/recusals.py: _tell: recusal.declared_by != recusal.user",
        "desk/open_steps/renewing.py: _move_dates: by=by",
        "desk/reminders/by_hand.py: _tell: one != by",
        "documents/services/drafts.py: tell: one != by",
        "publicity/services/articles.py: _tell_author: author != by",
        "publicity/services/commendations.py: take_back: current.put_by != by",
        "sites/services/decisions.py: decide: pk=by.pk",
        "sites/services/decisions.py: hand_back: pk=by.pk",
        "sites/services/decisions.py: note_change: pk=by.pk",
        "sites/services/filings.py: recall: pk=by.pk",
        "sites/services/measures.py: take_back: pk=by.pk",
        "sites/services/plans.py: district_plans: units__people=reader",
    ),
}

# Constraints of two people on one record → where the rule asks for a deputy as well, or why it is none.
_OF_LETTER = "publicity.services.handling.why_not"
TWO_PEOPLE = {
    "filing_decided_by_another": "sites.services.decisions.decide",
    "filing_two_people": "sites.models.lists.FilingQuerySet.reviewed_by",
    "own_check_filed_by_another": "assessments.services.own_checks.may_file",
    "replacement_two_people": "sites.services.replacements.decide_replacement",
    "acceptance_two_people": "assessments.services.acceptance.decide",
    "wording_two_people": "documents.services.wordings.publish",
    "motion_two_people": "accounts.services.motions._record_for",
    "draft_checked_by_another": "documents.services.checking.check",
    "pen_signature_compared_by_another": "documents.services.scans._waiting",
    "draft_signed_by_a_third": "documents.services.signing.carried_out",
    "document_signed_by_another": "documents.services.signing.carried_out",
    "document_checked_by_a_third": "documents.services.signing.carried_out",
    "meeting_two_people": "accounts.services.meetings.confirm_minutes",
    "commendation_two_people": "publicity.services.commendations.may_decide",
    "secrecy_two_people": "accounts.services.secrecy.own_part",
    "revocation_by_not_proposed_by": "publicity.services.warned.revocation_obstacle",
    "second_entry_by_another": "publicity.services.paper_answers.enter_again",
    "tie_not_ended_by_oneself": "assessments.services.ties.end",
    "enquiry_approved_not_drafted": "publicity.services.answering.why_not",
    "objection_accepted_by_not_investigator": _OF_LETTER,
    "objection_accepted_by_not_drafted_by": _OF_LETTER,
    "objection_accepted_by_not_approved_by": _OF_LETTER,
    "objection_investigator_not_drafted_by": _OF_LETTER,
    "objection_investigator_not_approved_by": _OF_LETTER,
    "objection_drafted_by_not_approved_by": _OF_LETTER,
    "deputy_is_somebody_else": "no decision: whom a deputy stands in for",
    "handling_for_somebody_else": "the same",
    "sheet_signed_for_somebody_else": "the same",
}


def is_asking(node: ast.AST) -> bool:
    """`user`, `by.pk`, `request.user`, `self.reader.pk`: the person, or their key."""
    if isinstance(node, ast.Attribute) and node.attr == "pk":
        node = node.value
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in ASKING


def comparisons(tree: ast.AST) -> Iterator[str]:
    """What is compared with the person who asks, in Python or, by the end of its path, in a query."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(map(is_asking, sides)) and not any(isinstance(side, ast.Constant) for side in sides):
                yield ast.unparse(node)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in QUERIES:
            for keyword in node.keywords:
                if keyword.arg not in (None, "reader") and is_asking(keyword.value):
                    yield f"{'__'.join(keyword.arg.split('__')[-2:])}={ast.unparse(keyword.value)}"


def places() -> set[str]:
    found = set()
    for room in ROOMS:
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            if NOT_LOOKED_AT & set(path.relative_to(settings.BASE_DIR).parts):
                continue
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef):
                    where = f"{path.relative_to(settings.BASE_DIR)}: {function.name}"
                    found |= {f"{where}: {compared}" for compared in comparisons(function)}
    return found


def test_each_place_is_decided():
    decided = [place for of_one in DECIDED.values() for place in of_one]
    assert len(decided) == len(set(decided))
    assert places() == set(decided), "does it pass to a deputy (accounts.deputies)? Say so, or why not"


def two_people() -> dict[str, tuple[str, str]]:
    """The constraints by which the database keeps two people of one record apart, and their fields."""
    found = {}
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            people = {field.name for field in model._meta.fields if field.related_model is User}
            for constraint in model._meta.constraints:
                condition = getattr(constraint, "condition", None)
                pairs = (
                    [(name, other.name) for name, other in compared_fields(condition)] if condition else []
                )
                if pairs and {*pairs[0]} <= people:
                    found[constraint.name] = pairs[0]
    return found


def compared_fields(condition: Q) -> Iterator[tuple[str, F]]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from compared_fields(child)
        elif isinstance(child, tuple) and isinstance(child[1], F):
            yield child


def test_wherever_the_database_wants_two_people_the_rule_knows_of_deputies():
    assert set(two_people()) == set(TWO_PEOPLE), "ask accounts.deputies.is_another, and test it"
