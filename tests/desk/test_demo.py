"""The demo campaign: spread over every stage, marked as a sample, made once."""

import datetime
import io
from collections import Counter

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.evidence.before_and_after import pictures_of
from assessments.evidence.remarks import remarks_on
from assessments.models import EvidenceFile, Finding, Score, Twin
from audit.models import Seal
from desk.demo import photos
from desk.demo.cast import PASSWORD
from desk.models import OpenStep, Reminder
from desk.open_steps import bring_up_to_date
from documents.models import Document
from documents.papers import DocumentKind
from publicity.models import Notice
from sites.enums import Action, Level, Rung, Stage
from sites.models import Extension, Site
from sites.workflow import TRANSITIONS
from tests import factories

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


def test_demo_tells_the_whole_story(demo, capsys):
    stages = Counter(Site.objects.values_list("stage", flat=True))
    assert {stage: stages[stage] for stage in AT_LEAST if stages[stage] < AT_LEAST[stage]} == {}
    assert Site.objects.filter(level=Level.CITY).count() == 8
    districts = Site.objects.filter(level=Level.DISTRICT).values_list("filing__organisation", flat=True)
    assert set(Counter(districts).values()) == {5}
    # Six days after the first naming nobody has lost it again, and whom to commend is still to be decided.
    papers = set(DocumentKind) - {DocumentKind.REVOCATION_DECISION, DocumentKind.COMMENDATION_DECISION}
    assert set(Document.objects.values_list("kind", flat=True)) == papers

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

    assert Seal.objects.exists()
    # What is late is known to whoever it is told to, with no worker needed.
    reminders = Reminder.objects.all()
    assert set(reminders.values_list("rung", flat=True)) >= set(Rung) - {Rung.AHEAD}
    # The body that owes a list stands in the plan; its window is a sample.
    told = reminders.exclude(people=0).exclude(kind="list")
    assert all("（示例）" in reminder.text for reminder in told)

    running = Notice.objects.get(state="published")
    assert (running.published_on.isoformat(), running.ends_on.isoformat()) == ("2008-05-15", "2008-05-26")

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


def test_demo_has_pictures_links_and_twins_to_judge(demo, client):
    office = User.objects.get(username="shiban")
    client.force_login(office)

    # A file that two sites use as it is, and a smaller copy of another; nothing else is taken for a twin.
    twins = Twin.objects.visible_to(office).across_sites()
    assert Counter(twin.file.sha256 == twin.earlier.sha256 for twin in twins) == {True: 1, False: 1}
    assert Twin.objects.count() == 2
    assert len(client.get(reverse("assessments:evidence_twins")).context["pairs"]) == 2

    links = client.get(reverse("assessments:evidence_links")).context["object_list"]
    assert [(link.is_dead, link.checked_at is None) for link in links] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    check_remarks(office)
    assert any(pictures.before and pictures.after for pictures in pictures_compared())
    check_camera_data(client, office)


def check_remarks(office):
    """What the camera wrote fits all pictures of the teams; of the units' some are remarked on."""
    files = list(EvidenceFile.objects.select_related("evidence"))
    assert all(file.thumbnail and "（示例）" in file.name for file in files)
    on_site = [file for file in files if file.evidence.assessment_id]
    assert on_site
    assert remarks_on(on_site, office) == {}
    remarked = remarks_on(files, office)
    assert 0 < len(remarked) < len(files) / 4
    said = " ".join(text for texts in remarked.values() for text in texts)
    for words in ("早于活动方案", "公里", "不含拍摄信息", "使用了同一图片"):
        assert words in said


def pictures_compared():
    for site in Site.objects.filter(stage=Stage.RECTIFYING):
        findings = Finding.objects.filter(assessment__site=site).prefetch_related("replies__evidence")
        yield from pictures_of(site, findings).values()


def check_camera_data(client, office):
    """It is for the office alone; the picture in a page holds none for anybody."""
    file = EvidenceFile.objects.exclude(captured_at=None).filter(evidence__site__stage=Stage.BUILDING)[0]
    liaison = User.objects.get(role=Role.LIAISON, organisation=file.evidence.site.organisation)
    for user, sees in ((office, True), (liaison, False)):
        client.force_login(user)
        page = client.get(reverse("assessments:evidence_view", args=[file.pk])).content.decode()
        assert (str(file.latitude) in page) is sees
        sent = b"".join(client.get(reverse("assessments:evidence_file", args=[file.pk])))
        assert bool(Image.open(io.BytesIO(sent)).getexif()) is sees
        shown = b"".join(client.get(reverse("assessments:evidence_picture", args=[file.pk])))
        assert not Image.open(io.BytesIO(shown)).getexif()


def test_demo_has_a_practice_to_try_and_one_that_a_colleague_has_finished(demo, client):
    new, office = User.objects.get(username="ducha1"), User.objects.get(username="shiban")
    client.force_login(new)
    ((sheet, begun),) = client.get(reverse("assessments:practice")).context["rows"]
    assert "示例" in str(sheet)
    assert begun is None
    assert not sheet.marks.filter(found="").exists()
    run = client.post(reverse("assessments:practice_begin", args=[sheet.pk]), follow=True)
    assert run.context["page"].current.mark == sheet.marks.first()

    client.force_login(office)
    (practised,) = client.get(sheet.get_absolute_url()).context["practised"]
    assert practised.run.by != new
    exact = practised.agreement.exact
    assert 0 < exact.hits < exact.n
    assert practised.agreement.alpha is not None
    said = " ".join(f"{mark.found}{mark.reason}" for mark in sheet.marks.all())
    assert not [name for name in Site.objects.values_list("window_name", flat=True) if name in said]


def test_demo_pictures_are_drawn_without_the_chinese_font_as_well(monkeypatch):
    site = Site(window_name="窗口（示例）", kind="service", latitude=39, longitude=106)
    in_chinese = photos.notice_board(site, sheets=6).tobytes()
    assert photos.notice_board(site, sheets=6).tobytes() == in_chinese
    monkeypatch.setattr(photos, "FONT", "no-such-font.ttc")
    photos.chinese.cache_clear()
    assert photos.notice_board(site, sheets=6).tobytes() != in_chinese
    photos.chinese.cache_clear()


def test_demo_tells_the_phases_as_the_plan_dates_them(demo):
    """Nothing is prolonged: on 20 May acceptance runs, and what belongs to an earlier phase is late."""
    programme, day = factories.programme(), datetime.date(2008, 5, 20)
    assert not Extension.objects.exists()
    running = [phase.ordinal for phase in programme.phases.all() if phase.starts_on <= day <= phase.last_day]
    assert running == [4]
    bring_up_to_date()
    steps = OpenStep.objects.exclude(by="")
    ended = {step for step in steps if max(TRANSITIONS[Action(step.by)].phases, default=4) < 4}
    assert {step.by for step in ended} >= {Action.REVIEW, Action.AGREE_PLAN, Action.SUBMIT_SELF_ASSESSMENT}
    assert all(step.due < day for step in ended)
