"""The office says what people's words mean, and sees what they searched for in vain."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from publicity.models import SearchMiss, SearchWord
from tests.publicity import scene

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("publicity_desk:search_words"), reverse("publicity_desk:search_word_add")


@pytest.fixture
def office(client):
    return scene.sign_in(client, Role.OFFICE)


def test_word_is_added_from_what_was_searched_for_in_vain(client, office):
    for _time in range(3):
        SearchMiss.count("火车站", on=datetime.date(2008, 5, 5))
    page = client.get(LIST).content.decode()
    assert "?asked=%E7%81%AB%E8%BD%A6%E7%AB%99" in page
    assert 'value="火车站"' in client.get(ADD, {"asked": "火车站"}).content.decode()
    answer = client.post(ADD, {"asked": "火车站", "meant": "铁路", "page": ""}, follow=True)
    assert "铁路" in answer.content.decode()
    assert SearchWord.objects.get(asked="火车站").meant == "铁路"
    assert not SearchMiss.objects.exists()


def test_what_was_asked_for_once_is_nobody_else_s_to_read(client, office):
    SearchMiss.count("王某某", on=datetime.date(2008, 5, 5))
    assert "王某某" not in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"asked": "车管所", "meant": "示例"}, "asked"),
        ({"asked": "火车站"}, "meant"),
        ({"asked": "", "meant": "示例"}, "asked"),
        ({"asked": "火车站", "page": "nowhere"}, "page"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, office, typed, field):
    answer = client.post(ADD, typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_word_is_changed_and_taken_off(client, office):
    word = SearchWord.objects.get(asked="车管所")
    client.post(word.get_absolute_url(), {"asked": "车管所", "meant": "示例", "page": "sites"})
    word.refresh_from_db()
    assert (word.meant, word.page) == ("示例", "sites")
    client.post(reverse("publicity_desk:search_word_remove", args=[word.pk]))
    assert not SearchWord.objects.filter(asked="车管所").exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_they_are_the_offices_alone(client, role):
    scene.sign_in(client, role)
    word = SearchWord.objects.first()
    assert client.get(LIST).status_code == 404
    assert client.get(word.get_absolute_url()).status_code == 404
    assert client.post(reverse("publicity_desk:search_word_remove", args=[word.pk])).status_code == 404
    assert client.post(ADD, {"asked": "火车站", "meant": "铁路"}).status_code == 403
    assert SearchWord.objects.filter(pk=word.pk).exists()
