"""The rulebook's text: it names the rulebook's numbers, is written in drafts, and never changes after."""

import tomllib

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from standards import services
from standards.checks import problems
from standards.comparison import compare
from standards.enums import Difference
from standards.fingerprints import fingerprint
from standards.models import Article, Chapter, Rulebook, Version
from standards.placeholders import field_names, figures, named, wrong
from standards.services import NotADraft, StaleDraft
from standards.wording import read
from tests import factories

from . import drafting

pytestmark = pytest.mark.django_db

TEXT = tomllib.loads((settings.BASE_DIR / "fixtures" / "rulebook.toml").read_text(encoding="utf-8"))
ARTICLES = [text for chapter in TEXT["chapters"] for text in chapter["articles"]]
CHAPTERS = [
    "总则",
    "考评对象",
    "考评内容和标准",
    "考评方法和程序",
    "等次和命名",
    "动态管理",
    "结果运用",
    "附则",
]


def in_force():
    return Rulebook.objects.published().with_items().get()


def draft():
    return Rulebook.objects.with_items().get(pk=drafting.draft_rulebook().pk)


def article(rulebook, name="pass_mark"):
    return Article.objects.get(chapter__rulebook=rulebook, text__contains=f"{{{name}}}分，且")


def write(found, text, **changes):
    values = {"place": found.ordinal, "seen": fingerprint(found), "by": drafting.office(), **changes}
    services.write_article(article=found, text=text, **values)


def said(rulebook):
    return [
        one.text for part in read(Rulebook.objects.with_items().get(pk=rulebook.pk)) for one in part.articles
    ]


# -- what is loaded with the plan ------------------------------------------------


def test_text_has_the_chapters_and_is_marked_as_proposed():
    rulebook = in_force()

    assert [chapter.name for chapter in rulebook.chapters.all()] == CHAPTERS
    assert all(chapter.articles.all() for chapter in rulebook.chapters.all())
    assert "拟定" in rulebook.title
    numbers = [one.number for part in read(rulebook) for one in part.articles]
    assert numbers[:2] == ["第一条", "第二条"]
    assert (numbers[9], len(numbers)) == ("第十条", len(ARTICLES))


def test_fields_of_the_rulebook_are_all_but_what_every_version_has():
    own = {field.name for field in Rulebook._meta.concrete_fields}
    of_versions = {field.name for field in Version._meta.concrete_fields}

    assert set(field_names()) == own - of_versions - {"id"}
    assert {"pass_mark", "veto_reasons", "notice_unit"} <= set(field_names())


@pytest.mark.parametrize("name", field_names())
def test_every_number_stands_in_some_article(name):
    assert any(name in named(text) for text in ARTICLES)


@pytest.mark.parametrize("text", ARTICLES, ids=lambda text: text[:8])
def test_no_article_of_ours_is_wrong_or_writes_a_number_out(text):
    assert wrong(text) == []
    assert list(figures(text)) == []


def test_articles_read_with_what_the_rulebook_holds():
    whole = "\n".join(said(in_force()))

    assert "综合得分达到80分，且社会评议得分达到60分的，方可通过验收。" in whole
    assert "公示期为5个工作日" in whole
    assert "（一）公开工作中发生泄密；（二）弄虚作假" in whole
    assert "{" not in whole


def test_reading_is_chinese_whoever_reads(client):
    with_language = {"HTTP_ACCEPT_LANGUAGE": "en"}
    client.force_login(drafting.office())

    page = client.get(in_force().get_absolute_url(), **with_language)

    assert "公示期为5个工作日" in page.content.decode()


def test_reading_follows_the_numbers():
    made = draft()
    services.revise(draft=made, values={"pass_mark": 75}, seen=fingerprint(made), by=drafting.office())

    assert any("综合得分达到75分" in text for text in said(made))
    assert any("综合得分达到80分" in text for text in said(in_force()))


# -- written in the draft ----------------------------------------------------------


def test_next_draft_has_the_whole_text():
    made, old = draft(), in_force()

    assert said(made) == said(old)
    assert not {part.pk for part in made.chapters.all()} & {part.pk for part in old.chapters.all()}


def test_article_is_written_and_moved():
    found = article(draft())
    write(found, "综合得分达到{pass_mark}分的，通过验收。", place=1)

    rows = list(found.chapter.articles.values_list("ordinal", "text"))
    assert rows[0] == (1, "综合得分达到{pass_mark}分的，通过验收。")
    assert [place for place, _text in rows] == list(range(1, len(rows) + 1))


def test_article_is_added_and_taken_out():
    chapter = draft().chapters.get(ordinal=1)
    before = list(chapter.articles.values_list("text", flat=True))

    added = services.add_article(chapter=chapter, text="示例条文。", place=2, by=drafting.office())
    assert list(chapter.articles.values_list("text", flat=True)) == [before[0], "示例条文。", *before[1:]]
    assert not Article.objects.exclude(pk=added.pk).filter(key=added.key).exists()

    services.remove_article(article=added, by=drafting.office())
    assert list(chapter.articles.values_list("text", flat=True)) == before
    assert list(chapter.articles.values_list("ordinal", flat=True)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "text", ["达到{passmark}分", "达到{pass mark}分", "达到{}分", "达到{pk}分", "{title}"]
)
def test_text_that_names_no_number_is_refused_with_the_names_there_are(text):
    found = article(draft())

    with pytest.raises(ValidationError) as refused:
        write(found, text)

    assert "{pass_mark}" in refused.value.message_dict["text"][0]
    found.refresh_from_db()
    assert found.text != text


@pytest.mark.parametrize(
    "text", ["达到{pass_mark分", "达到pass_mark}分", "达到｛pass_mark｝分", "{{pass_mark}}"]
)
def test_open_brace_is_refused(text):
    with pytest.raises(ValidationError) as refused:
        write(article(draft()), text)
    assert "text" in refused.value.message_dict


def test_form_refuses_at_the_text_and_keeps_what_was_typed(client):
    found = article(draft())
    client.force_login(drafting.office())

    page = client.post(
        reverse("standards:article", args=[found.pk]), {"text": "达到{passmark}分。", "place": found.ordinal}
    )

    assert page.status_code == 422
    assert "{pass_mark}" in page.context["form"].errors["text"][0]
    assert "达到{passmark}分。" in page.content.decode()
    found.refresh_from_db()
    assert "passmark" not in found.text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("公示期为5个{notice_unit}", ["5"]),
        ("占80%，达到八十分", ["80%", "八十分"]),
        ("在五个工作日内", ["五个工作日"]),
        ("十分重视，依照乌海市〔2007〕55号文件，2008年5月起", []),
        ("四个等次，一票否决", []),
    ],
)
def test_numbers_that_are_written_out_are_pointed_out(text, found):
    assert list(figures(text)) == found


def test_draft_page_points_out_written_numbers(client):
    made = draft()
    found = article(made)
    client.force_login(drafting.office())
    body = {"text": "综合得分达到80分的，通过验收。", "place": found.ordinal}

    page = client.post(reverse("standards:article", args=[found.pk]), body, follow=True)

    assert page.status_code == 200
    told = [one.figures for part in page.context["chapters"] for one in part.articles if one.figures]
    assert told == [("80",)]
    assert [str(message) for message in page.context["messages"] if "80" in str(message)]
    found.refresh_from_db()
    assert found.text == body["text"]


def test_draft_whose_text_leaves_a_number_out_cannot_be_published():
    made = draft()
    write(article(made), "社会评议得分达到{minimum_satisfaction}分的，通过验收。")
    made = Rulebook.objects.with_items().get(pk=made.pk)

    assert [problem.text for problem in problems(made) if "{pass_mark}" in problem.text]
    with pytest.raises(ValidationError):
        drafting.publish(made)
    assert Rulebook.objects.drafts().exists()


def test_two_who_write_one_article_do_not_overwrite_each_other(client):
    found = article(draft())
    seen = fingerprint(found)
    write(found, "先存的条文{pass_mark}。")

    with pytest.raises(StaleDraft):
        write(found, "后存的条文{pass_mark}。", seen=seen)
    found.refresh_from_db()
    assert found.text == "先存的条文{pass_mark}。"


def test_form_shows_both_texts_where_two_have_written(client):
    found = article(draft())
    client.force_login(drafting.office())
    url = reverse("standards:article", args=[found.pk])
    shown = client.get(url).context["form"]
    digests = " ".join(f"{name}:{digest}" for name, digest in shown._digests().items())
    write(found, "先存的条文{pass_mark}。")

    page = client.post(url, {"text": "后存的条文{pass_mark}。", "place": found.ordinal, "shown": digests})

    assert page.status_code == 422
    assert "先存的条文" in page.content.decode()
    assert "后存的条文" in page.content.decode()
    found.refresh_from_db()
    assert found.text == "先存的条文{pass_mark}。"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_writes_the_text(client, role):
    made = draft()
    found, person = article(made), factories.user(role)

    for verb in (
        lambda: write(found, "改", by=person),
        lambda: services.add_article(chapter=found.chapter, text="改", place=1, by=person),
        lambda: services.remove_article(article=found, by=person),
        lambda: services.rename_chapter(
            chapter=found.chapter, name="改", seen=fingerprint(found.chapter), by=person
        ),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    client.force_login(person)
    for url in (
        reverse("standards:article", args=[found.pk]),
        reverse("standards:article_remove", args=[found.pk]),
        reverse("standards:article_add", args=[found.chapter_id]),
        reverse("standards:chapter", args=[found.chapter_id]),
    ):
        assert client.post(url, {"text": "改", "name": "改", "place": 1}).status_code in (403, 404)
    assert said(made) == said(in_force())


# -- never changes after -------------------------------------------------------------


@pytest.mark.parametrize("make", [in_force])
def test_published_text_is_written_by_no_service(make):
    found = article(make())
    for verb in (
        lambda: write(found, "改"),
        lambda: services.add_article(chapter=found.chapter, text="改", place=1, by=drafting.office()),
        lambda: services.remove_article(article=found, by=drafting.office()),
    ):
        with pytest.raises(NotADraft):
            verb()


def refused(change):
    with pytest.raises(IntegrityError, match="a published version never changes"), transaction.atomic():
        change()


def test_database_keeps_the_text_of_a_published_version():
    found, made = article(in_force()), draft()
    before = said(in_force())
    mine = article(made)

    refused(lambda: Article.objects.filter(pk=found.pk).update(text="改"))
    refused(lambda: Article.objects.filter(pk=found.pk).update(chapter=mine.chapter))
    refused(lambda: Article.objects.filter(pk=mine.pk).update(chapter=found.chapter, ordinal=99))
    refused(lambda: Article.objects.create(chapter=found.chapter, ordinal=99, key=999, text="改"))
    refused(found.delete)
    refused(lambda: Chapter.objects.filter(pk=found.chapter_id).update(name="改"))
    refused(lambda: Chapter.objects.create(rulebook=in_force(), ordinal=99, name="改"))

    assert said(in_force()) == before


# -- compared -------------------------------------------------------------------------


def test_comparison_tells_articles_that_read_otherwise_side_by_side():
    made = draft()
    chapter = made.chapters.get(ordinal=1)
    services.add_article(chapter=chapter, text="示例新条。", place=1, by=drafting.office())
    services.remove_article(article=chapter.articles.get(ordinal=3), by=drafting.office())
    services.revise(draft=made, values={"pass_mark": 75}, seen=fingerprint(made), by=drafting.office())

    found = compare(in_force(), Rulebook.objects.with_items().get(pk=made.pk))

    assert [(item.code, item.difference) for item in found.items] == [
        ("第一条", Difference.NEW),
        ("第二十条", Difference.CHANGED),
        ("第二条", Difference.DROPPED),
    ]
    changed = found.items[1].changes[0]
    assert "达到80分" in changed.old
    assert "达到75分" in changed.new
    assert [(change.old, change.new) for change in found.changes] == [("80", "75")]
