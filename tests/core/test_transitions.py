"""A step of a table: where it leads, what it writes, and when it does not."""

import pytest

from core.transitions import Transition, diagram, move
from sites.models import Filing
from tests import factories

ONE = Transition(sources=("a", "b"), targets=("c",))
TWO = Transition(sources=("c",), targets=("d", "e"))
NONE = Transition(sources=("c",), targets=())


def test_step_leads_to_its_first_target_or_the_outcome():
    assert ONE.target() == "c"
    assert (TWO.target(), TWO.target("d"), TWO.target("e")) == ("d", "d", "e")


@pytest.mark.parametrize("to", ["a", "c", ""])
def test_outcome_that_is_no_target(to):
    with pytest.raises(ValueError, match=f"does not lead to {to}"):
        TWO.target(to)


def test_picture_of_the_steps():
    steps = [("go", ONE), ("end", TWO), ("say", NONE)]
    assert diagram("a", steps) == "\n".join(
        [
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> a",
            "    a --> c: go",
            "    b --> c: go",
            "    c --> d: end",
            "    c --> e: end",
            "```",
        ]
    )


@pytest.fixture
def filing():
    """A record with a state, which this room knows nothing of."""
    return factories.filing(factories.district(), "district", "draft")


@pytest.mark.django_db
def test_record_is_moved_from_a_source_and_once(filing):
    step = Transition(sources=("draft", "returned"), targets=("determined", "filed"))
    rows = Filing.objects.filter(pk=filing.pk)
    assert move(rows, step, "filed", filed_on="2008-01-09")
    filing.refresh_from_db()
    assert (filing.state, str(filing.filed_on)) == ("filed", "2008-01-09")
    assert not move(rows, step, "filed", filed_on="2008-01-10")
    filing.refresh_from_db()
    assert str(filing.filed_on) == "2008-01-09"


@pytest.mark.django_db
def test_step_without_an_outcome_leads_to_its_first_target(filing):
    step = Transition(sources=("draft",), targets=("filed", "returned"))
    assert move(Filing.objects.filter(pk=filing.pk), step, filed_on="2008-01-09")
    filing.refresh_from_db()
    assert filing.state == "filed"


@pytest.mark.django_db
def test_step_without_targets_leaves_the_state(filing):
    stays = Transition(sources=("draft",), targets=())
    assert move(Filing.objects.filter(pk=filing.pk), stays, filed_on="2008-01-09")
    filing.refresh_from_db()
    assert (filing.state, str(filing.filed_on)) == ("draft", "2008-01-09")
