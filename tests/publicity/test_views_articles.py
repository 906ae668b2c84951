"""The public's experience pages: published articles only, plain text, pictures without camera data."""

import io

import pytest
from django.core.cache import cache
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from accounts.models import SecrecyReview
from publicity.models import Article
from publicity.services import article_files, articles, reuse
from sites.calendar import today
from sites.enums import Stage
from standards.models import Item
from tests import factories, reviewing
from tests.accounts.factors import with_password
from tests.assessments import builders, photos
from tests.files import PDF
from tests.publicity import scene
from tests.settings import COMPULSORY

pytestmark = pytest.mark.django_db

LIST = "/experience/"
SCRIPT = '<script>alert("示例")</script><a href="javascript:alert(1)">示例</a>'
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@pytest.fixture
def site(on):
    on("2008-05-12")
    return factories.site(Stage.BUILDING)


@pytest.fixture
def draft(site):
    """With a picture that has its caption, and a paper."""
    files = [photos.upload("现场.jpg", at=photos.HERE), builders.upload("../做法\r\n说明.pdf", PDF)]
    made = scene.drafted(site, by=factories.liaison_of(site), files=files)
    captions = {file.pk: f"示例说明{file.pk}" for file in made.files.all()}
    article_files.caption(article=made, captions=captions, by=made.author)
    return Article.objects.get(pk=made.pk)


@pytest.fixture
def article(draft):
    return scene.put_out(draft)


def addresses(article):
    [picture], [paper] = article.pictures, article.attachments
    return [
        article.get_absolute_url(),
        reverse("publicity:article_picture", args=[picture.pk]),
        reverse("publicity:article_thumbnail", args=[picture.pk]),
        reverse("publicity:article_file", args=[paper.pk]),
    ]


def body(response):
    return b"".join(response.streaming_content)


def listed(client, **asked):
    return list(client.get(LIST, asked).context["object_list"])


# -- who sees what ---------------------------------------------------------


def test_citizen_reads_what_is_published(client, article):
    assert [client.get(url).status_code for url in addresses(article)] == [200] * 4
    page = client.get(article.get_absolute_url()).content.decode()
    for word in (article.title, article.text, str(article.organisation), "示例说明"):
        assert word in page
    assert article.author.name not in page
    assert article.title in client.get(LIST).content.decode()


def test_citizen_finds_nothing_of_a_draft(client, draft):
    assert [client.get(url).status_code for url in addresses(draft)] == [404] * 4
    assert draft.title not in client.get(LIST).content.decode()


def test_draft_is_previewed_by_its_author_and_the_city_and_kept_by_no_cache(client, draft):
    for user in (draft.author, factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)):
        client.force_login(user)
        answers = [client.get(url) for url in addresses(draft)]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert "no-store" in answers[0]["Cache-Control"]
        assert 'name="robots" content="noindex"' in answers[0].content.decode()
        assert {answer["Cache-Control"] for answer in answers[1:]} == {"private, no-cache"}


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR])
def test_draft_of_another_body_is_not_found(client, draft, role):
    client.force_login(factories.user(role))
    assert [client.get(url).status_code for url in addresses(draft)] == [404] * 4


def test_withdrawn_article_keeps_its_page_with_the_reason_and_loses_the_rest(client, article):
    office = scene.sign_in(client, Role.OFFICE)
    articles.withdraw(article=article, reason="示例撤回理由", by=office)
    review = SecrecyReview.objects.waiting().get()
    desk = client.get(reverse("publicity_desk:article", args=[article.pk])).content.decode()
    assert review.get_absolute_url() in desk
    client.logout()
    first, *files = [client.get(url) for url in addresses(article)]
    page = first.content.decode()
    assert "示例撤回理由" not in page
    assert article.title in page
    assert article.text not in page
    assert "<img" not in page.split("<main")[1]
    assert [answer.status_code for answer in files] == [404] * 3
    assert listed(client) == []
    assert article.get_absolute_url() not in client.get("/sitemap.xml").content.decode()
    reviewing.given(review)
    client.force_login(office)
    client.post(reverse("people:secrecy_put_out", args=[review.pk]))
    client.logout()
    assert "示例撤回理由" in client.get(article.get_absolute_url()).content.decode()


def test_article_of_tomorrow_is_not_out_today(client, article, on):
    on("2008-05-11")
    assert client.get(article.get_absolute_url()).status_code == 404
    assert listed(client) == []


@pytest.mark.parametrize("address", [LIST, f"{LIST}1/", f"{LIST}files/1/", f"{LIST}pictures/1/"])
def test_public_pages_refuse_to_be_written_to(client, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", [f"{LIST}4711/", f"{LIST}{'9' * 30}/", f"{LIST}pictures/{'9' * 30}/"])
def test_what_there_is_not_is_not_found(client, address):
    assert client.get(address).status_code == 404


# -- what a browser gets ---------------------------------------------------


def test_script_in_every_field_is_text(client, site):
    made = scene.article(
        site, kind="on_site", title=SCRIPT, text=f"{SCRIPT}\n\nhttp://example.org/", place=SCRIPT
    )
    practice = scene.article(site)
    scene.taken_up(practice, note=SCRIPT)
    for url in (LIST, made.get_absolute_url(), practice.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "&lt;script&gt;alert" in page
        assert "<script>alert" not in page
        assert 'href="javascript:' not in page
        assert 'href="http://example.org' not in page


def test_script_in_captions_and_file_names_is_text(client, site):
    draft = scene.drafted(site, files=[photos.upload(f"{SCRIPT}.jpg"), builders.upload(f"{SCRIPT}.pdf", PDF)])
    office = factories.user(Role.OFFICE)
    captions = {file.pk: f'" onerror="alert(1){SCRIPT[:60]}' for file in draft.files.all()}
    article_files.caption(article=draft, captions=captions, by=office)
    made = scene.put_out(Article.objects.get(pk=draft.pk))
    client.force_login(office)
    for url in (made.get_absolute_url(), reverse("publicity_desk:article", args=[made.pk])):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert '" onerror="' not in page


def test_each_line_of_the_text_is_a_paragraph(client, site):
    made = scene.article(site, text="一是定人。\r\n二是定时。\n\n\n三是定查。")
    page = client.get(made.get_absolute_url()).content.decode()
    assert "<p>一是定人。</p><p>二是定时。</p><p>三是定查。</p>" in page


def test_picture_holds_no_camera_data_and_its_caption_is_its_alternative(client, article):
    [picture] = article.pictures
    page, shown, small, _paper = (client.get(url) for url in addresses(article))
    assert f'alt="{picture.caption}"' in page.content.decode()
    for answer in (shown, small):
        sent = body(answer)
        assert photos.MAKER.encode() not in sent
        assert not Image.open(io.BytesIO(sent)).getexif()
        assert answer["Content-Disposition"].startswith("inline")


def test_files_are_inert_and_kept_for_a_while_with_validators(client, article):
    _page, *files = addresses(article)
    for url in files:
        answer = client.get(url)
        assert {name: answer[name] for name in INERT} == INERT
        assert answer["Cache-Control"] == "public, max-age=300"
    for url in files[:2]:
        again = client.get(url, headers={"if-none-match": client.get(url)["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_attachment_is_saved_under_a_name_that_is_only_a_name(client, article):
    [paper] = article.attachments
    answer = client.get(reverse("publicity:article_file", args=[paper.pk]))
    assert answer["Content-Type"] == "application/pdf"
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert not any(sign in disposition for sign in ("/", "..", "\r", "\n"))


def test_original_of_a_picture_is_not_the_publics(client, article):
    [picture] = article.pictures
    assert client.get(reverse("publicity:article_file", args=[picture.pk])).status_code == 404


def test_file_that_was_taken_off_is_gone(client, article):
    office, before = factories.user(Role.OFFICE), addresses(article)
    for file in article.files.all():
        article_files.take_off(file=file, by=office)
    page, *files = [client.get(url) for url in before]
    assert page.status_code == 200
    assert [answer.status_code for answer in files] == [404] * 3
    assert "<img" not in client.get(article.get_absolute_url()).content.decode().split("<main")[1]


# -- list, ties, reuse -----------------------------------------------------


def test_list_is_narrowed_by_kind_site_and_item(client, site):
    item = Item.objects.get(code="ZW-1.2")
    practice, news = scene.article(site, items=[item]), scene.article(kind="news")
    assert set(listed(client)) == {practice, news}
    assert listed(client, kind="news") == [news]
    assert listed(client, site=site.pk) == [practice]
    for code in ("ZW-1.2", "zw-1.2 ", "ＺＷ－1.2"):
        assert listed(client, item=code) == [practice]
    assert listed(client, item="ZW-9.9") == []
    assert 'class="empty"' in client.get(LIST, {"item": "ZW-9.9"}).content.decode()


@pytest.mark.parametrize("asked", [{"kind": "x"}, {"site": "9" * 40}, {"sort": "x"}, {"item": "长" * 50}])
def test_wrong_filter_is_named_and_narrows_nothing(client, site, asked):
    made = scene.article(site)
    page = client.get(LIST, asked)
    assert list(page.context["object_list"]) == [made]
    assert list(page.context["filter"].errors) == list(asked)


def test_newest_stands_first_unless_the_most_taken_up_is_asked_for(client, site, on):
    first = scene.article(site)
    on("2008-05-13")
    second = scene.article(site)
    scene.taken_up(first)
    assert listed(client) == [second, first]
    assert listed(client, sort="reuse") == [first, second]


def test_list_has_pages_of_twelve(client, site):
    for _ in range(13):
        scene.article(site)
    assert len(listed(client)) == 12
    assert len(listed(client, page=2)) == 1


def test_list_shows_the_first_picture(client, article):
    [picture] = article.pictures
    assert reverse("publicity:article_thumbnail", args=[picture.pk]) in client.get(LIST).content.decode()


def test_list_without_anything_says_what_will_come(client, site):
    assert 'class="empty"' in client.get(LIST).content.decode()


def test_article_names_who_took_it_up_and_how_and_no_entry_taken_back(client, site):
    made, office = scene.article(site), factories.user(Role.OFFICE, name="示例经办人")
    entries = [scene.taken_up(made, note=f"示例做法{n}") for n in (1, 2)]
    reuse.take_back(reuse=entries[1], by=office)
    page = client.get(made.get_absolute_url())
    assert list(page.context["reuses"]) == [entries[0]]
    content = page.content.decode()
    assert "示例做法1" in content
    assert "示例做法2" not in content
    assert "示例经办人" not in content


def test_article_names_the_body_it_is_from_wherever_its_author_went(client, article):
    before, after = article.organisation, factories.unit()
    article.author.organisation = after
    article.author.save()
    page = client.get(article.get_absolute_url()).content.decode()
    assert str(before) in page
    assert str(after) not in page


def test_what_a_unit_entered_is_public_once_it_was_reviewed_and_confirmed(client, site):
    made, by = scene.article(site), factories.user(Role.LIAISON)
    entry = reuse.record(article=made, organisation=by.organisation, note="示例待核做法", on=today(), by=by)
    assert "示例待核做法" not in client.get(made.get_absolute_url()).content.decode()
    reviewing.clear("reuse", entry)
    reuse.confirm(reuse=entry, by=factories.user(Role.OFFICE))
    assert "示例待核做法" in client.get(made.get_absolute_url()).content.decode()


def test_site_and_standard_lead_to_the_experience(client, site):
    item = Item.objects.get(code="ZW-1.2")
    made = scene.article(site, items=[item])
    scene.drafted(site, items=[Item.objects.get(code="ZW-1.3")], title="示例草稿题名")
    page = client.get(reverse("publicity:site", args=[site.pk])).content.decode()
    assert made.get_absolute_url() in page
    assert "示例草稿题名" not in page
    standard = client.get("/standards/government-affairs/").content.decode()
    assert f'href="{LIST}?item=ZW-1.2"' in standard
    assert f'href="{LIST}?item=ZW-1.3"' not in standard
    assert f"{LIST}?item=" not in client.get("/standards/service/").content.decode()


def test_article_leads_to_its_sites_and_items(client, site):
    made = scene.article(site, items=[Item.objects.get(code="BS-1.1")])
    page = client.get(made.get_absolute_url()).content.decode()
    assert reverse("publicity:site", args=[site.pk]) in page
    assert "/standards/service/#BS-1.1" in page


def test_sitemap_lists_published_articles(client, draft):
    made = scene.article()
    content = client.get("/sitemap.xml").content.decode()
    assert f"{LIST}{made.pk}/</loc>" in content
    assert f"{LIST}{draft.pk}/</loc>" not in content
    assert f"{LIST}</loc>" in content


def test_draft_and_its_files_want_the_whole_sign_in(draft, settings):
    """The public address shows a draft to who sees it at the desk: a password alone is not enough."""
    settings.PORTAL_SECOND_FACTOR = COMPULSORY
    cache.clear()
    client = with_password(factories.user(Role.OFFICE))
    [paper] = draft.attachments
    for address in (
        reverse("publicity:article_file", args=[paper.pk]),
        reverse("publicity:article", args=[draft.pk]),
    ):
        assert client.get(address).status_code == 404
