"""The one screen of a section."""

import pytest
from django.urls import reverse

from standards.models import Item
from tests.standards import drafting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def section(client):
    client.force_login(drafting.office())
    return drafting.section_of(drafting.draft())


def url(section):
    return reverse("standards:section", args=[section.standard_id, section.ordinal])


def texts(section):
    return list(section.items.values_list("code", "text"))


def test_screen_shows_the_sums(client, section):
    Item.objects.filter(section=section, code="BS-1.1").update(points=1)

    page = client.get(url(section)).content.decode()

    assert "items make" in page
    assert "of its 18 points" in page
    assert "The sections together make 100 of the standard's 100 points." in page


def test_screen_as_it_stands_changes_nothing(client, section):
    before = list(section.items.order_by("pk").values())

    assert client.post(url(section), drafting.screen(section)).url == url(section)

    assert list(section.items.order_by("pk").values()) == before


def test_section_and_items_are_saved(client, section):
    last = section.items.count()
    body = drafting.screen(
        section,
        **{
            "name": "改名",
            "points": "18.5",
            "form-0-text": "改写",
            "form-0-full_example": "示例：文件和名单齐全",
            "form-1-DELETE": "on",
            "form-2-ORDER": "99",
            f"form-{last}-text": "新增",
            f"form-{last}-points": "0.5",
        },
    )

    answer = client.post(url(section), body, follow=True)

    section.refresh_from_db()
    assert (section.name, section.points) == ("改名", pytest.approx(18.5))
    saved = texts(section)
    assert saved[0] == ("BS-1.1", "改写")
    assert saved[-2][0] == "BS-1.3"
    assert saved[-1] == (f"BS-1.{last + 1}", "新增")
    assert "BS-1.2" not in dict(saved)
    assert section.items.get(code="BS-1.1").full_example == "示例：文件和名单齐全"
    assert "The section is saved." in answer.content.decode()


def test_what_a_fault_costs_is_written_shown_and_compared(client, section):
    client.post(url(section), drafting.screen(section, **{"form-0-deduction": "0.5"}))

    assert section.items.get(code="BS-1.1").deduction == pytest.approx(0.5)
    assert "each fault −0.5" in client.get(section.standard.get_absolute_url()).content.decode()
    query = {"a": drafting.in_force().pk, "b": section.standard_id}
    page = client.get(reverse("standards:standard_compare"), query).content.decode()
    assert "<del>none</del>" in page
    assert "<ins>0.5</ins>" in page


@pytest.mark.parametrize("name", ["full_example", "half_example", "zero_example"])
def test_each_example_is_written_in_the_draft(client, section, name):
    client.post(url(section), drafting.screen(section, **{f"form-2-{name}": "示例：写法"}))

    assert getattr(section.items.get(code="BS-1.3"), name) == "示例：写法"
    assert "示例：写法" in client.get(section.standard.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "more",
    [
        {"form-0-points": "0"},
        {"form-0-points": "-1"},
        {"form-0-points": "1.001"},
        {"form-0-points": "1000"},
        {"form-0-points": "x"},
        {"form-0-text": ""},
        {"form-0-text": "长" * 5000},
        {"form-0-clause": "长" * 5000},
        {"form-0-zero_example": "长" * 5000},
        {"form-0-deduction": "0"},
        {"form-0-deduction": "3.01"},
        {"form-0-deduction": "x"},
        {"form-0-code": "BS-1.2"},
        {"form-0-code": "ZW-1.1"},
        {"form-0-ORDER": "x"},
        {"points": "0"},
        {"name": ""},
        {"form-TOTAL_FORMS": "x"},
        {"form-TOTAL_FORMS": "500"},
    ],
)
def test_wrong_input_comes_back_as_it_was_typed(client, section, more):
    before = texts(section)

    answer = client.post(url(section), drafting.screen(section, **{"form-1-text": "我写的", **more}))

    assert answer.status_code == 422
    assert texts(section) == before
    if "form-TOTAL_FORMS" not in more:
        assert "我写的" in answer.content.decode()


def test_items_to_be_mended_are_linked_on_top(client, section):
    body = drafting.screen(section, **{"form-2-points": "0"})

    page = client.post(url(section), body).content.decode()

    assert '<a href="#form-2">BS-1.3</a>' in page
    assert "More than 0 points." in page


def test_code_is_taken_in_any_width_and_case(client, section):
    last = section.items.count()
    body = drafting.screen(
        section,
        **{f"form-{last}-code": "ｂｓ-1．99", f"form-{last}-text": "新增", f"form-{last}-points": "1"},
    )

    client.post(url(section), body)

    assert texts(section)[-1] == ("BS-1.99", "新增")


def test_text_is_kept_without_what_nobody_sees_and_shown_as_text(client, section):
    body = drafting.screen(section, **{"form-0-text": "\u202e<script>alert(1)</script>"})

    page = client.post(url(section), body, follow=True).content.decode()

    assert dict(texts(section))["BS-1.1"] == "<script>alert(1)</script>"
    assert "<script>alert" not in page


def test_second_person_is_told_keeps_the_entry_and_may_write_over(client, section):
    body = drafting.screen(section, **{"form-0-text": "后到的写法"})
    client.post(url(section), drafting.screen(section, **{"form-0-text": "先到的写法"}))

    answer = client.post(url(section), body)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else has saved this" in page
    assert "<del>先到的写法</del>" in page
    assert "<ins>后到的写法</ins>" in page
    assert 'value="后到的写法"' in page
    assert dict(texts(section))["BS-1.1"] == "先到的写法"

    assert client.post(url(section), {**body, "seen": answer.context["seen"]}).status_code == 302
    assert dict(texts(section))["BS-1.1"] == "后到的写法"


def test_page_without_what_was_seen_is_stale(client, section):
    assert client.post(url(section), drafting.screen(section, seen="")).status_code == 422


def test_section_published_meanwhile_is_gone(client, section):
    body = drafting.screen(section, name="改名")
    drafting.publish(section.standard)

    assert client.post(url(section), body).status_code == 404
    section.refresh_from_db()
    assert section.name != "改名"


def test_screen_asks_at_most_twelve_times(client, section, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(url(section))
