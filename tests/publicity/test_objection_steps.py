"""Every state × step × person of an objection, against a table written by hand: nobody decides one alone."""

from itertools import combinations

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from desk.todo import todos
from publicity.enums import ObjectionState
from publicity.management.commands.objection_table import markdown
from publicity.models import Objection
from publicity.objection_steps import STEPS
from publicity.services import handling
from sites.workflow import InvalidTransition
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

RESULTS = ("upheld", "partly", "not_upheld")
WAY = ("accept", "report", "conclude", "approve")
# (step, state) → the states it can lead to; refused anywhere else.
EXPECTED = {
    ("accept", "received"): ("accepted",),
    ("decline", "received"): ("declining",),
    ("reassign", "accepted"): ("accepted",),
    ("reassign", "looked_into"): ("accepted",),
    ("report", "accepted"): ("looked_into",),
    ("conclude", "looked_into"): ("drafted",),
    ("approve", "drafted"): RESULTS,
    ("approve", "declining"): ("declined",),
    ("take_back", "drafted"): ("looked_into",),
    ("take_back", "declining"): ("received",),
    ("send_back", "drafted"): ("looked_into",),
    ("send_back", "declining"): ("received",),
}
VERBS = sorted({step for step, _state in EXPECTED})
# Who may take it, by role; the person named alone looks into it, who drafted it alone takes it back.
ROLES = {
    "accept": (Role.OFFICE,),
    "decline": (Role.OFFICE,),
    "reassign": (Role.OFFICE,),
    "report": (),
    "conclude": (Role.OFFICE,),
    "approve": (Role.OFFICE, Role.LEADING_GROUP),
    "send_back": (Role.OFFICE, Role.LEADING_GROUP),
    "take_back": (),
}
# Who took an earlier step and so may not take this one: the fields of the record.
EARLIER = {
    ("report", "accepted"): ("accepted_by",),
    ("conclude", "looked_into"): ("accepted_by", "investigator"),
    ("approve", "drafted"): ("accepted_by", "investigator", "drafted_by"),
    ("send_back", "drafted"): ("accepted_by", "investigator", "drafted_by"),
    ("approve", "declining"): ("drafted_by",),
    ("send_back", "declining"): ("drafted_by",),
}


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish(*scene.accepted())


def in_state(notice, state: str, result: str = "not_upheld") -> Objection:
    """A letter that came there by the services, with an inspector or one of the office looking into it."""
    letter = scene.object_to(notice)
    if state in ("declining", "declined"):
        handling.decline(objection=letter, reply="示例", by=factories.user(Role.OFFICE))
    elif state == "accepted":
        scene.take_up(letter)
    elif state == "looked_into":
        scene.look_into(letter)
    elif state != "received":
        scene.draft(letter, state if state in RESULTS else result)
    if state in ObjectionState.ANSWERED:
        scene.approve(letter)
    assert letter.state == state
    return letter


def typed(step: str, letter: Objection, to: str = "not_upheld") -> dict[str, object]:
    """What the page's form asks for."""
    last = letter.handlings.last()
    return {
        "accept": {"investigator": factories.user(Role.INSPECTOR).pk},
        "reassign": {"investigator": factories.user(Role.INSPECTOR).pk},
        "report": {"findings": "示例情况"},
        "decline": {"reply": "示例答复"},
        "conclude": {"result": to, "reply": "示例答复", "opinion": "须整改"},
        "approve": {"seen": last.pk if last else 0},
        "send_back": {"reason": "示例退回理由"},
        "take_back": {"reason": "示例撤回理由"},
    }[step]


def take(client, step: str, letter: Objection, by):
    """By the page, as a person does it."""
    client.force_login(by)
    address = reverse(f"publicity_desk:objection_{step}", args=[letter.pk])
    return client.post(address, typed(step, letter))


def somebody_for(step: str, letter: Objection):
    """Somebody with no part in it yet, who may take the step; of one person's steps that person."""
    if ROLES[step]:
        return factories.user(ROLES[step][0])
    alone = letter.drafted_by if step == "take_back" else letter.investigator
    return alone or factories.user(Role.OFFICE)


def unchanged(letter: Objection) -> None:
    now = Objection.objects.get(pk=letter.pk)
    assert (now.state, now.handlings.count()) == (letter.state, letter.handlings.count())


def test_page_of_the_steps_is_drawn_from_the_table():
    page = (settings.BASE_DIR / "docs" / "objections.md").read_text(encoding="utf-8")
    assert page == markdown()


def test_table_has_every_step():
    served = {name.removesuffix("_declining") for name in STEPS}
    assert served == set(VERBS)
    assert {
        (name.removesuffix("_declining"), source) for name, row in STEPS.items() for source in row.sources
    } == set(EXPECTED)


@pytest.mark.parametrize("state", ObjectionState.values)
def test_steps_that_do_not_begin_there_are_refused(state, notice, client):
    letter = in_state(notice, state)
    for step in VERBS:
        if (step, state) not in EXPECTED:
            assert take(client, step, letter, somebody_for(step, letter)).status_code in (403, 422), step
            unchanged(letter)


@pytest.mark.parametrize(("step", "state"), EXPECTED)
def test_step_by_every_role(step, state, notice, client):
    """Each a person who had no part in it yet; of the role of the one named to look into it as well."""
    letter = in_state(notice, state)
    for role in Role.values:
        if role not in ROLES[step]:
            answer = take(client, step, letter, factories.user(role))
            assert answer.status_code == (403 if role in Role.CITY_WIDE else 404), role
            unchanged(letter)
    able = [factories.user(role) for role in ROLES[step]] or [somebody_for(step, letter)]
    for n, by in enumerate(able):
        letter = in_state(notice, state) if n else letter
        before = letter.handlings.count()
        assert take(client, step, letter, by).status_code == 302
        after = Objection.objects.get(pk=letter.pk)
        assert after.state in EXPECTED[step, state]
        assert after.handlings.count() == before + 1


@pytest.mark.parametrize("result", RESULTS)
def test_what_is_approved_is_what_was_drafted(notice, client, result):
    letter = in_state(notice, "drafted", result)
    take(client, "approve", letter, factories.user(Role.LEADING_GROUP))
    assert Objection.objects.get().state == result


@pytest.mark.parametrize(("step", "state"), EARLIER)
def test_step_by_whoever_took_an_earlier_one_is_refused_with_who_may(step, state, notice, client):
    """Nor does the page offer it, nor the list of what waits; the page says whose it is."""
    letter = in_state(notice, state)
    told = str(next(row.says for name, row in STEPS.items() if _serves(name, step) and state in row.sources))
    for field in EARLIER[step, state]:
        again = getattr(letter, field)
        again.role = Role.OFFICE  # so that not the role alone keeps out whoever looked into it
        again.save()
        answer = take(client, step, letter, again)
        assert answer.status_code == 403
        assert told in answer.content.decode()
        unchanged(letter)
        page = client.get(letter.get_absolute_url()).content.decode()
        assert f'action="{letter.get_absolute_url()}{step.replace("_", "-")}/"' not in page
        assert told in page
        assert letter.get_absolute_url() not in waiting(again)


def _serves(name: str, step: str) -> bool:
    return name.removesuffix("_declining") == step


def test_every_step_of_the_way_by_every_earlier_person_is_refused(notice, client):
    """From the first to the last, whoever came before tries each of what follows."""
    letter, done = in_state(notice, "received"), []
    for step in WAY:
        for person in done:
            assert take(client, step, letter, person).status_code in (403, 404), (step, person.role)
            unchanged(letter)
        letter.refresh_from_db()
        by = somebody_for(step, letter)
        if step == "approve":
            by = factories.user(Role.OFFICE)
        assert take(client, step, letter, by).status_code == 302
        letter.refresh_from_db()
        done.append(by)
    people = [letter.accepted_by, letter.investigator, letter.drafted_by, letter.approved_by]
    assert people == done
    assert len(set(people)) == len(people)
    assert [line.by for line in letter.handlings.all()] == done


@pytest.mark.parametrize("field", ["accepted_by", "drafted_by"])
def test_whoever_had_a_part_is_not_named_to_look_into_it(notice, client, field):
    letter = in_state(notice, "drafted")
    handling.send_back(objection=letter, reason="示例", by=factories.user(Role.LEADING_GROUP))
    client.force_login(factories.user(Role.OFFICE))
    address = reverse("publicity_desk:objection_reassign", args=[letter.pk])
    page = client.post(address, {"investigator": getattr(letter, field).pk})
    assert page.status_code == 422
    assert list(page.context["investigator_form"].errors) == ["investigator"]
    unchanged(letter)


def test_a_part_that_somebody_else_has_by_now_still_counts(notice, client):
    """Findings and drafts that were replaced: who wrote them neither drafts nor approves what followed."""
    letter = scene.look_into(in_state(notice, "received"))
    first, once = letter.investigator, factories.user(Role.OFFICE)
    handling.reassign(objection=letter, investigator=factories.user(Role.INSPECTOR), by=once)
    scene.look_into(letter)
    first.role = Role.OFFICE
    first.save()
    assert take(client, "conclude", letter, first).status_code == 403
    scene.draft(letter, "upheld", once)
    handling.send_back(objection=letter, reason="示例", by=factories.user(Role.LEADING_GROUP))
    scene.draft(letter, "partly")
    for person in (first, once):
        assert letter.get_absolute_url() not in waiting(person)
        assert take(client, "approve", letter, person).status_code == 403
    unchanged(letter)


def test_nobody_names_themselves(notice, client):
    letter, office = in_state(notice, "received"), factories.user(Role.OFFICE)
    client.force_login(office)
    for step in ("accept", "reassign"):
        address = reverse(f"publicity_desk:objection_{step}", args=[letter.pk])
        page = client.post(address, {"investigator": office.pk})
        assert page.status_code == 422
        assert list(page.context["investigator_form"].errors) == ["investigator"]
        letter = in_state(notice, "accepted")


def test_database_keeps_them_apart_too(notice):
    letter = in_state(notice, "upheld")
    for one, other in combinations(("accepted_by", "investigator", "drafted_by", "approved_by"), 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            Objection.objects.filter(pk=letter.pk).update(**{other: getattr(letter, one)})


@pytest.mark.parametrize(
    ("state", "without"),
    [
        ("not_upheld", {"approved_by": None}),
        ("not_upheld", {"drafted_by": None}),
        ("not_upheld", {"investigator": None}),
        ("not_upheld", {"accepted_by": None}),
        ("not_upheld", {"findings": ""}),
        ("not_upheld", {"reply": ""}),
        ("not_upheld", {"proposed": "upheld"}),
        ("declined", {"approved_by": None}),
        ("declined", {"drafted_by": None}),
        ("received", {"state": "declined", "reply": "示例"}),
        ("received", {"state": "upheld", "reply": "示例"}),
        ("received", {"channel": "post"}),
    ],
)
def test_database_holds_an_answer_to_its_people(notice, state, without):
    letter = in_state(notice, state)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=letter.pk).update(**without)


@pytest.mark.parametrize("state", ObjectionState.values)
def test_page_offers_what_can_be_done_by_whoever_reads_it(state, notice, client):
    letter = in_state(notice, state)
    address = letter.get_absolute_url()
    for role in (Role.OFFICE, Role.LEADING_GROUP):
        scene.sign_in(client, role, factories.unit())
        html = client.get(address).content.decode()
        offered = {step for step in VERBS if f'action="{address}{step.replace("_", "-")}/"' in html}
        assert offered == {step for step, source in EXPECTED if source == state and role in ROLES[step]}


def waiting(person) -> list[str]:
    return [todo.url for todo in todos(person)]


@pytest.mark.parametrize("state", ObjectionState.values)
def test_it_waits_for_those_whose_turn_it_is_and_for_nobody_else(state, notice):
    letter = in_state(notice, state)
    turn = {
        "received": (Role.OFFICE,),
        "declining": (Role.OFFICE, Role.LEADING_GROUP),
        "accepted": (),
        "looked_into": (Role.OFFICE,),
        "drafted": (Role.OFFICE, Role.LEADING_GROUP),
    }.get(state, ())
    for role in (Role.OFFICE, Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.DISTRICT):
        assert (letter.get_absolute_url() in waiting(factories.user(role))) == (role in turn), role
    if letter.investigator:
        assert (letter.get_absolute_url() in waiting(letter.investigator)) == (state == "accepted")


def test_a_draft_that_was_changed_meanwhile_is_not_approved_unseen(notice, client):
    letter = in_state(notice, "drafted")
    seen = typed("approve", letter)
    handling.send_back(objection=letter, reason="示例", by=factories.user(Role.OFFICE))
    scene.draft(letter, "upheld")
    scene.sign_in(client, Role.LEADING_GROUP)
    page = client.post(reverse("publicity_desk:objection_approve", args=[letter.pk]), seen)
    assert page.status_code == 422
    unchanged(letter)


def test_sent_back_it_is_written_anew_and_every_version_stays(notice, client):
    letter = in_state(notice, "drafted")
    take(client, "send_back", letter, factories.user(Role.LEADING_GROUP))
    letter.refresh_from_db()
    page = scene.sign_in(client, Role.OFFICE) and client.get(letter.get_absolute_url())
    assert page.context["conclude_form"]["reply"].value() == "示例答复"
    assert "示例退回理由" in page.content.decode()
    handling.conclude(
        objection=letter,
        result=ObjectionState.PARTLY,
        reply="新的答复",
        opinion="须整改",
        by=letter.drafted_by,
    )
    assert [line.note for line in letter.handlings.all()] == [
        "",
        "示例核查情况",
        "示例答复",
        "示例退回理由",
        "新的答复",
    ]


def test_what_was_not_to_be_taken_up_and_is_sent_back_may_be_taken_up_by_anybody(notice):
    letter = in_state(notice, "declining")
    proposer = letter.drafted_by
    handling.send_back(objection=letter, reason="示例", by=factories.user(Role.OFFICE))
    assert (letter.proposed, letter.reply, letter.drafted_by) == ("", "", None)
    scene.take_up(letter, proposer)
    assert letter.accepted_by == proposer


def test_whoever_is_barred_since_takes_no_step(notice):
    letter = in_state(notice, "drafted")
    of_the_unit = factories.user(Role.OFFICE, letter.site.organisation)
    with pytest.raises(PermissionDenied):
        scene.approve(letter, of_the_unit)
    with pytest.raises(InvalidTransition):
        handling.report(objection=letter, findings="示例", by=letter.investigator)
