"""Every state × step of an objection, against a table written by hand, and what its page offers."""

import pytest

from accounts.enums import Role
from publicity.enums import ObjectionState
from publicity.models import Objection
from publicity.services import objections
from sites.workflow import InvalidTransition
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db

RESULTS = ("upheld", "partly", "not_upheld")
# (step, state) → the states it can lead to; refused anywhere else.
EXPECTED = {
    ("accept", "received"): ("accepted",),
    ("decline", "received"): ("declined",),
    ("reassign", "accepted"): ("accepted",),
    ("conclude", "accepted"): RESULTS,
}


@pytest.fixture
def letter(on):
    on("2008-05-05")
    made = scene.take_up(scene.object_to(scene.publish()))
    made.refresh_from_db()
    return made


def take(step, letter, by, to):
    more = {
        "accept": {"investigator": letter.investigator},
        "reassign": {"investigator": letter.investigator},
        "decline": {"reply": "示例答复"},
        "conclude": {"result": to, "findings": "示例情况", "reply": "示例答复", "opinion": "须整改"},
    }[step]
    getattr(objections, step)(objection=letter, by=by, **more)


@pytest.mark.parametrize("state", ObjectionState.values)
@pytest.mark.parametrize(
    ("step", "to"), [(step, to) for (step, _state), targets in EXPECTED.items() for to in targets]
)
def test_step_from_every_state(step, to, state, letter, office):
    Objection.objects.filter(pk=letter.pk).update(state=state, reply="示例")
    if (step, state) in EXPECTED:
        take(step, letter, office, to)
        assert letter.state == to
    else:
        with pytest.raises(InvalidTransition):
            take(step, letter, office, to)
    letter.refresh_from_db()
    assert letter.state == (to if (step, state) in EXPECTED else state)


def test_table_has_every_step():
    assert set(objections.STEPS) == {step for step, _state in EXPECTED}


@pytest.mark.parametrize("state", ObjectionState.values)
def test_page_offers_what_can_be_done(state, letter, client):
    scene.sign_in(client, Role.OFFICE, factories.unit())
    Objection.objects.filter(pk=letter.pk).update(state=state, reply="示例")
    html = client.get(letter.get_absolute_url()).content.decode()
    address = letter.get_absolute_url()
    offered = {step for step in objections.STEPS if f'action="{address}{step}/"' in html}
    assert offered == {step for step, source in EXPECTED if source == state}
