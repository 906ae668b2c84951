"""Wordings: one person of the office writes, another publishes; papers keep their version."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.acting import Refusal
from documents.guards import MESSAGE
from documents.models import Wording
from documents.papers import DocumentKind
from documents.rendering import paper_html
from documents.services import wordings
from documents.wordings import delivered
from tests import factories
from tests.documents.papers import issue_paper

pytestmark = pytest.mark.django_db
NOTICE = DocumentKind.RECTIFICATION_NOTICE
FIRST = "整改要求·2"
NEW = "请{示范点}逐项整改，完成后书面答复我办。"


@pytest.fixture
def writer():
    return factories.user(Role.OFFICE)


@pytest.fixture
def colleague():
    return factories.user(Role.OFFICE)


def page(name="wording", kind=NOTICE):
    return reverse(f"documents:{name}", args=[kind.value])


def written(by, text=NEW, kind=NOTICE):
    return wordings.write(kind=kind, texts=delivered(kind) | {FIRST: text}, by=by)


def published(writer, colleague, text=NEW):
    draft = written(writer, text)
    wordings.publish(draft=draft, seen=draft.digest, by=colleague)
    draft.refresh_from_db()
    return draft


# -- writing and publishing ----------------------------------------------------


def test_papers_say_what_was_published_and_keep_it(writer, colleague):
    before = issue_paper()
    first = published(writer, colleague)
    paper = issue_paper()
    published(colleague, writer, "请按期整改。")
    after = issue_paper()
    assert [each.wording for each in (before, paper)] == [None, first]
    assert after.wording.version == 2
    assert "海勃湾区人民政府政务服务中心逐项整改，完成后" in paper_html(paper.kind, paper.context)
    assert "请按期整改。" in paper_html(after.kind, after.context)
    assert "明确责任人，整改完成后逐项书面答复我办" in paper_html(before.kind, before.context)
    assert issue_paper(DocumentKind.WARNING_NOTICE).wording is None


def test_draft_is_no_paper_yet(writer):
    written(writer)
    assert issue_paper().wording is None
    assert wordings.in_force(NOTICE) is None


def test_nobody_publishes_what_they_wrote(writer, colleague):
    draft = written(writer)
    with pytest.raises(PermissionDenied):
        wordings.publish(draft=draft, seen=draft.digest, by=writer)
    written(colleague, "请按期整改。")  # who wrote last
    draft.refresh_from_db()
    with pytest.raises(PermissionDenied):
        wordings.publish(draft=draft, seen=draft.digest, by=colleague)
    wordings.publish(draft=draft, seen=draft.digest, by=writer)
    with pytest.raises(IntegrityError, match="wording_two_people"), transaction.atomic():
        Wording.objects.create(
            kind="minutes",
            version=1,
            texts={},
            drafted_by=writer,
            drafted_on="2008-01-01",
            published_by=writer,
            published_on="2008-01-01",
        )


def test_deputy_of_the_writer_does_not_publish(writer, colleague):
    draft = written(writer)
    factories.send_away(writer, colleague)
    with pytest.raises(PermissionDenied):
        wordings.publish(draft=draft, seen=draft.digest, by=colleague)


def test_what_changed_since_it_was_read_is_not_published(writer, colleague):
    seen = written(writer).digest
    draft = written(writer, "请按期整改。")
    with pytest.raises(Refusal):
        wordings.publish(draft=draft, seen=seen, by=colleague)
    assert not Wording.objects.released().exists()


def test_one_draft_a_kind_goes_on(writer, colleague):
    assert written(writer).pk == written(colleague, "请按期整改。").pk
    draft = Wording.objects.get()
    assert (draft.drafted_by, draft.texts[FIRST], draft.version) == (colleague, "请按期整改。", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(
            kind=NOTICE, version=7, texts={}, drafted_by=writer, drafted_on=timezone.localdate()
        )


def test_faulty_text_is_not_kept(writer):
    with pytest.raises(ValidationError) as refused:
        written(writer, "请{密码}整改。")
    assert list(refused.value.message_dict) == [FIRST]
    assert not Wording.objects.exists()


def test_published_text_never_changes(writer, colleague):
    first = published(writer, colleague)
    for change in (
        lambda: Wording.objects.filter(pk=first.pk).update(texts={}),
        lambda: Wording.objects.filter(pk=first.pk).update(published_by=None, published_on=None),
        lambda: Wording.objects.filter(pk=first.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
            change()
    with pytest.raises(Refusal):
        wordings.discard(draft=first, by=colleague)


def test_discarded_draft_leaves_what_is_in_force(writer, colleague):
    first = published(writer, colleague)
    wordings.discard(draft=written(writer, "请按期整改。"), by=colleague)
    assert wordings.in_force(NOTICE) == first


def test_passage_that_an_old_version_lacks_is_as_the_portal_comes(writer, colleague):
    first = published(writer, colleague)
    first.texts = {FIRST: NEW, "从前的段落": "旧"}
    assert wordings.words_of(NOTICE, first) == delivered(NOTICE) | {FIRST: NEW}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_others_write_publish_and_discard_nothing(client, role, writer):
    other, draft = factories.user(role), written(writer)
    for act in (
        lambda: written(other),
        lambda: wordings.publish(draft=draft, seen=draft.digest, by=other),
        lambda: wordings.discard(draft=draft, by=other),
    ):
        with pytest.raises(PermissionDenied):
            act()
    client.force_login(other)
    assert client.get(page()).status_code == 403
    assert client.get(page("wording_edit")).status_code == 403
    for name in ("wording_edit", "wording_preview", "wording_publish", "wording_discard"):
        assert client.post(page(name), {"seen": draft.digest}).status_code == 403
    assert list(Wording.objects.visible_to(other)) == []


# -- the pages -------------------------------------------------------------------


def typed(form, **changes):
    fields = {name: field for field, name in form.names.items()}
    values = {field: form.initial[field] for field in form.names}
    return values | {fields[name]: text for name, text in changes.items()}


def test_two_colleagues_carry_a_text_to_its_first_paper(client, writer, colleague):
    client.force_login(writer)
    form = client.get(page("wording_edit")).context["form"]
    assert client.post(page("wording_edit"), typed(form, **{FIRST: NEW})).url == page()
    shown = client.get(page()).content.decode()
    assert "逐项整改，完成后书面答复我办" in shown
    assert page("wording_publish") not in shown
    client.force_login(colleague)
    shown = client.get(page())
    assert page("wording_publish") in shown.content.decode()
    assert client.post(page("wording_publish"), {"seen": shown.context["draft"].digest}).url == page()
    assert wordings.in_force(NOTICE).published_by == colleague
    assert issue_paper().wording.version == 1


def test_preview_shows_what_is_typed_on_samples_and_on_the_newest_paper(client, writer):
    paper = issue_paper()
    client.force_login(writer)
    form = client.get(page("wording_edit")).context["form"]
    values = typed(form, **{FIRST: "{如 有差距}请{示范点}整改{否则}请继续{完}。"})
    fragment = client.post(page("wording_preview"), values).content.decode()
    for words in (
        "请示例政务服务中心整改。",
        "请继续。",
        "请海勃湾区人民政府政务服务中心整改。",
        paper.full_number,
    ):
        assert words in fragment
    assert "{如 有差距}请{示范点}整改" in fragment
    assert not Wording.objects.exists()


def test_preview_names_the_fault_and_its_line(client, writer):
    client.force_login(writer)
    form = client.get(page("wording_edit")).context["form"]
    values = typed(form, **{FIRST: "请\n{密码}整改<b>。"})
    shown = client.post(page("wording_preview"), values).content.decode()
    assert "第2行" in shown
    assert "没有“密码”" in shown
    assert "整改<b>" not in shown


@pytest.mark.parametrize("text", ["{密码}", "<b>", "差" * 5000, "好😀", "好\u202e反", "{如 有差距}"])
def test_faulty_passage_is_told_at_its_field(client, writer, text):
    client.force_login(writer)
    form = client.get(page("wording_edit")).context["form"]
    answer = client.post(page("wording_edit"), typed(form, **{FIRST: text}))
    assert answer.status_code == 422
    [field] = answer.context["form"].errors
    assert answer.context["form"].names[field] == FIRST
    assert not Wording.objects.exists()


def test_colleague_who_changed_it_meanwhile_is_not_overwritten(client, writer, colleague):
    client.force_login(writer)
    form = client.get(page("wording_edit")).context["form"]
    shown = {"shown": re.search(r'name="shown" value="([^"]+)"', str(form.lock))[1]}
    written(colleague, "请按期整改。")
    answer = client.post(page("wording_edit"), typed(form, **{FIRST: NEW}) | shown)
    assert answer.status_code == 422
    assert Wording.objects.get().texts[FIRST] == "请按期整改。"


def test_list_of_kinds_names_version_and_draft(client, writer, colleague):
    published(writer, colleague)
    written(colleague, "请按期整改。")
    client.force_login(writer)
    shown = client.get(reverse("documents:kinds")).content.decode()
    assert "第 1 版" in shown
    assert str(colleague) in shown


def test_unknown_kind_has_no_page(client, writer):
    client.force_login(writer)
    assert client.get(reverse("documents:wording", args=["leaflet"])).status_code == 404
