"""The demo campaign: spread over every stage, marked as a sample, made once."""

from collections import Counter

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.models import EvidenceFile, Finding, Score
from desk.demo.cast import PASSWORD
from documents.models import Document
from documents.papers import DocumentKind
from publicity.models import Notice
from sites.enums import Level, Stage
from sites.models import Site

pytestmark = pytest.mark.django_db

# What the campaign's demo must show at least.
AT_LEAST = {
    Stage.FILED: 1,
    Stage.RETURNED: 1,
    Stage.BUILDING: 2,
    Stage.SELF_ASSESSED: 2,
    Stage.RECTIFYING: 2,
    Stage.NOT_ACCEPTED: 1,
    Stage.ON_NOTICE: 2,
    Stage.NAMED: 3,
    Stage.WARNED: 1,
}


@pytest.fixture
def demo(on):
    on("2008-05-20")
    call_command("seed_demo", verbosity=0)


def test_demo_tells_the_whole_story(demo, capsys):
    stages = Counter(Site.objects.values_list("stage", flat=True))
    assert {stage: stages[stage] for stage in AT_LEAST if stages[stage] < AT_LEAST[stage]} == {}
    assert Site.objects.filter(level=Level.CITY).count() == 8
    districts = Site.objects.filter(level=Level.DISTRICT).values_list("filing__organisation", flat=True)
    assert set(Counter(districts).values()) == {5}
    assert set(Document.objects.values_list("kind", flat=True)) == set(DocumentKind)

    # Scores by both members of a team, findings in every state of their thread, evidence with files.
    assert Score.objects.filter(sheet__role="inspector").values("sheet").distinct().count() > 20
    assert set(Finding.objects.values_list("state", flat=True)) >= {"open", "answered", "verified"}
    assert EvidenceFile.objects.filter(evidence__items__isnull=False).exists()

    assert not Site.objects.filter(is_sample=False).exists()
    for name in Site.objects.values_list("window_name", flat=True):
        assert name.endswith("（示例）")
    assert not User.objects.exclude(name__endswith="（示例）").exists()
    assert not Organisation.objects.filter(is_sample=True).exclude(name__endswith="（示例）").exists()

    for user in (User.objects.filter(role=role).first() for role in Role):
        assert authenticate(username=user.username, password=PASSWORD) == user

    running = Notice.objects.get(state="published")
    assert (running.published_on.isoformat(), running.ends_on.isoformat()) == ("2008-05-15", "2008-05-22")

    before = Site.objects.count(), Document.objects.count(), User.objects.count()
    call_command("seed_demo", verbosity=0)
    assert (Site.objects.count(), Document.objects.count(), User.objects.count()) == before

    call_command("demo_accounts")
    table = capsys.readouterr().out
    assert PASSWORD in table
    for username in ("lingdao", "shiban", "quban1", "ducha1", "lianluo01", "shenji"):
        assert username in table


def test_portal_without_the_demo_lists_no_accounts(capsys):
    call_command("demo_accounts")
    assert capsys.readouterr().out == ""
