"""Opinions on a draft of the rulebook: asked for, given, answered, and what publishing makes of them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from accounts.services import motions
from core.acting import Refusal
from desk.todo import todos
from sites.calendar import pinned
from standards import services
from standards.consulted import consulted
from standards.enums import Stance, Taken
from standards.fingerprints import fingerprint, of_version
from standards.models import Consultation, Opinion, Proposal, Rulebook
from tests import factories, reviewing
from tests.agreeing import checked, resolved

from . import drafting

pytestmark = pytest.mark.django_db

SENT, LAST, AFTER = (datetime.date(2008, 1, day) for day in (10, 20, 21))


@pytest.fixture(autouse=True)
def _today():
    with pinned(SENT):
        yield


@pytest.fixture
def district():
    return factories.user(Role.DISTRICT, factories.district_office(factories.district()))


@pytest.fixture
def unit():
    return factories.user(Role.LIAISON)


@pytest.fixture
def asked(district, unit):
    return drafting.asked()


def of(person):
    return Opinion.objects.get(organisation=person.organisation_id)


def loaded(found):
    return Rulebook.objects.with_items().get(pk=found.rulebook_id)


def publish(found, on=AFTER):
    with pinned(on):
        drafting.publish(loaded(found))


def what_waits(person):
    return [todo.what for todo in todos(person) if "考评办法" in f"{todo.what}{todo.about}"]


# -- asking ---------------------------------------------------------------------------------------------


def test_everybody_who_can_answer_is_asked_and_told(asked, district, unit):
    assert {opinion.organisation_id for opinion in asked.opinions.all()} == {
        district.organisation_id,
        unit.organisation_id,
    }
    assert (asked.sent_on, asked.answer_by, asked.sent_by) == (SENT, LAST, drafting.office())
    for person in (district, unit):
        assert Notification.objects.filter(user=person, url=of(person).get_absolute_url()).exists()
        assert len(what_waits(person)) == 1


def test_asking_twice_or_while_it_lies_before_the_leading_group_is_refused(asked, district):
    with pytest.raises(Refusal):
        services.ask(
            draft=asked.rulebook,
            organisations=services.can_be_asked(),
            letter="再问",
            answer_by=LAST,
            by=drafting.office(),
        )
    assert Consultation.objects.count() == 1


def test_asking_for_a_draft_that_is_proposed_is_refused(district):
    draft = Rulebook.objects.with_items().get(pk=drafting.draft_rulebook().pk)
    values = {"adopt": False, "seen": of_version(draft)}
    by = drafting.office()
    reviewing.clear("rulebook", draft)
    motions.move(kind="rulebook.publish", record=draft, values=values, by=by)

    with pytest.raises(Refusal):
        services.ask(
            draft=draft,
            organisations=services.can_be_asked(),
            letter="示例",
            answer_by=LAST,
            by=drafting.office(),
        )
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answer_by": "2008-01-10"}, "answer_by"),
        ({"answer_by": "2008-01-09"}, "answer_by"),
        ({"answer_by": "2008-02-31"}, "answer_by"),
        ({"organisations": []}, "organisations"),
        ({"letter": " "}, "letter"),
    ],
)
def test_form_refuses_a_day_that_is_over_and_nobody_asked(client, district, changes, field):
    draft = drafting.draft_rulebook()
    client.force_login(drafting.office())
    body = {
        "letter": "示例",
        "answer_by": "2008-01-20",
        "organisations": [str(district.organisation_id)],
        **changes,
    }

    page = client.post(reverse("standards:opinions_ask", args=[draft.pk]), body)

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Consultation.objects.exists()


# -- giving ---------------------------------------------------------------------------------------------


def test_unit_answers_article_by_article_on_one_page(client, asked, unit):
    article = asked.rulebook.chapters.get(ordinal=4).articles.get(ordinal=4)
    client.force_login(unit)
    url = of(unit).get_absolute_url()
    assert "第十四条" in client.get(url).content.decode()

    page = client.post(
        url,
        {"stance": "proposes", f"article_{article.key}": "建议延长。（示例）", "whole": "总体同意。（示例）"},
        follow=True,
    )

    assert page.status_code == 200
    assert "建议延长。（示例）" in page.content.decode()
    rows = Proposal.objects.order_by("about").values_list("article", "about", "text")
    assert list(rows) == [(None, "", "总体同意。（示例）"), (article.pk, "第十四条", "建议延长。（示例）")]
    given = of(unit)
    assert (given.stance, given.answered_by, given.answered_on) == (Stance.PROPOSES, unit, SENT)
    assert what_waits(unit) == []
    assert (
        len([todo for todo in todos(drafting.office()) if todo.about.startswith(str(unit.organisation))]) == 2
    )


@pytest.mark.parametrize(
    "body", [{"stance": ""}, {"stance": "proposes"}, {"stance": "agrees", "whole": "改"}, {"stance": "x"}]
)
def test_answer_that_contradicts_itself_comes_back(client, asked, unit, body):
    client.force_login(unit)

    page = client.post(of(unit).get_absolute_url(), body)

    assert page.status_code == 422
    assert "stance" in page.context["form"].errors
    assert (of(unit).stance, Proposal.objects.count()) == ("", 0)


def test_opinion_is_given_once(asked, unit):
    drafting.gives(of(unit), by=unit)

    with pytest.raises(Refusal):
        drafting.gives(of(unit), "又改（示例）", by=unit)
    assert Proposal.objects.count() == 0


def test_nobody_answers_for_others(client, asked, district, unit):
    strangers = [factories.user(Role.LIAISON), factories.user(Role.INSPECTOR), drafting.office(), district]
    for person in strangers:
        with pytest.raises(PermissionDenied):
            drafting.gives(of(unit), "改（示例）", by=person)
        client.force_login(person)
        assert client.post(of(unit).get_absolute_url(), {"stance": "agrees"}).status_code in (403, 404)
    assert of(unit).stance == ""


# -- who reads ------------------------------------------------------------------------------------------


def test_draft_is_read_by_who_is_asked_and_by_nobody_else(client, asked, unit):
    url = loaded(asked).get_absolute_url()
    others = [factories.user(role) for role in (Role.LIAISON, Role.INSPECTOR, Role.AUDITOR)]
    for person, answer in ((unit, 200), (drafting.office(), 200), *((each, 404) for each in others)):
        client.force_login(person)
        assert client.get(url).status_code == answer, person.role


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM, Role.SECURITY)])
def test_published_versions_are_read_by_whoever_takes_part(client, role):
    client.force_login(factories.user(role))
    drafting.draft_rulebook()

    listed = client.get(reverse("standards:versions"))

    assert listed.status_code == 200
    assert len(listed.context["rulebooks"]) == (2 if role in Role.CITY_WIDE else 1)
    assert client.get(Rulebook.objects.published().get().get_absolute_url()).status_code == 200
    assert client.get(drafting.in_force().get_absolute_url()).status_code == 200


def test_opinions_of_others_are_not_shown(client, asked, district, unit):
    drafting.gives(of(district), "只给市办看（示例）", by=district)
    client.force_login(unit)

    assert client.get(of(district).get_absolute_url()).status_code == 404
    assert client.get(reverse("standards:opinions", args=[asked.rulebook_id])).status_code == 403
    assert "只给市办看" not in client.get(of(unit).get_absolute_url()).content.decode()


def test_database_knows_what_an_opinion_is(asked, unit):
    given = {"stance": Stance.AGREES, "answered_on": SENT, "answered_by": unit}
    drafting.gives(of(unit), "改（示例）", by=unit)
    for change in (
        lambda: Consultation.objects.update(answer_by=SENT),
        lambda: Opinion.objects.filter(stance="").update(stance=Stance.AGREES),
        lambda: Opinion.objects.filter(stance="").update(**{**given, "stance": ""}),
        lambda: Opinion.objects.create(consultation=asked, organisation=unit.organisation),
        lambda: Proposal.objects.update(taken=Taken.TAKEN),
        lambda: Proposal.objects.update(taken=Taken.TAKEN, replied_on=SENT, replied_by=unit, reason=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# -- the office answers -----------------------------------------------------------------------------------


def test_office_answers_each_proposal_and_who_proposed_reads_it(client, asked, unit):
    drafting.gives(of(unit), "改（示例）", by=unit)
    proposal = Proposal.objects.get()
    client.force_login(drafting.office())
    url = reverse("standards:proposal", args=[proposal.pk])

    without = client.post(url, {"taken": "partly", "reason": ""})
    assert "reason" in without.context["form"].errors
    page = client.post(url, {"taken": "partly", "reason": "部分采纳。（示例）"}, follow=True)

    assert page.status_code == 200
    proposal.refresh_from_db()
    assert (proposal.taken, proposal.reason, proposal.replied_by) == (
        Taken.PARTLY,
        "部分采纳。（示例）",
        drafting.office(),
    )
    client.force_login(unit)
    assert "部分采纳。（示例）" in client.get(of(unit).get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_asks_and_answers(asked, unit, role):
    drafting.gives(of(unit), "改（示例）", by=unit)
    person = factories.user(role)

    with pytest.raises(PermissionDenied):
        services.reply(proposal=Proposal.objects.get(), taken="taken", reason="示例", by=person)
    with pytest.raises(PermissionDenied):
        services.ask(draft=asked.rulebook, organisations=[], letter="示例", answer_by=LAST, by=person)
    assert Proposal.objects.get().taken == ""


# -- publishing ---------------------------------------------------------------------------------------------


def test_before_the_day_is_over_nothing_is_published(asked, district, unit):
    for person in (district, unit):
        drafting.gives(of(person), by=person)

    for day in (SENT, LAST):
        with pytest.raises(ValidationError):
            publish(asked, on=day)
    publish(asked)
    assert Rulebook.objects.published().get() == asked.rulebook


def test_proposal_without_an_answer_holds_publishing_up(asked, unit):
    drafting.gives(of(unit), "改（示例）", by=unit)

    with pytest.raises(ValidationError):
        publish(asked)
    services.reply(proposal=Proposal.objects.get(), taken="not", reason="示例", by=drafting.office())
    publish(asked)
    assert Rulebook.objects.published().get() == asked.rulebook


def test_motion_for_a_draft_whose_opinions_are_open_is_refused(client, asked):
    client.force_login(drafting.office())

    page = client.post(
        reverse("standards:rulebook_publish", args=[asked.rulebook_id]), {"seen": of_version(loaded(asked))}
    )

    assert page.status_code == 422
    assert Rulebook.objects.published().get().version == 1


def test_publish_page_says_plainly_what_it_found(client, asked, district, unit):
    drafting.gives(of(unit), "改（示例）", by=unit)
    services.reply(proposal=Proposal.objects.get(), taken="taken", reason="示例", by=drafting.office())
    client.force_login(drafting.office())
    url = reverse("standards:rulebook_publish", args=[asked.rulebook_id])

    before = client.get(url, headers={"accept-language": "zh-hans"}).content.decode()
    draft = loaded(asked)
    services.revise(draft=draft, values={"pass_mark": 75}, seen=fingerprint(draft), by=drafting.office())
    with pinned(AFTER):
        after = client.get(url).content.decode()

    assert "已征求2个单位的意见，收到1份" in before
    assert str(district.organisation) in before
    assert "1条采纳" in before
    assert "发出后草稿有改动" not in before
    assert "发出后草稿有改动" in after


def test_publish_page_says_that_nobody_was_asked(client):
    draft = drafting.draft_rulebook()
    client.force_login(drafting.office())

    page = client.get(reverse("standards:rulebook_publish", args=[draft.pk])).content.decode()

    assert "未就本草稿征求意见" in page
    drafting.publish(Rulebook.objects.with_items().get(pk=draft.pk))
    assert Rulebook.objects.published().get() == draft


def test_leading_group_reads_what_was_found_before_it_decides(client, asked):
    with pinned(AFTER):
        draft = loaded(asked)
        values = {"adopt": False, "seen": of_version(draft)}
        by = drafting.office()
        reviewing.clear("rulebook", draft)
        motion = motions.move(kind="rulebook.publish", record=draft, values=values, by=by)
        client.force_login(factories.user(Role.LEADING_GROUP))
        page = client.get(motion.get_absolute_url()).content.decode()
        checked(motion)
        leader = User.objects.get(role=Role.LEADING_GROUP)
        motions.agree(motion=motion, resolution=resolved("rules"), by=leader)

        assert "已征求2个单位的意见，收到0份" in page
        published = Rulebook.objects.with_items().get(pk=draft.pk)
        found = consulted(published)
    assert published.state == "published"
    assert found
    assert not found.changed_since  # coming into force is no change of what it says


def test_what_was_said_stands_after_publication(client, asked, unit):
    drafting.gives(of(unit), "改（示例）", by=unit)
    proposal = Proposal.objects.get()
    services.reply(proposal=proposal, taken="not", reason="示例", by=drafting.office())
    publish(asked)

    with pytest.raises(Refusal):
        services.reply(proposal=proposal, taken="taken", reason="改口", by=drafting.office())
    client.force_login(unit)
    assert "改（示例）" in client.get(of(unit).get_absolute_url()).content.decode()


def test_draft_with_an_opinion_is_not_discarded(asked, unit):
    drafting.gives(of(unit), by=unit)

    with pytest.raises(Refusal):
        services.discard(draft=asked.rulebook, by=drafting.office())
    assert Rulebook.objects.drafts().exists()


def test_draft_that_nobody_has_answered_yet_is_discarded(asked):
    services.discard(draft=asked.rulebook, by=drafting.office())

    assert not Opinion.objects.exists()


def test_proposal_stands_when_its_article_is_taken_out(asked, unit):
    article = asked.rulebook.chapters.get(ordinal=1).articles.get(ordinal=3)
    drafting.gives(of(unit), "删去（示例）", by=unit, article=article)
    services.remove_article(article=article, by=drafting.office())

    proposal = Proposal.objects.get()
    assert (proposal.article, proposal.about, proposal.text) == (None, "第三条", "删去（示例）")


@pytest.mark.parametrize("others", [0, 5])
def test_overview_asks_as_often_for_many_as_for_few(client, district, others, django_assert_max_num_queries):
    people = [district, *(factories.user(Role.LIAISON) for _ in range(others))]
    asked = drafting.asked()
    for person in people:
        drafting.gives(of(person), "改（示例）", by=person)
    client.force_login(drafting.office())
    url = reverse("standards:opinions", args=[asked.rulebook_id])
    client.get(url)

    with django_assert_max_num_queries(12):
        assert len(client.get(url).context["consulted"].proposals) == others + 1
