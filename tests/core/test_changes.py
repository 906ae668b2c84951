"""Two people change the same thing: what each alone changed holds, what both changed is chosen from."""

import datetime
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.changes import SHOWN, TAKE, ChangeForm
from tests import factories
from tests.at_once import at_once, on_both
from tests.publicity.crawler import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def person(office):
    return somebody()


def somebody() -> User:
    person = factories.user(Role.INSPECTOR)
    person.phone, person.email = "0473-1000000", "a@example.cn"
    person.save()
    return person


class Clerk:
    """Somebody at the form of one person, with what it showed when they opened it."""

    def __init__(self, user, person) -> None:
        self.client, self.person = Client(), person
        self.client.force_login(user)
        self.address = reverse("people:person_edit", args=[person.pk])
        self.open(self.client.get(self.address))

    def open(self, answer) -> None:
        html = answer.content.decode()
        self.html = html
        self.hidden = next(form.hidden for form in Page(self.address, html).forms if SHOWN in form.hidden)
        drawn = answer.context["form"]
        self.values = {name: drawn[name].value() or "" for name in drawn.fields}

    def send(self, **typed):
        answer = self.client.post(self.address, {**self.hidden, **self.values, **typed})
        if answer.status_code == 422:
            self.open(answer)
        return answer


def test_what_each_changed_is_kept(office, person):
    mine, other = Clerk(office, person), Clerk(factories.user(Role.OFFICE), person)
    assert other.send(phone="0473-2000000").status_code == 302
    assert mine.send(email="b@example.cn").status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.email) == ("0473-2000000", "b@example.cn")


def test_what_both_changed_is_shown_side_by_side_and_not_written(office, person):
    colleague = factories.user(Role.OFFICE)
    mine, other = Clerk(office, person), Clerk(colleague, person)
    other.send(phone="0473-2000000")
    assert mine.send(phone="0473-3000000", email="b@example.cn").status_code == 422
    person.refresh_from_db()
    assert (person.phone, person.email) == ("0473-2000000", "a@example.cn")
    assert "0473-2000000" in mine.html
    assert "0473-3000000" in mine.html
    assert f"{colleague}于" in mine.html


@pytest.mark.parametrize(("choice", "holds"), [("mine", "0473-3000000"), ("stored", "0473-2000000")])
def test_the_choice_holds(office, person, choice, holds):
    mine, other = Clerk(office, person), Clerk(office, person)
    other.send(phone="0473-2000000")
    mine.send(phone="0473-3000000", email="b@example.cn")
    assert mine.send(**{f"{TAKE}-phone": choice_sent(mine, choice)}).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.email) == (holds, "b@example.cn")


def test_nothing_chosen_writes_nothing(office, person):
    mine, other = Clerk(office, person), Clerk(office, person)
    other.send(phone="0473-2000000")
    mine.send(phone="0473-3000000")
    assert mine.send().status_code == 422
    person.refresh_from_db()
    assert person.phone == "0473-2000000"


def test_whoever_comes_third_is_not_overwritten_by_a_choice(office, person):
    mine, other, third = (Clerk(office, person) for _each in range(3))
    other.send(phone="0473-2000000")
    mine.send(phone="0473-3000000")
    chosen = choice_sent(mine, "mine")
    third.send(phone="0473-2000000")  # sees the other's, and takes it
    third.open(third.client.get(third.address))
    third.send(phone="0473-4000000")
    assert mine.send(**{f"{TAKE}-phone": chosen}).status_code == 422
    assert "0473-4000000" in mine.html
    person.refresh_from_db()
    assert person.phone == "0473-4000000"


def test_the_same_change_twice_is_no_clash(office, person):
    mine, other = Clerk(office, person), Clerk(office, person)
    other.send(phone="0473-2000000")
    assert mine.send(phone="0473-2000000").status_code == 302


def choice_sent(clerk: Clerk, choice: str) -> str:
    return next(
        value
        for field in Page(clerk.address, clerk.html).inputs
        if field.get("name") == f"{TAKE}-phone" and (value := field["value"]).startswith(choice)
    )


@on_both
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_nobody_is_overwritten(database):
    office, colleague = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    person = somebody()
    mine, other = Clerk(office, person), Clerk(colleague, person)
    at_once(lambda: mine.send(phone="0473-2000000"), lambda: other.send(email="b@example.cn"))
    person.refresh_from_db()
    assert (person.phone, person.email) == ("0473-2000000", "b@example.cn")


# -- kinds of fields ---------------------------------------------------------------------------


class Kinds(ChangeForm):
    text = forms.CharField(widget=forms.Textarea)
    points = forms.DecimalField()
    count = forms.IntegerField(required=False)
    day = forms.DateField()
    is_so = forms.BooleanField(required=False)
    one = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")])
    some = forms.MultipleChoiceField(choices=[("a", "甲"), ("b", "乙"), ("c", "丙")])


STORED = {
    "text": "一行\n二行",
    "points": Decimal("3.50"),
    "count": 0,
    "day": datetime.date(2008, 5, 1),
    "is_so": True,
    "one": "a",
    "some": ["a", "b"],
}
# As a browser sends what the form shows.
SENT = "text=一行%0D%0A二行&points=3.5&count=0&day=2008-05-01&is_so=on&one=a&some=b&some=a"
OTHERS = {
    "text": "一行",
    "points": Decimal(4),
    "count": None,
    "day": datetime.date(2008, 5, 2),
    "is_so": False,
    "one": "b",
    "some": ["c"],
}


def sent(stored: dict[str, object], words: str = SENT) -> Kinds:
    """The form as it was drawn over STORED and is sent over what is `stored` by now."""
    drawn = Page("/", f"<form>{Kinds(initial=STORED).lock}</form>").forms[0].hidden[SHOWN]
    data = QueryDict(words, mutable=True)
    data[SHOWN] = drawn
    return Kinds(data, initial=stored)


def test_what_is_sent_as_it_was_shown_changes_nothing():
    form = sent(STORED)
    assert form.is_valid()
    assert not form.clashes


@pytest.mark.parametrize("name", OTHERS)
def test_field_that_only_somebody_else_changed_keeps_theirs(name):
    form = sent({**STORED, name: OTHERS[name]})
    assert form.is_valid() or name == "count"
    assert form.cleaned_data[name] == OTHERS[name]
    assert form[name].value() == OTHERS[name]


@pytest.mark.parametrize("name", OTHERS)
def test_field_that_both_changed_is_refused(name):
    typed = {"text": "别的", "points": "1", "count": "7", "day": "2008-06-01", "one": "c", "some": "c"}
    if name == "is_so":  # there is no third answer
        return
    words = QueryDict(SENT, mutable=True)
    words[name] = typed[name]
    stored = {**OTHERS, "some": ["b"]}
    form = sent({**STORED, name: stored[name]}, words.urlencode())
    assert not form.is_valid()
    assert [clash.name for clash in form.clashes] == [name]


def test_form_drawn_without_the_lock_changes_what_it_says():
    form = Kinds(QueryDict(SENT), initial={**STORED, **OTHERS})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "一行\r\n二行"
