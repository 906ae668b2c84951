"""合议 at one table: which gaps there are, what may be put, and whose word stands for the batch."""

import pytest
from auditlog.models import LogEntry
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from assessments.enums import ScoreLevel
from assessments.models import BatchConfirmation, Proposal, ProposalAnswer, Score
from assessments.services import deliberation, recusals, table
from audit.enums import SignIn
from documents.models import Document
from documents.papers import DocumentKind
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import page_seen_by, url
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(disputed):
    """Three items are disputed, all within a step."""
    return disputed(3)


def page_of(client, final, person, **asked):
    return page_seen_by(client, person, url("table", final.pk), **asked)


def put(final, item, by, level="met", **more):
    return table.put(sheet=final, item=item, level=level, points=None, reason="示例", by=by, **more)


def put_all(final, by, level="met"):
    for each in final.deliberations.select_related("item__section"):
        put(final, each.item, by, level)
    return table.batch_of(final.deliberations.due().with_words())


def beside(client, final, person, password=PASSWORD, digest=None):
    digest = digest or table.batch_of(final.deliberations.due().with_words()).digest
    body = {"person": person.pk, "password": password, "digest": digest}
    return client.post(url("table_beside", final.pk), body)


# -- the gaps ---------------------------------------------------------------


def test_widest_gap_comes_first_and_small_ones_are_there(client, site, on):
    builders.self_assessed(site)
    final = builders.nearly_apart(site)
    on("2008-04-08")
    leader, member = builders.members(final.assessment.assignment.team)
    [gap] = page_of(client, final, leader).gaps
    assert (gap.line.gap, gap.line.deliberation, gap.mark) == (10, None, None)
    take = {"take": final.assessment.sheets.get(author=member).pk, "reason": "示例"}
    assert client.post(url("table_take", final.pk, gap.line.item.pk), take).status_code == 302
    about = final.deliberations.get()
    assert (about.item, about.gap, about.is_open) == (gap.line.item, 10, True)
    with pytest.raises(InvalidTransition):
        builders.mark(final, about.item, leader, reason="示例")


def test_what_the_members_marked_alike_is_no_gap(client, final, leader):
    alike = final.scores.select_related("item__section").first().item
    with pytest.raises(InvalidTransition):
        put(final, alike, leader)
    assert client.get(url("table", final.pk)).status_code == 302
    client.force_login(leader)
    body = {"take": final.assessment.sheets.get(author=leader).pk, "reason": "示例"}
    assert client.post(url("table_take", final.pk, alike.pk), body).status_code == 404
    assert final.deliberations.count() == 3


def test_order_by_range(client, final, leader, member):
    last = final.deliberations.last()
    Score.objects.filter(sheet__author=member, item=last.item).update(level="unmet", points=0)
    gaps = page_of(client, final, leader).gaps
    assert [gap.line.gap for gap in gaps] == [100, 50, 50]
    assert gaps[0].line.item == last.item
    assert [gap.is_within_a_step for gap in gaps] == [False, True, True]


# -- putting ----------------------------------------------------------------


def test_leader_takes_a_mark_and_the_next_gap_comes(client, final, leader, member):
    client.force_login(leader)
    first, second, _third = (each.item for each in final.deliberations.select_related("item"))
    theirs = final.assessment.sheets.get(author=member)
    address = url("table_take", final.pk, first.pk)
    refused = client.post(address, {"take": theirs.pk, "reason": " "})
    assert (refused.status_code, Proposal.objects.count()) == (422, 0)
    assert client.post(address, {"take": final.pk, "reason": "示例"}).status_code == 422
    answer = client.post(address, {"take": theirs.pk, "reason": "看过材料"})
    assert answer.url == f"{url('table', final.pk)}?item={second.code}"
    made = Proposal.objects.get()
    assert (made.level, made.reason, made.by) == ("partly", "看过材料", leader)
    assert Score.objects.get(sheet__author=leader, item=first).level == ScoreLevel.MET
    told = Notification.objects.filter(url=url("table", final.pk))
    assert [notice.user for notice in told] == [member]
    put(final, second, leader)
    assert told.count() == 1


def test_between_is_what_the_rulebook_allows(client, final, leader):
    client.force_login(leader)
    item = final.deliberations.first().item
    address = url("table_between", final.pk, item.pk)
    wrong = {"level": "partly", "points": str(item.points), "reason": "示例"}
    assert client.post(address, wrong).status_code == 422
    assert client.post(address, {**wrong, "points": "0.3"}).status_code == 302
    assert str(Proposal.objects.get().points) == "0.30"


def test_rest_within_a_step_in_one_act(client, final, leader, member):
    far = final.deliberations.last()
    Score.objects.filter(sheet__author=member, item=far.item).update(level="unmet", points=0)
    client.force_login(leader)
    assert client.post(url("table_rest", final.pk), {"take": "highest", "reason": ""}).status_code == 422
    client.post(url("table_rest", final.pk), {"take": "highest", "reason": "示例"})
    assert set(Proposal.objects.values_list("level", flat=True)) == {"met"}
    assert Proposal.objects.count() == 2
    assert [gap.line.item for gap in page_of(client, final, leader).left] == [far.item]


@pytest.mark.parametrize("door", ["table_take", "table_between", "table_rest", "table_beside"])
def test_only_who_leads_puts_and_lends_the_device(client, final, leader, member, door):
    args = [final.pk, final.deliberations.first().item_id]
    address = url(door, *(args if door in ("table_take", "table_between") else args[:1]))
    for person, status in ((member, 403), (builders.office(), 403), (factories.user("inspector"), 404)):
        client.force_login(person)
        assert client.post(address, {"reason": "示例"}).status_code == status
    assert not Proposal.objects.exists()
    with pytest.raises(PermissionDenied):
        put(final, final.deliberations.select_related("item__section").first().item, member)


# -- confirming -------------------------------------------------------------


def test_member_confirms_once_at_the_own_device(client, final, leader, member):
    batch = put_all(final, leader, "partly")
    assert final.deliberations.open().count() == 3
    client.force_login(member)
    shown = client.get(url("table", final.pk), {"item": "end"})
    assert batch.code in shown.content.decode()
    body = {"password": "wrong", "digest": batch.digest}
    assert client.post(url("table_confirm", final.pk), body).status_code == 422
    assert client.post(url("table_confirm", final.pk), {**body, "password": PASSWORD}).status_code == 302
    assert not final.deliberations.open().exists()
    marks = final.scores.filter(item__in=final.deliberations.values("item"))
    assert set(marks.values_list("level", flat=True)) == {"partly"}
    said = BatchConfirmation.objects.get()
    assert (said.by, said.entered_by, said.digest) == (member, None, batch.digest)


def test_member_confirms_at_the_leaders_device_which_stays_the_leaders(client, final, leader, member):
    put_all(final, leader)
    client.force_login(leader)
    key = client.session.session_key
    assert beside(client, final, member).status_code == 302
    assert (client.session["_auth_user_id"], client.session.session_key) == (str(leader.pk), key)
    assert not final.deliberations.open().exists()
    said = BatchConfirmation.objects.get()
    assert (said.by, said.entered_by) == (member, leader)
    member.refresh_from_db()
    assert member.last_login is None


def test_later_change_takes_the_confirmation_back_and_is_told(client, final, leader, member):
    put_all(final, leader)
    client.force_login(leader)
    beside(client, final, member)
    changed = final.deliberations.select_related("item__section").first()
    put(final, changed.item, leader, "partly")
    assert [each.item for each in final.deliberations.open()] == [changed.item]
    told = Notification.objects.filter(user=member, text=table.CHANGED).get()
    assert (told.url, changed.item.code in str(told)) == (url("table", final.pk), True)
    assert [
        holds for person, _said, holds in page_of(client, final, leader).standing if person == member
    ] == [False]
    assert beside(client, final, member).status_code == 302
    assert not final.deliberations.open().exists()
    assert BatchConfirmation.objects.filter(by=member).count() == 2


def test_what_was_not_shown_is_not_confirmed(client, final, leader, member):
    seen = put_all(final, leader)
    put(final, final.deliberations.select_related("item__section").first().item, leader, "partly")
    client.force_login(leader)
    assert beside(client, final, member, digest=seen.digest).status_code == 422
    assert not BatchConfirmation.objects.exists()
    assert not ProposalAnswer.objects.filter(by=member).exists()


def test_batch_without_all_marks_is_not_confirmed(final, leader, member):
    first = final.deliberations.select_related("item__section").first()
    put(final, first.item, leader)
    digest = table.batch_of(final.deliberations.due().with_words()).digest
    with pytest.raises(InvalidTransition):
        table.confirm(sheet=final, digest=digest, by=member)


def test_who_refused_a_mark_does_not_confirm_over_it(final, leader, member):
    batch = put_all(final, leader)
    deliberation.answer(proposal=batch.proposals[0], agrees=False, text="示例", by=member)
    with pytest.raises(InvalidTransition):
        table.confirm(sheet=final, digest=batch.digest, by=member)
    assert ProposalAnswer.objects.filter(by=member).count() == 1


def test_who_stood_aside_confirms_nothing(client, site, on):
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1, 1)
    on("2008-04-08")
    leader, second, third = builders.members(final.assessment.assignment.team)
    batch = put_all(final, leader)
    recusals.recuse(user=third, site=site, reason="示例")
    client.force_login(leader)
    assert beside(client, final, third).status_code == 422
    with pytest.raises(PermissionDenied):
        table.confirm(sheet=final, digest=batch.digest, by=third, entered_by=leader)
    with pytest.raises(PermissionDenied):
        table.confirm(sheet=final, digest=batch.digest, by=second, entered_by=second)
    assert beside(client, final, second).status_code == 302
    assert not final.deliberations.open().exists()


# -- the password of somebody else -------------------------------------------


def wrong_beside(person):
    entries = LogEntry.objects.get_for_object(person)
    return entries.filter(additional_data__sign_in=SignIn.BESIDE_WRONG)


def test_wrong_password_of_a_colleague_is_counted_told_and_in_the_trail(client, final, leader, member):
    put_all(final, leader)
    client.force_login(leader)
    response = beside(client, final, member, "a guess that is wrong")
    assert response.status_code == 422
    assert "a guess that is wrong" not in response.content.decode()
    [entry] = wrong_beside(member)
    assert (entry.actor, "guess" in str(entry.changes) + str(entry.additional_data)) == (leader, False)
    member.refresh_from_db()
    assert member.strange_tries == 1
    assert client.session["_auth_user_id"] == str(leader.pk)


def test_guesses_share_the_limits_of_signing_in(client, final, leader, member):
    """Five a minute for one account, here and at the sign-in page together; the right one then waits too."""
    put_all(final, leader)
    client.force_login(leader)
    for _try in range(5):
        beside(client, final, member, "wrong")
    assert wrong_beside(member).count() == 5
    assert beside(client, final, member).status_code == 422
    assert not BatchConfirmation.objects.exists()
    client.logout()
    answer = client.post("/accounts/login/", {"login": member.username, "password": PASSWORD})
    assert (answer.status_code, "_auth_user_id" in client.session) == (200, False)
    cache.clear()
    client.force_login(leader)
    assert beside(client, final, member).status_code == 302


def test_password_its_owner_did_not_choose_confirms_nothing(client, final, leader, member, settings):
    settings.PORTAL_DEMO_RULES = False
    put_all(final, leader)
    type(member).objects.filter(pk=member.pk).update(password_set_at=None)
    form = table_form(leader, member)
    with pytest.raises(ValidationError):
        form(PASSWORD)


def table_form(leader, member):
    """The form alone: the page asks the leader for a second factor under these rules."""
    from django.test import RequestFactory

    from assessments.forms import ConfirmBesideForm

    request = RequestFactory().post("/")
    request.user = leader
    people = type(member).objects.filter(pk=member.pk)

    def filled(password):
        body = {"person": member.pk, "password": password, "digest": "0"}
        form = ConfirmBesideForm(body, request=request, people=people)
        if not form.is_valid():
            raise ValidationError(form.errors.get("password", []))

    return filled


# -- the minutes and the page ------------------------------------------------


def test_minutes_write_themselves(client, final, leader, member):
    batch = put_all(final, leader)
    client.force_login(leader)
    beside(client, final, member)
    builders.sign(final)
    paper = Document.objects.get(kind=DocumentKind.DELIBERATION_RECORD).context
    assert [item["proposals"][0]["reason"] for item in paper["items"]] == ["示例"] * 3
    assert [item["result"]["points"] for item in paper["items"]] == [
        str(item["maximum"]) for item in paper["items"]
    ]
    [said] = paper["confirmations"]
    assert (said["by"], said["code"], said["at_device_of"]) == (str(member), batch.code, str(leader))
    page = page_of(client, final, leader, item="end")
    assert (page.may_put, client.post(url("table_beside", final.pk)).status_code) == (False, 403)


def test_page_costs_the_same_whatever_differs(client, site, on):
    builders.self_assessed(site)
    counts = []
    for weak in (1, 9):
        where = site if not counts else builders.building()
        if counts:
            builders.self_assessed(where)
        final = builders.apart(where, 0, weak)
        on("2008-04-08")
        leader, _member = builders.members(final.assessment.assignment.team)
        put_all(final, leader)
        client.force_login(leader)
        with CaptureQueriesContext(connection) as asked:
            client.get(url("table", final.pk), {"item": "end"})
        counts.append(len(asked))
    assert counts[0] == counts[1]
