"""The items of what was published are read once a process, and are never other than what is stored."""

import pytest

from standards import items
from standards.items import items_of_standard
from standards.models import Item, Standard
from tests.standards import drafting

pytestmark = pytest.mark.django_db


def stored(standard):
    return list(Item.objects.filter(section__standard=standard))


def test_published_items_are_read_once(django_assert_num_queries):
    standard = drafting.in_force()
    assert list(items_of_standard(standard.pk)) == stored(standard)
    with django_assert_num_queries(0):
        assert {item.section.standard_id for item in items_of_standard(standard.pk)} == {standard.pk}


def test_a_draft_is_read_each_time_and_kept_once_it_is_published():
    draft = drafting.draft()
    before = items_of_standard(draft.pk)
    Item.objects.filter(pk=before[0].pk).update(text="示例：改过的条目")
    assert items_of_standard(draft.pk)[0].text == "示例：改过的条目"
    drafting.publish(draft)
    assert items_of_standard(draft.pk)[0].text == "示例：改过的条目"
    assert draft.pk in items.kept


def test_so_many_standards_are_kept(monkeypatch):
    monkeypatch.setattr(items, "STANDARDS_KEPT", 1)
    for standard in Standard.objects.published():
        assert list(items_of_standard(standard.pk)) == stored(standard)
        assert list(items.kept) == [standard.pk]
