"""Articles: who writes of what, what the office publishes, and that nothing is deleted."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import Notification
from accounts.services.secrecy import NotReviewed
from assessments.services import recusals
from publicity.models import Article, ArticleFile, Reuse
from publicity.services import article_files, articles, reuse
from sites.enums import Level, Stage
from sites.workflow import InvalidTransition
from standards.models import Item
from standards.services import StaleDraft
from tests import factories, reviewing
from tests.assessments import builders, photos
from tests.files import PDF, pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(on):
    on("2008-05-12")
    return factories.user(Role.OFFICE)


@pytest.fixture
def site(office):
    return factories.site(Stage.BUILDING)


def changed(article, by, **changes):
    given = {
        "words": {"title": article.title, "text": article.text},
        "sites": list(article.sites.all()),
        "items": list(article.items.all()),
        "seen": articles.of_article(article),
    }
    articles.revise(article=article, by=by, **given | changes)
    article.refresh_from_db()


# -- who writes of what ----------------------------------------------------


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.INSPECTOR, Role.AUDITOR])
def test_others_write_nothing(site, role):
    with pytest.raises(PermissionDenied):
        scene.drafted(site, by=factories.user(role))


def test_liaison_drafts_of_the_own_site_and_of_no_other(site):
    liaison = factories.liaison_of(site)
    assert list(scene.drafted(site, by=liaison).sites.all()) == [site]
    with pytest.raises(PermissionDenied):
        scene.drafted(factories.site(Stage.BUILDING), by=liaison)


def test_district_drafts_of_sites_on_its_own_list_alone(site):
    haibowan = factories.district()
    own = factories.site(Stage.NAMED, level=Level.DISTRICT, of=haibowan)
    clerk = factories.user(Role.DISTRICT, factories.district_office(haibowan))
    scene.drafted(own, by=clerk)
    with pytest.raises(PermissionDenied):
        scene.drafted(site, by=clerk)


def test_site_the_public_may_not_know_of_is_in_no_article(office):
    with pytest.raises(PermissionDenied):
        scene.drafted(factories.site(Stage.REVIEWED), by=office)


def test_only_the_office_writes_another_kind_than_a_good_practice(site, office):
    assert scene.drafted(site, by=office, kind="news").kind == "news"
    with pytest.raises(PermissionDenied):
        scene.drafted(site, by=factories.liaison_of(site), kind="news")


def test_good_practice_needs_a_site_and_news_does_not(office):
    given = {"programme": factories.programme(), "items": [], "sites": [], "by": office}
    with pytest.raises(ValidationError) as refused:
        articles.draft(words={"title": "示例", "text": "示例"}, **given)
    assert list(refused.value.error_dict) == ["sites"]
    assert articles.draft(words={"title": "示例", "text": "示例", "kind": "news"}, **given).pk


@pytest.mark.parametrize(
    ("field", "value"), [("title", " \u200b "), ("text", "\n \n"), ("title", "长" * 101)]
)
def test_words_that_are_missing_or_too_long_are_named(site, field, value):
    with pytest.raises(ValidationError) as refused:
        scene.drafted(site, **{field: value})
    assert list(refused.value.error_dict) == [field]
    assert not Article.objects.exists()


def test_draft_is_changed_by_its_author_a_colleague_and_the_office(site, office):
    draft = scene.drafted(site, by=factories.liaison_of(site))
    for number, by in enumerate((draft.author, factories.liaison_of(site), office)):
        changed(draft, by, words={"title": f"示例{number}", "text": "示例"})
        assert draft.title == f"示例{number}"
    with pytest.raises(PermissionDenied):
        changed(draft, factories.liaison_of(factories.site(Stage.BUILDING)))
    with pytest.raises(PermissionDenied):
        changed(draft, factories.user(Role.LEADING_GROUP))


def test_sites_the_office_has_added_stay_when_the_author_saves(site, office):
    other = factories.site(Stage.BUILDING)
    draft = scene.drafted(site, by=factories.liaison_of(site))
    changed(draft, office, sites=[site, other])
    changed(draft, draft.author, sites=[site])
    assert set(draft.sites.all()) == {site, other}


def test_second_of_two_writers_is_told_and_overwrites_nothing(site, office):
    draft = scene.drafted(site, by=factories.liaison_of(site))
    seen = articles.of_article(draft)
    changed(draft, draft.author, words={"title": "先存的", "text": "示例"})
    with pytest.raises(StaleDraft):
        changed(draft, office, words={"title": "后存的", "text": "示例"}, seen=seen)
    draft.refresh_from_db()
    assert draft.title == "先存的"


def test_sites_and_items_of_an_article_stand_in_the_trail(site):
    item = Item.objects.first()
    draft = scene.drafted(site, items=[item])
    entries = LogEntry.objects.get_for_object(draft)
    assert {name for entry in entries for name in entry.changes} >= {"title", "sites", "items"}


def test_whoever_stood_aside_from_a_site_neither_sees_nor_publishes_of_it(site, office):
    draft = scene.drafted(site, by=factories.liaison_of(site))
    seen = articles.of_article(draft)
    recusals.recuse(site=site, user=office, reason="示例亲属", by=factories.user(Role.OFFICE))
    assert not Article.objects.visible_to(office).exists()
    for verb in (
        lambda: articles.publish(article=draft, seen=seen, by=office),
        lambda: articles.withdraw(article=draft, reason="示例", by=office),
        lambda: changed(draft, office),
    ):
        with pytest.raises(PermissionDenied):
            verb()


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.INSPECTOR])
def test_draft_of_others_is_seen_by_the_city_alone(site, role):
    draft = scene.drafted(site)
    seen = Article.objects.visible_to(factories.user(role))
    assert list(seen) == ([draft] if role == Role.LEADING_GROUP else [])


def test_article_stays_with_the_body_it_is_from_when_its_author_moves(site, office):
    draft, colleague = scene.drafted(site, by=factories.liaison_of(site)), factories.liaison_of(site)
    mover = draft.author
    mover.organisation = factories.unit()
    mover.save()
    draft = Article.objects.get(pk=draft.pk)
    for of_another_body in (mover, factories.user(Role.LIAISON, mover.organisation)):
        assert not Article.objects.visible_to(of_another_body).exists()
        with pytest.raises(PermissionDenied):
            changed(draft, of_another_body)
    changed(draft, colleague, words={"title": "同事改的", "text": "示例"})
    articles.withdraw(article=draft, reason="示例", by=office)
    assert not Notification.objects.filter(user=mover).exists(), "its page at the desk is theirs no more"


# -- published, corrected, withdrawn ---------------------------------------


def test_office_publishes_what_it_read_and_the_author_is_told(site, office, on):
    draft = scene.drafted(site, by=factories.liaison_of(site))
    on("2008-05-14")
    reviewing.cleared("article", draft)
    articles.publish(article=draft, seen=articles.of_article(draft), by=office)
    draft.refresh_from_db()
    assert (draft.state, draft.published_on.isoformat()) == ("published", "2008-05-14")
    told = Notification.objects.get(user=draft.author)
    assert draft.title in str(told)
    assert told.url == draft.get_absolute_url()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT, Role.LEADING_GROUP])
def test_nobody_else_publishes_or_withdraws(site, role):
    by = factories.liaison_of(site) if role == Role.LIAISON else factories.user(role)
    draft = scene.drafted(site, by=factories.liaison_of(site))
    with pytest.raises(PermissionDenied):
        articles.publish(article=draft, seen=articles.of_article(draft), by=by)
    with pytest.raises(PermissionDenied):
        articles.withdraw(article=draft, reason="示例", by=by)


@pytest.mark.parametrize("change", ["words", "sites", "items", "files", "captions"])
def test_draft_that_changed_since_it_was_read_is_not_published(site, office, change):
    draft = scene.drafted(site, by=factories.liaison_of(site), files=[builders.upload("示例.pdf", PDF)])
    seen = articles.of_article(draft)
    if change == "captions":
        article_files.caption(article=draft, captions={draft.files.get().pk: "示例说明"}, by=draft.author)
    else:
        new = {
            "words": {"title": "另一题名", "text": "示例"},
            "sites": [site, factories.site(Stage.BUILDING, organisation=site.organisation)],
            "items": [Item.objects.first()],
            "files": [builders.upload("新.pdf", pdf(width=600))],
        }
        changed(draft, draft.author, **{change: new[change]})
    with pytest.raises(StaleDraft):
        articles.publish(article=draft, seen=seen, by=office)
    draft.refresh_from_db()
    assert draft.published_on is None


def test_picture_without_a_caption_keeps_the_article_from_being_published(site, office):
    draft = scene.drafted(site, files=[photos.upload("现场.jpg")])
    with pytest.raises(ValidationError, match=r"现场\.jpg"):
        scene.put_out(draft)
    article_files.caption(article=draft, captions={draft.files.get().pk: "示例公开栏"}, by=office)
    assert scene.put_out(draft).state == "published"


def test_published_article_stays_as_it_is_until_its_correction_is_reviewed_and_published(site, office, on):
    old = [builders.upload("旧.pdf", PDF), builders.upload("留.pdf", pdf(width=600))]
    article = scene.article(site, by=factories.liaison_of(site), files=old)
    for by in (article.author, office):
        with pytest.raises(InvalidTransition):
            changed(article, by)
    with pytest.raises(PermissionDenied):
        articles.correct(article=article, by=article.author)
    on("2008-05-16")
    correction = articles.correct(article=article, by=office)
    assert articles.correct(article=article, by=office) == correction
    said = {"title": "更正后题名", "text": "更正后正文"}
    changed(correction, office, words=said, files=[builders.upload("新.pdf", pdf(width=610))])
    article_files.take_off(file=correction.files.get(name="旧.pdf"), by=office)
    seen = articles.of_article(correction)
    with pytest.raises(NotReviewed):
        articles.publish(article=correction, seen=seen, by=office)
    article.refresh_from_db()
    assert (article.title, article.corrected_on) == ("示例经验", None)
    assert {file.name for file in article.files.standing()} == {"旧.pdf", "留.pdf"}

    scene.put_out(Article.objects.get(pk=correction.pk))
    article = Article.objects.get(pk=article.pk)
    assert (article.title, article.text, article.corrected_on.isoformat()) == (*said.values(), "2008-05-16")
    assert {file.name for file in article.files.standing()} == {"新.pdf", "留.pdf"}
    assert article.files.get(name="旧.pdf").removed_on, "it stays on record"
    assert list(Article.objects.published(on=article.corrected_on)) == [article]
    assert list(Article.objects.without_corrections_made()) == [article]
    assert articles.correct(article=article, by=office) != correction


def test_correction_of_what_was_withdrawn_meanwhile_goes_nowhere(site, office):
    article = scene.article(site)
    correction = articles.correct(article=article, by=office)
    articles.withdraw(article=article, reason="示例", by=office)
    with pytest.raises(InvalidTransition):
        scene.put_out(correction)
    with pytest.raises(InvalidTransition):
        articles.correct(article=article, by=office)


def test_article_is_published_once(site):
    article = scene.article(site)
    with pytest.raises(InvalidTransition):
        scene.put_out(article)


def test_withdrawal_needs_a_reason_and_is_final(site, office):
    article = scene.article(site, by=factories.liaison_of(site))
    for reason in (" \n", "长" * 301):
        with pytest.raises(ValidationError) as refused:
            articles.withdraw(article=article, reason=reason, by=office)
        assert list(refused.value.error_dict) == ["reason"]
    articles.withdraw(article=article, reason="示例撤回理由", by=office)
    article.refresh_from_db()
    assert (article.state, article.withdrawal_reason) == ("withdrawn", "示例撤回理由")
    assert Notification.objects.filter(user=article.author).count() == 2
    for verb in (
        lambda: articles.withdraw(article=article, reason="示例", by=office),
        lambda: scene.put_out(article),
        lambda: changed(article, office),
    ):
        with pytest.raises(InvalidTransition):
            verb()


def test_reason_of_a_withdrawal_is_public_once_it_was_reviewed(site, office):
    article = scene.article(site)
    articles.withdraw(article=article, reason="示例撤回理由", by=office)
    with pytest.raises(NotReviewed):
        articles.tell_why_withdrawn(article=article, by=office)
    reviewing.clear("article.withdraw", article)
    articles.tell_why_withdrawn(article=article, by=office)
    article.refresh_from_db()
    assert not article.keeps_its_reason
    with pytest.raises(InvalidTransition):
        articles.tell_why_withdrawn(article=article, by=office)


def test_draft_the_office_does_not_want_is_withdrawn_and_stays_its_authors_to_read(site, office):
    draft = scene.drafted(site, by=factories.liaison_of(site))
    articles.withdraw(article=draft, reason="示例：内容不实", by=office)
    assert list(Article.objects.visible_to(draft.author)) == [draft]
    assert not Article.objects.published(on=draft.programme.phases.last().ends_on).exists()


# -- files -----------------------------------------------------------------


def test_picture_is_kept_with_copies_that_hold_no_camera_data(site):
    file = scene.drafted(site, files=[photos.upload("../../公开栏.jpg", at=photos.HERE)]).files.get()
    assert file.name == "公开栏.jpg"
    assert ".." not in file.file.name
    for copy in (file.file, file.shown, file.thumbnail):
        assert photos.MAKER.encode() not in copy.read()


BAD = {
    "page.pdf": b"<html><script>alert(1)</script></html>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "picture.png": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "empty.pdf": b"",
    "half.jpg": photos.photo()[:600],
    "huge.png": photos.png_of(60_000, 60_000),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused_by_name_and_nothing_is_kept(site, name, settings):
    good = builders.upload("好.pdf", PDF)
    with pytest.raises(ValidationError) as refused:
        scene.drafted(site, files=[good, builders.upload(name, BAD[name])])
    assert name in str(refused.value)
    assert not Article.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))


def test_too_many_files_are_refused(site, office):
    limit = factories.programme().rulebook_used.evidence_max_files
    draft = scene.drafted(site, files=[builders.upload("示例.pdf", PDF)])
    more = [builders.upload(f"{n}.pdf", pdf(width=600 + n)) for n in range(limit)]
    with pytest.raises(ValidationError):
        changed(draft, office, files=more)
    assert draft.files.count() == 1


def test_same_file_twice_is_kept_once_and_one_taken_off_stands_again(site, office, on):
    draft = scene.drafted(site, files=[builders.upload("一.pdf", PDF), builders.upload("二.pdf", PDF)])
    file = draft.files.get()
    on("2008-05-13")
    article_files.take_off(file=file, by=office)
    file.refresh_from_db()
    assert file.removed_on.isoformat() == "2008-05-13"
    assert file.file.storage.exists(file.file.name)
    changed(draft, office, files=[builders.upload("三.pdf", PDF)])
    assert list(draft.files.standing()) == [file] == list(ArticleFile.objects.all())


def test_file_of_a_published_article_is_taken_off_by_the_office_alone_and_once(site, office):
    article = scene.article(site, by=factories.liaison_of(site), files=[builders.upload("示例.pdf", PDF)])
    file = article.files.get()
    with pytest.raises(InvalidTransition):
        article_files.take_off(file=file, by=article.author)
    with pytest.raises(PermissionDenied):
        article_files.take_off(file=file, by=factories.user(Role.LEADING_GROUP))
    article_files.take_off(file=file, by=office)
    article.refresh_from_db()
    assert article.corrected_on
    with pytest.raises(InvalidTransition):
        article_files.take_off(file=file, by=office)


def test_caption_that_is_too_long_names_its_file(site, office):
    draft = scene.drafted(site, files=[photos.upload("现场.jpg")])
    with pytest.raises(ValidationError, match=r"现场\.jpg"):
        article_files.caption(article=draft, captions={draft.files.get().pk: "长" * 101}, by=office)


# -- taken up --------------------------------------------------------------


def taken_up(article, unit, by, note="示例做法", on="2008-05-12"):
    on = Article._meta.get_field("held_on").to_python(on)
    return reuse.record(article=article, organisation=unit, note=note, on=on, by=by)


def test_office_a_district_and_a_liaison_record_that_a_unit_took_it_up(site, office):
    article, haibowan = scene.article(site), factories.district()
    clerk = factories.user(Role.DISTRICT, factories.district_office(haibowan))
    own, other = factories.unit(haibowan), factories.unit()
    liaison = factories.user(Role.LIAISON, other)
    taken_up(article, own, clerk)
    taken_up(article, other, liaison)
    taken_up(article, factories.unit(), office)
    assert article.reuses.count() == 3
    for by in (clerk, liaison):
        with pytest.raises(PermissionDenied):
            taken_up(article, factories.unit(), by)
    with pytest.raises(PermissionDenied):
        taken_up(article, own, factories.user(Role.LEADING_GROUP))


@pytest.mark.parametrize(
    ("field", "change"),
    [("note", {"note": " "}), ("note", {"note": "长" * 301}), ("on", {"on": "2008-05-13"})],
)
def test_entry_says_how_and_when(site, office, field, change):
    with pytest.raises(ValidationError) as refused:
        taken_up(scene.article(site), factories.unit(), office, **change)
    assert list(refused.value.error_dict) == [field]


def test_entry_counts_once_it_was_reviewed_and_the_office_has_confirmed_it(site, office, on):
    article, unit = scene.article(site), factories.unit()
    liaison = factories.user(Role.LIAISON, unit)
    entry = taken_up(article, unit, liaison)
    assert Article.objects.with_reuse_count().get().reuse_count == 0
    for by in (liaison, factories.user(Role.DISTRICT), factories.user(Role.LEADING_GROUP)):
        with pytest.raises(PermissionDenied):
            reuse.confirm(reuse=entry, by=by)
    with pytest.raises(NotReviewed):
        reuse.confirm(reuse=entry, by=office)
    on("2008-05-13")
    reviewing.clear("reuse", entry)
    reuse.confirm(reuse=entry, by=office)
    entry.refresh_from_db()
    assert entry.confirmed_on.isoformat() == "2008-05-13"
    assert Article.objects.with_reuse_count().get().reuse_count == 1
    with pytest.raises(InvalidTransition):
        reuse.confirm(reuse=entry, by=office)


def test_entry_taken_back_or_of_a_withdrawn_article_waits_for_nobody(site, office):
    article = scene.article(site)
    liaisons = factories.user(Role.LIAISON), factories.user(Role.LIAISON)
    first, second = (taken_up(article, by.organisation, by) for by in liaisons)
    reuse.take_back(reuse=first, by=office)
    assert list(Reuse.objects.waiting()) == [second]
    articles.withdraw(article=article, reason="示例", by=office)
    assert not Reuse.objects.waiting().exists()
    for entry in (first, second):
        with pytest.raises(InvalidTransition):
            reuse.confirm(reuse=entry, by=office)


def test_entry_is_of_the_unit_whoever_made_it_and_moved(site):
    article, liaison = scene.article(site), factories.user(Role.LIAISON)
    unit = liaison.organisation
    entry = taken_up(article, unit, liaison)
    liaison.organisation = factories.unit()
    liaison.save()
    with pytest.raises(PermissionDenied):
        reuse.take_back(reuse=entry, by=liaison)
    reuse.take_back(reuse=entry, by=factories.user(Role.LIAISON, unit))


def test_unit_counts_once_and_never_for_its_own_practice(site, office):
    article, unit = scene.article(site), factories.unit()
    taken_up(article, unit, office)
    for again in (unit, site.organisation):
        with pytest.raises(ValidationError) as refused:
            taken_up(article, again, office)
        assert list(refused.value.error_dict) == ["organisation"]


def test_only_a_good_practice_that_is_out_can_be_taken_up(site, office):
    withdrawn = scene.article(site)
    articles.withdraw(article=withdrawn, reason="示例", by=office)
    for article in (scene.drafted(site), withdrawn, scene.article(site, kind="news")):
        with pytest.raises(InvalidTransition):
            taken_up(article, factories.unit(), office)


def test_entry_made_by_mistake_is_taken_back_and_may_be_made_again(site, office):
    article, unit = scene.article(site), factories.unit()
    entry = taken_up(article, unit, factories.user(Role.LIAISON, unit))
    reviewing.clear("reuse", entry)
    reuse.confirm(reuse=entry, by=office)
    with pytest.raises(PermissionDenied):
        reuse.take_back(reuse=entry, by=factories.user(Role.LIAISON))
    reuse.take_back(reuse=entry, by=factories.user(Role.LIAISON, unit))
    assert Article.objects.with_reuse_count().get().reuse_count == 0
    with pytest.raises(InvalidTransition):
        reuse.take_back(reuse=entry, by=office)
    taken_up(article, unit, office)
    assert Reuse.objects.count() == 2
