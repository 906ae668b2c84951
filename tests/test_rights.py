"""Rights are said once: what of a kind of record a person sees, and who may do what.

A model says it with `visible_to` on its querysets, or stands in a table below with the reason why not.
"""

import pytest
from django.apps import apps
from django.db.models import Model

ROOMS = ("core", "audit", "accounts", "standards", "sites", "documents", "assessments", "publicity", "desk")

# What anybody may know of: the frame of the campaign, published with the plan.
EVERYBODYS = {
    "sites.Programme": "the plan itself",
    "sites.Phase": "the plan's timetable",
    "sites.Extension": "public beside the phase it moves",
    "sites.Holiday": "the State Council's arrangement",
    "sites.DesignatedUnit": "named in the plan",
}

# What is no record of the campaign; no page looks one up for a person.
MACHINERY = {
    "core.SentForm": "digests of forms, so that none is carried out twice",
    "documents.Series": "the last number of each series of papers",
    "desk.ReminderRule": "settings: the city reads all of them on one page, the office changes them",
    "audit.Seal": "digests over the trail; the auditors' page shows how the last check ended",
    "audit.Check": "as above",
}

# Read with the record they belong to, and by whoever sees that: the model → the relation that leads to it.
REACHED = {
    "sites.FilingVersion": "filing",
    "sites.ImportBatch": "filing",
    "sites.ImportLine": "job",
    "sites.HandOver": "site, filing",
    "sites.StageChange": "site",
    "standards.Section": "standard",
    "standards.Item": "section",
    "assessments.Score": "sheet",
    "assessments.ScoreEntry": "sheet",
    "assessments.SheetVersion": "sheet",
    "assessments.SheetUpload": "sheet",
    "assessments.SheetUploadRow": "upload",
    "assessments.Argument": "deliberation",
    "assessments.ProposalAnswer": "proposal",
    "assessments.EvidencePointer": "evidence",
    "assessments.FindingReply": "finding",
    "assessments.Escalation": "finding",
    "assessments.UnitSummary": "site",
    "assessments.TeamMember": "team",
    "assessments.Assignment": "assessment",
    "publicity.AppraisalResponse": "appraisal",
    "publicity.NoticeExtension": "notice",
    "publicity.Erasure": "objection",
    "publicity.Warned": "naming",
    "publicity.Revocation": "naming",
}

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
