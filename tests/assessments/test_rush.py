"""Two hundred inspectors save at the same moment; on PostgreSQL, as a city would run it."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.enums import ScoreLevel, SheetRole
from assessments.marks import standard_items
from assessments.models import Score, ScoreEntry, Sheet, TeamMember
from tests import factories
from tests.assessments import builders
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

INSPECTORS = 200
ITEMS = 2


def test_two_hundred_sheets_saved_at_once_lose_and_double_nothing(on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    people = builders.members(assessment.assignment.team)
    people += [factories.user("inspector") for _ in range(INSPECTORS - len(people))]
    TeamMember.objects.bulk_create(
        TeamMember(team=assessment.assignment.team, user=person) for person in people[2:]
    )
    Sheet.objects.bulk_create(
        Sheet(assessment=assessment, role=SheetRole.INSPECTOR, author=person) for person in people
    )
    sheets = {sheet.author: sheet for sheet in assessment.sheets.filter(role=SheetRole.INSPECTOR)}
    items = standard_items(sheets[people[0]])[:ITEMS]
    on("2008-04-08")

    def inspect(person, client):
        def saved(item, level):
            address = reverse("assessments:score", args=[sheets[person].pk, item.pk])
            mark = {"level": level, "reason": f"示例{person.pk}", "version": 0}
            return client.post(address, mark, headers={"HX-Request": "true"})

        def verb():
            # The first one by a double click: the same mark twice.
            for item in (items[0], *items):
                assert saved(item, ScoreLevel.UNMET).status_code == 200
            # And once more from a page that is out of date: refused, not written over.
            assert saved(items[0], ScoreLevel.MET).status_code == 422

        return verb

    assert at_once(*(inspect(person, signed_in(person)) for person in people)) == ["done"] * INSPECTORS
    scores = Score.objects.filter(sheet__in=sheets.values()).select_related("sheet")
    assert len(scores) == ScoreEntry.objects.filter(sheet__in=sheets.values()).count() == INSPECTORS * ITEMS
    assert {(score.sheet.author_id, score.item_id) for score in scores} == {
        (person.pk, item.pk) for person in people for item in items
    }
    assert all(
        score.reason == f"示例{score.sheet.author_id}"
        and score.updated_by_id == score.sheet.author_id
        and score.version == 1
        for score in scores
    )


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client
