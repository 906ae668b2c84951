"""A choice among many is narrowed by typing; what may be chosen is what the field says, as ever."""

from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from accounts.enums import Role
from accounts.models import Organisation, User
from core.forms import Form, RecordsField
from core.look_up import LISTED, LOOK_UP, MOST, WORDS
from core.models import SentForm
from core.once import FIELD
from publicity.models import Notice, Objection
from sites.models import Site
from tests import factories
from tests.core.test_changes import Clerk
from tests.publicity import scene
from tests.publicity.crawler import Page

pytestmark = pytest.mark.django_db
MANY = [(str(n), f"示例单位{n}号") for n in range(120)]
GROUPED = [("", "—"), ("区", MANY[:60]), ("市", MANY[60:])]


class Choosing(Form):
    one = forms.ChoiceField(choices=[("", "—"), *MANY])
    some = forms.MultipleChoiceField(choices=MANY, widget=forms.CheckboxSelectMultiple)
    few = forms.ChoiceField(choices=MANY[:MOST])
    grouped = forms.ChoiceField(choices=GROUPED, required=False)


def sent(**typed: Any) -> MultiValueDict[str, Any]:
    values = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    return MultiValueDict({name.replace("__", "-"): value for name, value in values.items()})


def drawn(form: Form, name: str) -> list[str]:
    """The keys that the field offers, chosen or not, as its page has them."""
    html = f"<form>{form[name]}</form>"
    values = Page("/", html).values
    return [value for value in values if value]


def test_up_to_fifty_are_offered_whole():
    assert drawn(Choosing(), "few") == [key for key, _name in MANY[:MOST]]
    assert "look-up" not in str(Choosing()["few"])


@pytest.mark.parametrize("name", ["one", "some", "grouped"])
def test_of_more_the_first_fifty_are(name):
    assert drawn(Choosing(), name) == [key for key, _name in MANY[:MOST]]


def test_every_word_narrows_the_list_however_it_is_typed():
    form = Choosing(sent(**{f"{WORDS}one": "１1　单位", LOOK_UP: "one"}))
    assert drawn(form, "one") == ["11", *(str(n) for n in range(110, 120))]
    assert drawn(form, "some") == [key for key, _name in MANY[:MOST]]


def test_groups_without_a_hit_go():
    form = Choosing(sent(**{f"{WORDS}grouped": "119", LOOK_UP: "grouped"}))
    html = str(form["grouped"])
    assert drawn(form, "grouped") == ["119"]
    assert "市" in html
    assert 'label="区"' not in html


def test_what_is_chosen_stands_there_whatever_is_looked_for():
    form = Choosing(
        sent(one="99", some=["98", "99"], **{f"{WORDS}one": "7号", f"{WORDS}some": "不存在", LOOK_UP: ""})
    )
    assert "99" in drawn(form, "one")
    assert drawn(form, "some") == ["98", "99"]
    with translation.override("zh-hans"):
        assert "找到 0 项" in str(form["some"])


def test_ticked_boxes_make_room_for_the_next_fifty():
    ticked = [key for key, _name in MANY[:MOST]]
    form = Choosing(sent(some=ticked, **{LOOK_UP: "some"}))
    assert drawn(form, "some") == [key for key, _name in MANY[: 2 * MOST]]


def test_any_choice_of_the_field_is_taken_listed_or_not():
    assert Choosing(sent(one="119", some=["118"], few="1")).is_valid()
    assert not Choosing(sent(one="120", some=["118"], few="1")).is_valid()


def test_looking_up_is_not_sending_and_tells_of_no_mistakes():
    form = Choosing(sent(one="119", some=["118"], few="1", **{LOOK_UP: "one"}))
    assert not form.is_valid()
    assert not form.errors


def test_a_filter_in_which_something_is_looked_up_narrows_nothing(client):
    client.force_login(factories.user(Role.AUDITOR))
    answer = client.get(reverse("desk:trail"), {LOOK_UP: "person", f"{WORDS}person": "示例"})
    assert answer.status_code == 200
    assert answer.context["lines"]


def test_words_that_the_list_does_not_show_yet_are_looked_up_first():
    """Whoever types and presses Enter is not sent off with what was chosen before."""
    typed = {"one": "119", "some": ["118"], "few": "1", f"{WORDS}one": "示例"}
    assert not Choosing(sent(**typed)).is_valid()
    assert Choosing(sent(**typed, **{f"{LISTED}one": "示例"})).is_valid()


def test_what_is_typed_is_drawn_as_text():
    html = str(Choosing(sent(**{f"{WORDS}one": '"><b>', LOOK_UP: "one"}))["one"])
    assert "<b>" not in html


class Units(Form):
    one = forms.ModelChoiceField(Organisation.objects.all())
    some = RecordsField(Organisation.objects.all(), widget=forms.CheckboxSelectMultiple)


def test_each_list_is_read_once_however_many_there_are():
    counts = set()
    for _more in range(3):
        for _each in range(MOST):
            factories.unit()
        with CaptureQueriesContext(connection) as asked:
            form = Units(sent(**{f"{WORDS}one": "示例", LOOK_UP: "one"}))
            str(form["one"]), str(form["some"])
        counts.add(len(asked))
    assert counts == {2}


# -- in its page -------------------------------------------------------------------------------


@pytest.fixture
def units():
    return [factories.unit() for _each in range(MOST + 20)]


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


def test_form_that_is_locked_stays_locked_over_a_look_up(units, office):
    person = factories.user(Role.LIAISON, units[0])
    mine, other = Clerk(office, person), Clerk(factories.user(Role.OFFICE), person)
    assert other.send(phone="0473-2000000").status_code == 302
    answer = mine.send(name="改过的名", **{f"{WORDS}organisation": units[-1].name, LOOK_UP: "organisation"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert units[-1].name in html
    assert "改过的名" in html
    assert mine.send(name="改过的名", organisation=units[-1].pk).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.organisation, person.phone) == ("改过的名", units[-1], "0473-2000000")


def test_key_is_not_used_up_by_looking_up(units, office):
    client, add = Client(), reverse("people:person_add")
    client.force_login(office)
    typed = {"name": "示例甲", "role": Role.LIAISON, "organisation": units[-1].pk, FIELD: "key"}
    assert client.post(add, {**typed, LOOK_UP: "organisation"}).status_code == 422
    assert not SentForm.objects.exists()
    assert client.post(add, typed).status_code == 302
    assert User.objects.get(name="示例甲").organisation == units[-1]


def test_nobody_is_shown_what_they_may_not_choose(units):
    """A district's office looks up units of its own district."""
    district = factories.district()
    own = [factories.unit(district) for _each in range(MOST + 1)]
    client = Client()
    client.force_login(factories.user(Role.DISTRICT, factories.district_office(district)))
    answer = client.post(
        reverse("people:person_add"),
        {f"{WORDS}organisation": "示例单位", LOOK_UP: "organisation"},
        headers={"HX-Request": "true"},
    )
    offered = set(Page("/", answer.content.decode()).values)
    assert {str(unit.pk) for unit in own[:10]} <= offered
    assert not {str(unit.pk) for unit in units} & offered


def test_citizen_looks_up_a_site_and_takes_no_place(on):
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(MOST + 5))
    page = reverse("publicity:object", args=[notice.pk])
    last = Site.objects.filter(notice_entries__notice=notice).order_by("-pk")[0]
    typed = {"text": scene.LETTER, f"{WORDS}site": last.window_name, LOOK_UP: "site"}
    for _often in range(12):
        answer = Client().post(page, typed)
        assert answer.status_code == 422
    html = answer.content.decode()
    assert str(last) in html
    assert scene.LETTER in html
    assert "error-summary" not in html
    assert not Objection.objects.exists()
    assert Notice.objects.count() == 1
