"""Rights are said once: what of a kind of record a person sees, and who may do what.

A model says it with `visible_to` on its querysets, or stands in a table below with the reason why not.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import Model

from accounts.enums import Role
from tests import factories

ROOMS = ("core", "audit", "accounts", "standards", "sites", "documents", "assessments", "publicity", "desk")

# What anybody may know of: the frame of the campaign, published with the plan.
EVERYBODYS = {
    "sites.Programme": "the plan itself",
    "sites.Phase": "the plan's timetable",
    "sites.Extension": "public beside the phase it moves",
    "sites.Holiday": "the State Council's arrangement",
    "sites.DesignatedUnit": "named in the plan",
    "sites.LeftOpen": "numbers and reasons beside the programme; it names no site and nobody's work",
}

# What is no record of the campaign; no page looks one up for a person.
MACHINERY = {
    "accounts.KnownPlace": "digests of the browsers and addresses a person signs in from",
    "accounts.TriesInHour": "how many sign-ins failed in an hour; a condition and the trail tell it",
    "accounts.UsedPassword": "digests of passwords, so that none is used again",
    "core.BeatLease": "which beat sends what falls due",
    "core.DueTask": "when which task that goes by the clock was due",
    "accounts.UsedCode": "codes of second factors that serve no more",
    "core.SentForm": "digests of forms, so that none is carried out twice",
    "documents.PaperSources": "templates and code that papers were drawn with; no page shows it",
    "documents.PaperDefault": "settings: what stands in each kind's drafts, on the office's page alone",
    "documents.Series": "the last number of each series of papers",
    "desk.ArchiveCodes": "settings: what archival numbers begin with, on the office's page alone",
    "documents.KindSeries": "settings: the letters of each kind's numbers, on the office's page alone",
    "desk.StepsDay": "of which day the open steps are",
    "desk.Touched": "which open steps are to be worked out anew",
    "desk.ReminderRule": "settings: the city reads all of them on one page, the office changes them",
    "assessments.ResultOffice": "settings: which offices get the result sheets; the city reads them all",
    "audit.Seal": "digests over the trail; the auditors' page shows how the last check ended",
    "audit.Check": "as above",
    "audit.Anchored": "what was noted where, which the auditors' page shows",
    "audit.HeadKey": "public keys, which an auditor notes outside",
    "audit.KeyFingerprint": "tells the portal at its start whether its keys are the database's",
    "audit.KeyRotation": "the worker's; the health page and the trail tell of it",
}

# Read with the record they belong to, and by whoever sees that: the model → the relation that leads to it.
REACHED = {
    "accounts.MeetingMember": "meeting",
    "assessments.AnnotationLayer": "file",
    "assessments.FieldPhoto": "file",
    "accounts.SecrecySubject": "review",
    "sites.FilingVersion": "filing",
    "sites.ImportBatch": "filing",
    "sites.ImportLine": "job",
    "sites.HandOver": "site, filing",
    "sites.ResearchOutcome": "research",
    "sites.StageChange": "site",
    "standards.Section": "standard",
    "standards.Item": "section",
    "standards.Chapter": "rulebook",
    "standards.Article": "chapter",
    "standards.Consultation": "rulebook",
    "documents.CopyShare": "document",
    "documents.Countersignature": "draft",
    "documents.Signature": "document",
    "assessments.Score": "sheet",
    "assessments.ScoreEntry": "sheet",
    "assessments.SheetVersion": "sheet",
    "assessments.SheetUpload": "sheet",
    "assessments.SheetUploadRow": "upload",
    "assessments.Argument": "deliberation",
    "assessments.ProposalAnswer": "proposal",
    "assessments.BatchConfirmation": "sheet",
    "assessments.PracticeMark": "sheet",
    "assessments.PracticeAnswer": "run",
    "assessments.EvidencePointer": "evidence",
    "assessments.FindingReply": "finding",
    "assessments.NotedFinding": "report",
    "assessments.Escalation": "finding",
    "assessments.UnitSummary": "site",
    "assessments.OwnCheckAnswer": "check_of",
    "assessments.OwnCheckStep": "check_of",
    "assessments.TeamMember": "team",
    "assessments.Assignment": "assessment",
    "publicity.AppraisalResponse": "appraisal",
    "publicity.RecheckFinding": "note",
    "publicity.DrawnSite": "draw",
    "publicity.FormRun": "appraisal",
    "publicity.Settlement": "second_entry",
    "publicity.NoticeExtension": "notice",
    "publicity.NoticePromise": "notice",
    "publicity.Erasure": "objection",
    "publicity.CommendationLine": "commendation",
    "publicity.Warned": "naming",
    "publicity.Revocation": "naming",
}

# Where a role is compared outside the rules, and why that is no right; it may shrink, never grow. Words said
# to a person, and where a line leads, may go by role, and so does what a role is by itself.
NO_RIGHTS = {
    "accounts/services/organisations.py: check_people": "which kind of organisation a role acts for",
    "accounts/services/people.py: check_home": "which kind of organisation a role acts for",
    "accounts/services/people.py: homes": "which kind of organisation a role acts for",
    "accounts/conditions.py: administrators": "whether each of the three is somebody",
    "accounts/forms/administrators.py: __init__": "whether it changes somebody's role",
    "accounts/services/administrators.py: give_role": "whether it changes somebody's role",
    "accounts/services/motions.py: move": "an act's own table of roles",
    "accounts/services/motions.py: _record_for": "an act's own table of roles",
    "accounts/views/motions.py: _page": "an act's own table of roles",
    "accounts/services/appointing.py: give_role": "whether it changes somebody's role",
    "accounts/services/people.py: change_person": "whether it changes somebody's role",
    "accounts/services/people.py: roles": "whether it changes somebody's role",
    "sites/registers/people.py: _goes": "whether a row changes somebody's role",
    "sites/offers/deadlines.py: _list_page": "where a line leads",
    "assessments/offers/deadlines.py: _self_sheet": "where a line leads",
    "assessments/offers/deadlines.py: _visit": "where a line leads",
    "publicity/offers/deadlines.py: _letter": "where a line leads",
    "desk/reminders/services.py: send": "each role is told where it acts",
    "desk/open_steps/renewing.py: _row": "how the one who is waited for is called",
    "desk/figures/leader_sheet.py: _decisions": "of what others have to do, the leading group's part",
    "desk/figures/figure.py: is_for": "a figure's own table of roles",
    "desk/next_step.py: is_for": "a step's own role, from the table of the workflow",
    "desk/next_step.py: _besides_the_warning": "the role of another step",
}
# What a view fetches by a key without asking who looks, and why it may.
FETCHED_BARE = {
    "desk/views/reminders.py: ReminderRule": "settings; asked for by the office alone",
    "publicity/views/desk_namings.py: Revocation": "by its naming, which was fetched through visible_to",
    "standards/views/articles.py: Chapter": "its draft is fetched through visible_to, or the page is none",
}
# The rules themselves, and what stands below them or plays people.
RULES = {"rules.py", "enums.py", "receivers.py", "models.py", "models", "migrations", "demo"}

MODELS = {model._meta.label: model for room in ROOMS for model in apps.get_app_config(room).get_models()}


def asks_who_looks(model: type[Model]) -> bool:
    return hasattr(model._default_manager.all(), "visible_to")


def parents(label: str) -> list[type[Model]]:
    return [MODELS[label]._meta.get_field(name).related_model for name in REACHED[label].split(", ")]


def test_every_room_of_ours_is_looked_at():
    own = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    assert own - {"wuhai_portal"} == set(ROOMS)


def test_every_model_says_who_sees_its_records():
    excused = {*EVERYBODYS, *MACHINERY, *REACHED}
    silent = {label for label, model in MODELS.items() if not asks_who_looks(model)}
    assert silent == excused, "give its queryset `visible_to`, or say why it needs none"
    assert len(excused) == len(EVERYBODYS) + len(MACHINERY) + len(REACHED)


@pytest.mark.parametrize("label", REACHED)
def test_what_is_reached_through_another_record_ends_at_one_that_asks_who_looks(label):
    for parent in parents(label):
        assert asks_who_looks(parent) or parent._meta.label in REACHED


def test_no_chain_of_records_leads_back_to_itself():
    for label in REACHED:
        steps, waiting = 0, [label]
        while waiting:
            waiting = [p._meta.label for each in waiting for p in parents(each) if not asks_who_looks(p)]
            steps += 1
            assert steps < len(REACHED)


def compared_roles(source: Path) -> Iterator[str]:
    """The functions of a module in which a person's role is compared, each as often as it is."""
    tree = ast.parse(source.read_text())
    names = {
        id(node): function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and is_of_a_person(node):
            yield f"{source.relative_to(settings.BASE_DIR)}: {names.get(id(node), '')}"


def is_of_a_person(compared: ast.Compare) -> bool:
    """A sheet has a role as well: whose marks it holds."""
    parts = list(ast.walk(compared))
    words = {part.attr for part in parts if isinstance(part, ast.Attribute)}
    words |= {part.id for part in parts if isinstance(part, ast.Name)}
    return bool(words & {"role", "Role"}) and "SheetRole" not in words


def test_no_page_form_or_service_compares_a_role_by_itself():
    modules = (path for room in ROOMS for path in (settings.BASE_DIR / room).rglob("*.py"))
    found = [
        where
        for path in modules
        if not RULES & set(path.relative_to(settings.BASE_DIR).parts)
        for where in compared_roles(path)
    ]
    assert set(found) == set(NO_RIGHTS), "ask the room's rules.py"


def test_no_template_compares_a_role():
    compared = re.compile(r"{%[^%]*(?<!sheet)\.role (==|!=|in|not in) ")
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    assert [path.name for path in templates if compared.search(path.read_text())] == []


def fetched_bare(source: Path) -> Iterator[str]:
    """The models of which a module hands records out by get_object_or_404 as they stand in the database."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            model = node.args[0]
            if node.func.id == "get_object_or_404" and isinstance(model, ast.Name) and model.id[0].isupper():
                yield f"{source.relative_to(settings.BASE_DIR)}: {model.id}"


def test_views_fetch_through_a_queryset_that_asks_who_looks():
    modules = (path for room in ROOMS for path in (settings.BASE_DIR / room).rglob("*.py"))
    assert {found for path in modules for found in fetched_bare(path)} == set(FETCHED_BARE)


def sql_of(found):
    """Nothing for what this person sees none of."""
    try:
        return str(found.query)
    except EmptyResultSet:
        return ""


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.CITY_WIDE)
def test_what_the_city_sees_is_asked_of_each_record(role):
    """Looking for all sites there are, or for all that it is barred from, costs more with every site."""
    reader = factories.user(role)
    sites = re.compile(r'IN \(SELECT \w+\."id"(?: AS "\w+")? FROM "sites_site"')
    seen = {
        label: model._default_manager.all().visible_to(reader)
        for label, model in MODELS.items()
        if asks_who_looks(model)
    }
    assert [label for label, found in seen.items() if sites.search(sql_of(found))] == []
