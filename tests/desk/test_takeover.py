"""When another programme takes over, all that waits is counted and asked about, and none of it vanishes.

What can wait is found in the scenes of `test_todo_links`, which have each kind there is: a new kind of
to-do that the page does not count, or that would be lost, fails here.
"""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import Notification
from accounts.todos import TODOS
from core.acting import Refusal
from desk.todo import Work
from sites import services
from sites.enums import Becomes, FilingState, Leftover, Level
from sites.leftovers import left_in
from sites.models import Filing, LeftOpen, Programme
from sites.services import Decided
from tests import factories
from tests.desk.test_todo_links import SCENES, plans, posts, stages, waiting
from tests.sites import making
from tests.sites.test_programmes import make

pytestmark = pytest.mark.django_db

# What is of no programme waits whichever runs.
OF_NO_PROGRAMME = {
    "Read the outgoing messages, then release or discard them": "messages are of people",
    "Put it before the leading group: a version waits for its resolution": "a version is of every programme",
    "Publish the frequent question": "a question is of every programme",
    "Decide what somebody else proposes": "whichever programme it is about, it is decided or withdrawn",
    "Review for secrets what is about to go out": "whatever it is about, it is reviewed or taken back",
    "Look at the rows of the register and confirm them": "a register is the city's",
    "Give an opinion on the draft of the rulebook": "a rulebook is of no programme",
    "Answer a proposal on the draft": "as above",
    "Give a new account its role and hand out the link, or switch it off": "accounts are of every programme",
}


def closable() -> dict[str, str]:
    """The `Leftover` of each to-do that has one."""
    sources = [source for source in TODOS if source.may_close]
    with translation.override("en"):
        return {str(kind.what): source.may_close for source in sources for kind in source.kinds.values()}


def counted() -> set[str]:
    """The kinds that the page counts, named as it names them in English."""
    with translation.override("en"):
        return {left.kind for left in left_in(factories.programme(), factories.user(Role.OFFICE))}


def called() -> set[tuple[int, str, str]]:
    """What waits, and for whom."""
    return {(user.pk, todo.what, todo.about) for user, todo in waiting()}


# -- every kind, found in the scenes -------------------------------------------------------------------


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_everything_that_waits_is_counted_and_goes_on(on, scene):
    on(scene())
    before, kinds, by = called(), closable(), factories.user(Role.OFFICE)
    found = {what for _user, what, _about in before} - set(OF_NO_PROGRAMME)
    assert found
    assert {kinds.get(what, what) for what in found} - counted() == set()
    making.take_over(make(by), factories.programme(), by)
    assert before - called() == set()


@pytest.mark.parametrize("scene", [stages, plans, posts], ids=lambda scene: scene.__name__)
def test_what_is_closed_waits_no_more(on, scene):
    on(scene())
    before, kinds, by = called(), closable(), factories.user(Role.OFFICE)
    making.take_over(make(by), factories.programme(), by, **dict.fromkeys(Leftover.values, "示例"))
    # Under the new programme a list is owed by the same words.
    closed = {one for one in before if one[1] in kinds and kinds[one[1]] not in Leftover.ENDING}
    assert closed
    assert closed & called() == set()


def test_each_offer_says_of_which_programme_it_is():
    without = [kind.what for source in TODOS if not source.programme for kind in source.kinds.values()]
    with translation.override("en"):
        assert {str(what) for what in without} == set(OF_NO_PROGRAMME)
    assert {source.may_close for source in TODOS} - {""} == set(Leftover.values)


# -- deciding it ---------------------------------------------------------------------------------------


@pytest.fixture
def office(client):
    person = factories.user(Role.OFFICE)
    client.force_login(person)
    return person


@pytest.mark.usefixtures("english")
def test_page_counts_asks_and_keeps_what_was_decided(client, office):
    returned = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    old, clerk = factories.programme(), making.clerk()
    made = make(office)
    url = reverse("sites:programme_run", args=[made.pk])
    html = client.get(url).content.decode()
    assert "Lists that are begun or sent back, and not filed (1)".lower() in html.lower()
    answers = {
        "instead_of": old.pk,
        "becomes_lists": "closed",
        "reason_lists": "示例：新批次启用",
        "becomes_lists_not_begun": "closed",
        "reason_lists_not_begun": "示例：新批次启用",
    }
    wrong = client.post(url, answers | {"becomes_lists": "", "reason_lists_not_begun": " "})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["becomes_lists", "reason_lists_not_begun"]
    assert Programme.objects.current() == old
    client.post(url, answers)
    assert Programme.objects.current() == made
    kept = old.left_open.get(kind=Leftover.LISTS)
    assert (kept.count, kept.becomes, kept.reason, kept.by, kept.successor) == (
        1, Becomes.CLOSED, "示例：新批次启用", office, made,
    )  # fmt: skip
    assert LogEntry.objects.get_for_object(kept).exists()
    assert "示例：新批次启用" in client.get(old.get_absolute_url()).content.decode()
    told = {str(line) for line in Notification.objects.filter(user=clerk)}
    assert any("lists that are not filed: 示例：新批次启用" in line for line in told)
    with pytest.raises(Refusal, match="closed"):
        making.file(returned, clerk)
    client.force_login(clerk)
    page = client.get(returned.get_absolute_url()).content.decode()
    assert reverse("sites:filing_file", args=[returned.pk]) not in page
    assert "nobody waits for it any more" in page


def test_list_that_goes_on_can_be_changed(client):
    returned = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    clerk = making.clerk()
    making.succeed()
    assert not Filing.objects.get(pk=returned.pk).is_closed
    client.force_login(clerk)
    page = client.get(returned.get_absolute_url()).content.decode()
    assert reverse("sites:site_add", args=[returned.pk]) in page


@pytest.mark.parametrize(
    ("decided", "field"),
    [
        ({}, "becomes_lists_not_begun"),
        ({"lists_not_begun": Decided(Becomes.CARRIED)}, "becomes_lists_not_begun"),
        ({"lists_not_begun": Decided(Becomes.CLOSED, " ")}, "reason_lists_not_begun"),
    ],
)
def test_without_a_decision_nothing_runs(decided, field):
    old, by = factories.programme(), factories.user(Role.OFFICE)
    with pytest.raises(ValidationError) as caught:
        services.run_programme(programme=make(by), instead_of=old, decided=decided, by=by)
    assert list(caught.value.message_dict) == [field]
    assert (Programme.objects.current(), LeftOpen.objects.count()) == (old, 0)


def test_programme_that_runs_again_waits_for_everything_again():
    returned = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    old, by = factories.programme(), factories.user(Role.OFFICE)
    new = make(by)
    making.take_over(new, old, by, lists="示例")
    assert Filing.objects.get(pk=returned.pk).is_closed
    making.take_over(old, new, by)
    assert not Filing.objects.get(pk=returned.pk).is_closed
    making.take_over(new, old, by, lists="示例")
    assert Filing.objects.get(pk=returned.pk).is_closed
    assert old.left_open.filter(kind=Leftover.LISTS, is_past=True).count() == 1


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("closing", [False, True])
def test_city_sees_who_is_missing_in_the_earlier_programme_too(on, closing):
    returned = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    filed = factories.filing(factories.district("乌达"), Level.DISTRICT, FilingState.APPROVED)
    by = factories.user(Role.OFFICE)
    reasons = dict.fromkeys((Leftover.LISTS, Leftover.DISTRICT_PLANS), "示例") if closing else {}
    making.take_over(make(by), factories.programme(), by, **reasons)
    on("2008-03-03")
    missing = {one.filing: one for one in Work(by).missing if one.filing}
    if closing:
        assert missing == {}
        return
    assert {key: one.due.isoformat() for key, one in missing.items()} == {
        returned.pk: "2008-01-31",
        filed.pk: "2008-03-31",
    }
    assert {group.earliest.isoformat() for group in Work(by).groups} >= {"2008-01-31", "2008-03-31"}
