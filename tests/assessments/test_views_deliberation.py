"""The deliberation's page: who may do what on it, what is said when it is refused, and the columns."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from assessments.models import Argument, Proposal
from assessments.services import deliberation, recusals
from documents.models import Document
from documents.papers import DocumentKind
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import page_seen_by, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(disputed):
    """Two items are disputed."""
    return disputed(2)


@pytest.fixture
def about(final):
    return final.deliberations.first()


def proposed(about, by, level="partly"):
    return deliberation.propose(deliberation=about, level=level, points=None, reason="示例理由", by=by)


def page_of(client, final, person):
    return page_seen_by(client, person, url("deliberation", final.pk))


# -- what the page offers ---------------------------------------------------


def test_each_member_is_offered_what_is_theirs_to_do(client, final, about, leader, member):
    case = page_of(client, final, member).cases[0]
    assert list(case.forms) == ["argue"]
    case = page_of(client, final, leader).cases[0]
    assert list(case.forms) == ["argue", "propose"]
    proposed(about, leader)
    assert list(page_of(client, final, leader).cases[0].forms) == ["argue", "propose"]
    assert list(page_of(client, final, member).cases[0].forms) == ["answer", "argue"]


def test_page_says_whose_turn_it_is(client, final, about, leader, member):
    def codes(person):
        return [case.line.item.code for case in page_of(client, final, person).mine]

    first, second = (each.item.code for each in final.deliberations.all())
    assert (codes(leader), codes(member)) == ([first, second], [])
    made = proposed(about, leader)
    assert (codes(leader), codes(member)) == ([second], [first])
    deliberation.answer(proposal=made, agrees=False, text="示例", by=member)
    assert (codes(leader), codes(member)) == ([first, second], [])


def test_refusal_of_who_stood_aside_asks_for_nothing(client, site, on):
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1, 1)
    on("2008-04-08")
    leader, second, third = builders.members(final.assessment.assignment.team)
    made = proposed(final.deliberations.get(), leader)
    deliberation.answer(proposal=made, agrees=False, text="示例", by=third)
    recusals.recuse(user=third, site=site, reason="示例")
    assert page_of(client, final, leader).mine == []
    (case,) = page_of(client, final, second).mine
    assert case.waiting == [str(second)]


def test_who_was_taken_out_of_a_deliberation_is_named_with_day_and_by_whom(client, site, on, english):
    """Only at what was still open; the office cannot make a dissenter disappear."""
    builders.self_assessed(site)
    final = builders.apart(site, 0, 2, 2)
    on("2008-04-08")
    leader, second, third = builders.members(final.assessment.assignment.team)
    settled, disputed = final.deliberations.all()
    made = proposed(settled, leader)
    for person in (second, third):
        deliberation.answer(proposal=made, agrees=True, text="", by=person)
    on("2008-04-09")
    made = proposed(disputed, leader)
    deliberation.answer(proposal=made, agrees=False, text="示例", by=third)
    recusals.recuse(user=third, site=site, reason="示例", by=builders.office())
    client.force_login(leader)
    told = f"stood aside on 9 April 2008, declared by {builders.office()}"
    for name in ("deliberation", "columns"):
        assert client.get(url(name, final.pk)).content.decode().count(told) == 1
    deliberation.answer(proposal=made, agrees=True, text="", by=second)
    builders.sign(final)
    paper = Document.objects.get(kind=DocumentKind.DELIBERATION_RECORD)
    assert [item["recusals"] for item in paper.context["items"]] == [
        [],
        [{"name": str(third), "on": "2008-04-09", "by": str(builders.office())}],
    ]


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_city_reads_and_does_nothing(client, final, about, leader, role):
    person = factories.user(role)
    proposed(about, leader)
    assert [case.forms for case in page_of(client, final, person).cases] == [{}, {}]
    assert client.post(url("argue", about.pk), {"text": "示例"}).status_code == 403
    assert (
        client.post(url("proposal_answer", Proposal.objects.get().pk), {"agrees": "yes"}).status_code == 403
    )
    assert client.post(url("propose", about.pk), {"level": "met", "reason": "示例"}).status_code == 403
    assert not Argument.objects.exists()


def test_nobody_else_finds_it(client, final, about, leader):
    made = proposed(about, leader)
    strangers = [builders.liaison(final.assessment.site), factories.user(Role.INSPECTOR)]
    for person in strangers:
        client.force_login(person)
        assert client.get(url("deliberation", final.pk)).status_code == 404
        for door in (url("argue", about.pk), url("propose", about.pk), url("proposal_answer", made.pk)):
            assert client.post(door, {"text": "示例"}).status_code == 404
    client.logout()
    assert client.get(url("deliberation", final.pk)).status_code == 302


@pytest.mark.parametrize("door", ["argue", "propose"])
def test_acts_are_posted(client, about, leader, door):
    client.force_login(leader)
    assert client.get(url(door, about.pk)).status_code == 405
    assert client.post(url(door, 10**25), {}).status_code == 404


# -- from argument to mark --------------------------------------------------


def test_deliberation_from_argument_to_mark(client, final, about, leader, member):
    back = about.get_absolute_url()
    client.force_login(member)
    assert client.post(url("argue", about.pk), {"text": "归档缺项"}).url == back
    client.force_login(leader)
    body = {"level": "met", "points": "", "reason": "齐全"}
    assert client.post(url("propose", about.pk), body).url == back
    client.force_login(member)
    first = Proposal.objects.get()
    answered = client.post(url("proposal_answer", first.pk), {"agrees": "no", "text": "缺三月份"})
    assert answered.url == back
    client.force_login(leader)
    body = {"level": "partly", "points": "1.2", "reason": "按缺项扣分"}
    assert client.post(url("propose", about.pk), body).url == back
    client.force_login(member)
    assert client.post(url("proposal_answer", Proposal.objects.last().pk), {"agrees": "yes"}).url == back
    score = final.scores.get(item=about.item)
    assert (score.level, str(score.points), score.reason) == ("partly", "1.20", "示例原因")
    text = client.get(url("deliberation", final.pk)).content.decode()
    for said in ("归档缺项", "齐全", "缺三月份", "按缺项扣分"):
        assert said in text


def test_what_is_wrong_stands_at_the_form_that_was_sent(client, final, about, leader, member):
    client.force_login(leader)
    response = client.post(url("propose", about.pk), {"level": "partly", "points": "99", "reason": "保留"})
    assert response.status_code == 422
    first, second = response.context["page"].cases
    assert list(first.forms["propose"].errors) == ["points"]
    assert not second.forms["propose"].errors
    assert "保留" in response.content.decode()
    made = proposed(about, leader)
    client.force_login(member)
    response = client.post(url("proposal_answer", made.pk), {"agrees": "no", "text": ""})
    assert (response.status_code, made.answers.count()) == (422, 1)
    assert list(response.context["page"].cases[0].forms["answer"].errors) == ["text"]


def test_answer_to_a_proposal_that_was_replaced_meanwhile(client, about, leader, member):
    earlier = proposed(about, leader, "met")
    later = proposed(about, leader)
    client.force_login(member)
    response = client.post(url("proposal_answer", earlier.pk), {"agrees": "yes"})
    assert response.status_code == 422
    assert url("proposal_answer", later.pk) in response.content.decode()
    assert about.proposals.get(pk=earlier.pk).answers.count() == 1


def test_answered_twice_by_a_double_click(client, about, leader, member):
    made = proposed(about, leader)
    client.force_login(member)
    for _ in range(2):
        assert client.post(url("proposal_answer", made.pk), {"agrees": "yes"}).status_code == 302
    assert made.answers.count() == 2


def test_after_the_signature_it_is_read_only(client, final, about, leader, member):
    for each in final.deliberations.all():
        deliberation.answer(proposal=proposed(each, leader, "met"), agrees=True, text="", by=member)
    builders.sign(final)
    assert [case.forms for case in page_of(client, final, leader).cases] == [{}, {}]
    response = client.post(url("argue", about.pk), {"text": "示例"})
    assert response.status_code == 422
    assert not Argument.objects.exists()


def test_page_costs_the_same_whatever_is_disputed(client, site, on):
    builders.self_assessed(site)
    counts = []
    for weak in (1, 9):
        final = builders.apart(site, 0, weak) if not counts else _another(weak)
        on("2008-04-08")
        leader, member = builders.members(final.assessment.assignment.team)
        for about in final.deliberations.all():
            deliberation.argue(deliberation=about, text="示例", by=member)
            proposed(about, leader)
        client.force_login(member)
        with CaptureQueriesContext(connection) as asked:
            client.get(url("deliberation", final.pk))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _another(weak):
    other = builders.building()
    builders.self_assessed(other)
    return builders.apart(other, 0, weak)


# -- the columns ------------------------------------------------------------


def test_columns_show_self_each_member_and_final(client, final, about, leader, member):
    client.force_login(leader)
    shown = client.get(url("columns", final.pk))
    assert [voice.label for voice in shown.context["columns"].voices] == [f"A {leader}", f"B {member}"]
    line = shown.context["columns"].lines[0]
    assert [cell.score.level for cell in line.members] == ["met", "partly"]
    assert (line.own.score.level, line.final, line.gap, line.is_open) == ("met", None, 50, True)
    coloured = shown.content.decode().split('class="columns-cell--differs"')[1:]
    assert ["不一致" in cell.partition("</td>")[0] for cell in coloured] == [True] * 4


def test_columns_say_in_words_how_a_mark_differs_from_the_final_one(client, final, about, leader, member):
    deliberation.answer(proposal=proposed(about, leader), agrees=True, text="", by=member)
    client.force_login(leader)
    shown = client.get(url("columns", final.pk), {"show": "disputed"})
    first, second = (line for _part, lines in shown.context["parts"] for line in lines)
    assert [cell.difference for cell in first.members] == ["higher", None]
    assert (first.own.difference, first.is_open) == ("higher", False)
    assert [cell.difference for cell in second.members] == ["other", "other"]
    assert "偏高" in shown.content.decode()


@pytest.mark.parametrize(
    ("show", "count"), [("", 43), ("differing", 2), ("disputed", 2), ("below", 0), ("nonsense", 43)]
)
def test_columns_are_narrowed(client, final, leader, show, count):
    client.force_login(leader)
    shown = client.get(url("columns", final.pk), {"show": show}).context["parts"]
    assert sum(len(lines) for _part, lines in shown) == count


def test_columns_of_a_members_sheet_are_not_found(client, final, leader):
    client.force_login(leader)
    own = final.assessment.sheets.get(author=leader)
    assert client.get(url("columns", own.pk)).status_code == 404
