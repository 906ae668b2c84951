"""Names in the traditional Mongolian script: typed, kept and shown as they are written."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation
from core.faces import unprintable
from core.mongolian import only_mongolian
from sites.enums import Stage
from tables.tidy import tidy
from tests import factories

# A suffix joined by U+202F, a letter whose shape is chosen by U+180B, one parted by U+180E, and the nirugu.
NAME = "ᠦᠬᠠᠢ ᠬᠣᠲᠠ\u202fᠶᠢᠨ ᠮᠣᠩᠭ\u180bᠤᠯ ᠬᠠᠷ\u180eᠠ ᠭ\u180a"
NOT_MONGOLIAN = [
    "乌海市",
    "ᠮᠣᠩᠭᠤᠯ abc",
    "ᠮᠣᠩᠭᠤᠯ乌海",
    "ᠮᠣᠩᠭᠤᠯ😀",
    "ᠮᠣᠩᠭᠤᠯ<b>",
    "Монгол",
]


def test_the_script_is_left_as_it_is_written():
    assert tidy(f"  {NAME.replace(' ', '  ')} ") == NAME
    only_mongolian(NAME)


def test_amid_chinese_it_cannot_be_printed_and_in_its_own_field_it_can():
    assert unprintable({"site": "示例ᠮ大厅"})
    assert not unprintable({"sites": [{"name": "示例大厅", "mongolian": NAME}]})


@pytest.mark.django_db
@pytest.mark.parametrize("text", NOT_MONGOLIAN)
def test_nothing_else_is_taken(client, text):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    sent = {"name": "示例局", "short_name": "", "aliases": "", "kind": "department", "mongolian_name": text}
    response = client.post(reverse("people:organisation_add"), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["mongolian_name"]
    assert not Organisation.objects.filter(name="示例局").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["\u202e", "\u200f", "\u2060", "\u2066", "\x07", "\ufe0f"])
def test_marks_that_nobody_sees_are_refused_and_take_no_mark_of_the_script_with_them(client, sign):
    client.force_login(factories.user(Role.OFFICE))
    sent = {"name": "示例局", "short_name": "", "aliases": "", "kind": "department"}
    name = f"ᠮᠣᠩᠭ\u180b{sign}ᠤᠯ"
    response = client.post(reverse("people:organisation_add"), sent | {"mongolian_name": name})
    assert list(response.context["form"].errors) == ["mongolian_name"]
    assert not Organisation.objects.filter(name="示例局").exists()


def test_what_shapes_letters_is_no_name_in_any_field():
    assert tidy("\u200d") == tidy("\u180b") == tidy("\u202f \u200c") == ""
    assert tidy("ᠮᠣᠩᠭ\u180bᠤᠯ\t\u3000ᠬᠣᠲᠠ\n") == "ᠮᠣᠩᠭ\u180bᠤᠯ ᠬᠣᠲᠠ"


@pytest.mark.django_db
def test_a_unit_gets_and_loses_its_name(client):
    client.force_login(factories.user(Role.OFFICE))
    sent = {"name": "示例局", "short_name": "", "aliases": "", "kind": "department", "mongolian_name": NAME}
    client.post(reverse("people:organisation_add"), sent)
    unit = Organisation.objects.get(name="示例局")
    assert unit.mongolian_name == NAME
    page = client.get(reverse("people:organisation", args=[unit.pk])).content.decode()
    assert f'value="{NAME}"' in page
    client.post(
        reverse("people:organisation", args=[unit.pk]), sent | {"mongolian_name": "", "is_active": "on"}
    )
    unit.refresh_from_db()
    assert unit.mongolian_name == ""


@pytest.mark.django_db
def test_public_page_shows_both_names_upright_and_in_their_language(client):
    site = factories.site(Stage.BUILDING)
    site.mongolian_name = NAME
    site.save()
    Organisation.objects.filter(pk=site.organisation_id).update(mongolian_name="ᠮᠣᠩᠭᠤᠯ")
    page = client.get(reverse("publicity:site", args=[site.pk])).content.decode()
    for name in (NAME, "ᠮᠣᠩᠭᠤᠯ"):
        assert f'<span class="mongolian" lang="mn-Mong">{name}</span>' in page
