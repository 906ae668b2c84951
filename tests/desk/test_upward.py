"""Reports to the autonomous region: on a phase that is over, agreed to by another, then unchanged."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Motion
from accounts.services import motions
from assessments.services import recusals
from core.acting import Refusal
from desk.models import UpwardReport
from desk.todo import todos
from desk.upward import services
from desk.upward.figures import figures_of
from documents.papers import DocumentKind
from documents.rendering import paper_html
from sites.calendar import pinned, today
from sites.enums import Level, Stage
from sites.models import Phase
from tests import factories
from tests.agreeing import checked

pytestmark = pytest.mark.django_db

WORDS = {"practice": "示例做法一\n示例做法二", "problems": "示例问题", "next_steps": "示例下一步"}
DAY = datetime.timedelta(days=1)


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def member():
    return factories.user(Role.LEADING_GROUP)


def phase(ordinal: int = 1) -> Phase:
    return factories.programme().phases.get(ordinal=ordinal)


@pytest.fixture
def over(on):
    """The day after the first phase ends."""
    on((phase().last_day + DAY).isoformat())


@pytest.fixture
def report(over, office):
    factories.site(Stage.BUILDING)
    factories.site(Stage.DETERMINED, level=Level.DISTRICT)
    return services.draft(phase=phase(), words=WORDS, by=office)


def moved(report: UpwardReport, by) -> Motion:
    return motions.move(kind=services.ISSUE, record=report, values={}, by=by)


def issued(report: UpwardReport, office, member) -> UpwardReport:
    motion = moved(report, office)
    checked(motion)
    motions.agree(motion=motion, by=member)
    report.refresh_from_db()
    return report


def whats(person) -> list[str]:
    url = reverse("desk:upward_report", args=[phase().pk])
    return [str(todo.what) for todo in todos(person) if todo.url == url]


# -- when ----------------------------------------------------------------------------------------------


def test_the_office_is_asked_on_the_day_after_a_phase_ends(on, office):
    on(phase().last_day.isoformat())
    assert whats(office) == []
    on((phase().last_day + DAY).isoformat())
    assert len(whats(office)) == 1
    assert whats(factories.user(Role.LEADING_GROUP)) == []


def test_a_phase_that_runs_or_was_extended_is_not_reported_on(on, office):
    on(phase().last_day.isoformat())
    with pytest.raises(Refusal):
        services.draft(phase=phase(), words=WORDS, by=office)
    end = phase().last_day
    Phase.objects.filter(pk=phase().pk).update(extended_to=end + 5 * DAY)
    on((end + DAY).isoformat())
    with pytest.raises(Refusal):
        services.draft(phase=phase(), words=WORDS, by=office)
    assert whats(office) == []
    on((end + 6 * DAY).isoformat())
    services.draft(phase=phase(), words=WORDS, by=office)


def test_the_same_phase_is_reported_on_once(report, office):
    with pytest.raises(Refusal):
        services.draft(phase=phase(), words=WORDS, by=office)
    with pytest.raises(IntegrityError), transaction.atomic():
        UpwardReport.objects.create(phase=phase(), as_of=today(), drafted_by=office)


def test_a_phase_that_is_extended_meanwhile_is_not_reported_on(report, office, member):
    motion = moved(report, office)
    Phase.objects.filter(pk=phase().pk).update(extended_to=today() + 5 * DAY)
    with pytest.raises(Refusal):
        motions.agree(motion=motion, by=member)
    report.refresh_from_db()
    assert not report.is_issued


# -- drafting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_the_office_alone_drafts(over, role):
    with pytest.raises(PermissionDenied):
        services.draft(phase=phase(), words=WORDS, by=factories.user(role))


@pytest.mark.parametrize("missing", WORDS)
def test_what_was_not_written_is_named_at_its_field(over, office, missing):
    with pytest.raises(ValidationError) as refused:
        services.draft(phase=phase(), words=WORDS | {missing: " "}, by=office)
    assert set(refused.value.message_dict) == {missing}


def test_who_stood_aside_from_a_site_drafts_no_figures_without_it(client, over, office):
    assert len(whats(office)) == 1
    recusals.recuse(site=factories.site(Stage.BUILDING), user=office, reason="示例")
    with pytest.raises(PermissionDenied):
        services.draft(phase=phase(), words=WORDS, by=office)
    assert whats(office) == []
    client.force_login(office)
    assert client.get(reverse("desk:upward_write", args=[phase().pk])).status_code == 403


def test_figures_are_those_of_the_portal_and_frozen_with_the_draft(report, office):
    numbers = {line["what"]: line["number"] for line in report.figures}
    assert numbers["确定示范点"] == "2个（市级1个、区级1个）"
    assert numbers["工作方案已审核同意的示范点"].startswith("1个")
    factories.site(Stage.DETERMINED)
    report.refresh_from_db()
    assert {line["what"]: line["number"] for line in report.figures} == numbers
    services.revise(report=report, words=WORDS, by=office)
    report.refresh_from_db()
    assert report.figures[0]["number"] == "3个（市级2个、区级1个）"


@pytest.mark.parametrize("ordinal", [1, 2, 3, 4])
def test_each_phase_has_its_figures(office, ordinal):
    factories.site(Stage.NAMED)
    lines = figures_of(phase(ordinal), office)
    assert len({line["what"] for line in lines}) == len(lines) >= 2
    assert all(line["number"] for line in lines)


# -- agreeing ------------------------------------------------------------------------------------------


def test_agreed_to_it_is_a_numbered_paper_that_goes_upward(report, office, member):
    paper = issued(report, office, member).document
    assert (paper.kind, paper.created_by, paper.is_public) == (DocumentKind.UPWARD_REPORT, member, False)
    assert paper.context["signer"] == member.name
    assert paper.context["addressee"] == "内蒙古自治区政务公开领导小组办公室"
    html = paper_html(paper.kind, paper.context)
    signer = f'签发人：<span class="signer">{member.name}'
    for said in (signer, "2个（市级1个、区级1个）", "示例做法二", "特此报告。"):
        assert said in html
    group = paper.receipts.get()
    assert (group.organisation.kind, group.is_copy) == (OrganisationKind.LEADING_GROUP, True)


def test_nobody_agrees_to_their_own_draft(report, office, member):
    """Though a colleague moved it, and the drafter belongs to the leading group by now."""
    motion = moved(report, factories.user(Role.OFFICE))
    drafter = office
    drafter.role, drafter.organisation = Role.LEADING_GROUP, member.organisation
    drafter.save()
    with pytest.raises(PermissionDenied):
        motions.agree(motion=motion, by=drafter)
    deputy = factories.user(Role.LEADING_GROUP)
    factories.send_away(drafter, deputy)
    with pytest.raises(PermissionDenied):
        motions.agree(motion=motion, by=deputy)
    checked(motion)
    motions.agree(motion=motion, by=member)


def test_the_office_does_not_agree(report, office):
    with pytest.raises(PermissionDenied):
        motions.agree(motion=moved(report, office), by=factories.user(Role.OFFICE))
    report.refresh_from_db()
    assert not report.is_issued


def test_what_lies_before_the_group_or_is_issued_changes_no_more(report, office, member):
    motion = moved(report, office)
    with pytest.raises(Refusal):
        services.revise(report=report, words=WORDS | {"problems": "示例另一问题"}, by=office)
    motions.decline(motion=motion, reason="示例：问题要写具体。", by=member)
    services.revise(report=report, words=WORDS | {"problems": "示例具体问题"}, by=office)
    issued(report, office, member)
    for again in (
        lambda: services.revise(report=report, words=WORDS, by=office),
        lambda: moved(report, office),
        lambda: services.issue_report(report=report, by=member),
    ):
        with pytest.raises(Refusal):
            again()
    report.refresh_from_db()
    assert report.problems == "示例具体问题"
    assert report.document.context["problems"] == ["示例具体问题"]


# -- sending -------------------------------------------------------------------------------------------


def sent(report: UpwardReport, by, days: int = 0, how: str = "机要交换") -> None:
    services.record_sent(report=report, sent_on=today() + days * DAY, sent_how=how, by=by)


def test_it_is_sent_once_issued_and_the_entry_can_be_corrected(report, office, member):
    with pytest.raises(Refusal):
        sent(report, office)
    issued(report, office, member)
    for field, wrong in (("sent_on", {"days": -1}), ("sent_on", {"days": 1}), ("sent_how", {"how": " "})):
        with pytest.raises(ValidationError) as refused:
            sent(report, office, **wrong)
        assert set(refused.value.message_dict) == {field}
    with pytest.raises(PermissionDenied):
        sent(report, member)
    sent(report, office)
    sent(report, office, how="传真")
    report.refresh_from_db()
    assert (report.sent_on, report.sent_how) == (today(), "传真")
    assert whats(office) == []


def test_the_database_knows_nothing_sent_that_was_not_issued(report):
    with pytest.raises(IntegrityError), transaction.atomic():
        UpwardReport.objects.filter(pk=report.pk).update(sent_on=today(), sent_how="示例")


# -- pages ---------------------------------------------------------------------------------------------


def test_from_the_to_do_to_the_sent_paper_on_the_pages(client, over, office, member):
    page, write, propose, send = (
        reverse(f"desk:{name}", args=[phase().pk])
        for name in ("upward_report", "upward_write", "upward_propose", "upward_sent")
    )
    client.force_login(office)
    assert page in client.get(reverse("desk:home")).content.decode()
    assert write in client.get(page).content.decode()
    assert client.post(write, WORDS | {"practice": ""}).status_code == 422
    client.post(write, WORDS)
    assert propose in client.get(page).content.decode()
    assert client.get(send).status_code == 403
    client.post(propose)
    shown = client.get(page).content.decode()
    assert propose not in shown
    motion = Motion.objects.get()
    assert motion.get_absolute_url() in shown
    assert whats(office) == []
    checked(motion)
    motions.agree(motion=motion, by=member)
    assert client.get(write).status_code == 403
    assert send in client.get(page).content.decode()
    client.post(send, {"sent_on": today().isoformat(), "sent_how": "机要交换"})
    assert "机要交换" in client.get(page).content.decode()
    listed = client.get(reverse("desk:upward_reports")).content.decode()
    assert UpwardReport.objects.get().document.full_number in listed


def test_the_draft_s_form_keeps_what_a_colleague_wrote_meanwhile(client, report, office):
    client.force_login(office)
    address = reverse("desk:upward_write", args=[phase().pk])
    digests = client.get(address).context["form"]._digests()
    shown = " ".join(f"{name}:{digest}" for name, digest in digests.items())
    services.revise(report=report, words=WORDS | {"problems": "示例同事所写"}, by=factories.user(Role.OFFICE))
    client.post(address, WORDS | {"practice": "示例自己所写", "shown": shown})
    report.refresh_from_db()
    assert (report.practice, report.problems) == ("示例自己所写", "示例同事所写")


def test_others_find_none_of_it_and_the_leading_group_writes_none(client, report, member):
    names = ("upward_report", "upward_write", "upward_propose", "upward_sent")
    for role in (Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR):
        client.force_login(factories.user(role))
        assert client.get(reverse("desk:upward_reports")).status_code == 403
        for name in names:
            address = reverse(f"desk:{name}", args=[phase().pk])
            answer = client.post(address) if name == "upward_propose" else client.get(address)
            assert answer.status_code == 403
    client.force_login(member)
    assert client.get(reverse("desk:upward_report", args=[phase().pk])).status_code == 200
    assert client.get(reverse("desk:upward_write", args=[phase().pk])).status_code == 403
    assert client.post(reverse("desk:upward_propose", args=[phase().pk])).status_code == 403


def test_figures_of_the_second_phase_are_counted_on_its_day(office):
    with pinned(phase(2).last_day + DAY):
        report = services.draft(phase=phase(2), words=WORDS, by=office)
        assert report.as_of == today()
