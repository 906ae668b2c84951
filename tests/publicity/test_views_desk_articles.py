"""Articles at the desk: the ladder of each page, what a form keeps, what waits for whom."""

import hashlib

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import SecrecyReview
from core.changes import SHOWN
from desk.todo import todos
from publicity.models import Article, ArticleFile, Reuse
from publicity.services import article_files, articles, reuse
from sites.calendar import today
from sites.enums import Stage
from standards.models import Item
from tests import factories, reviewing
from tests.assessments import builders, photos
from tests.files import PDF
from tests.publicity import scene
from tests.publicity.crawler import Page

pytestmark = pytest.mark.django_db

LIST, ADD = "/desk/articles/", "/desk/articles/add/"
STEPS = ("_publish", "_withdraw", "_captions", "_reuse")


@pytest.fixture
def site(on):
    on("2008-05-12")
    return factories.site(Stage.BUILDING)


@pytest.fixture
def draft(site):
    return scene.drafted(site, by=factories.liaison_of(site), files=[photos.upload("现场.jpg")])


@pytest.fixture
def office(client, site):
    return scene.sign_in(client, Role.OFFICE)


def of(article, name=""):
    return reverse(f"publicity_desk:article{name}", args=[article.pk])


def typed(site, **more):
    return {"kind": "experience", "title": "示例题名", "text": "示例正文", "sites": [site.pk], **more}


# -- who may come in -------------------------------------------------------


def test_pages_ask_strangers_to_sign_in(client, draft):
    for address in (LIST, ADD, of(draft), of(draft, "_edit"), of(draft.files.get(), "_file")):
        assert client.get(address).status_code == 302
    for name in STEPS:
        assert client.post(of(draft, name)).status_code == 302


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR])
def test_pages_do_not_exist_for_those_who_neither_write_nor_read(client, draft, role):
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 404
    assert client.get(ADD).status_code == 403
    assert client.get(of(draft)).status_code == 404
    for name in STEPS:
        assert client.post(of(draft, name), {"reason": "示例"}).status_code == 404


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON])
def test_draft_of_another_body_does_not_exist(client, draft, role):
    client.force_login(factories.user(role))
    assert list(client.get(LIST).context["object_list"]) == []
    file = draft.files.get()
    for address in (of(draft), of(draft, "_edit"), of(file, "_file")):
        assert client.get(address).status_code == 404
    for address in (*(of(draft, name) for name in STEPS), of(file, "_file_off")):
        assert client.post(address, {"reason": "示例"}).status_code == 404


def test_leading_group_reads_and_writes_nothing(client, draft):
    client.force_login(factories.user(Role.LEADING_GROUP))
    assert client.get(LIST).status_code == client.get(of(draft)).status_code == 200
    for address in (ADD, of(draft, "_edit"), of(draft.files.get(), "_file")):
        assert client.get(address).status_code == 403
    for name in STEPS:
        assert client.post(of(draft, name), {"reason": "示例", "seen": "x"}).status_code == 403
    assert client.post(of(draft.files.get(), "_file_off")).status_code == 403


def test_author_neither_publishes_nor_withdraws(client, draft):
    client.force_login(draft.author)
    page = client.get(of(draft)).content.decode()
    for name in ("_publish", "_withdraw"):
        assert of(draft, name) not in page
        assert client.post(of(draft, name), {"reason": "示例", "seen": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["_publish", "_withdraw", "_captions"])
def test_steps_by_get_are_refused(client, draft, office, name):
    assert client.get(of(draft, name)).status_code == 405


# -- writing ---------------------------------------------------------------


def test_office_writes_an_article_with_its_files(client, site, office):
    item = Item.objects.first()
    files = [photos.upload("现场.jpg"), builders.upload("附件.pdf", PDF)]
    more = {
        "kind": "on_site",
        "held_on": "2008-05-09",
        "place": "示例地点",
        "chosen": [item.pk],
        "files": files,
    }
    answer = client.post(ADD, typed(site, **more))
    made = Article.objects.get()
    assert answer.url == of(made)
    assert (made.kind, made.place, made.held_on.isoformat()) == ("on_site", "示例地点", "2008-05-09")
    assert (list(made.sites.all()), list(made.items.all())) == ([site], [item])
    assert [file.name for file in made.files.all()] == ["现场.jpg", "附件.pdf"]
    assert (made.author, made.state) == (office, "draft")


def test_liaison_is_offered_the_own_sites_and_no_other_kind(client, site):
    other = factories.site(Stage.BUILDING)
    client.force_login(factories.liaison_of(site))
    form = client.get(ADD).context["form"]
    assert list(form.fields["sites"].queryset) == [site]
    assert not {"kind", "held_on", "place"} & set(form.fields)
    assert client.post(ADD, typed(site, kind="news")).status_code == 302
    assert Article.objects.get().kind == "experience"
    assert client.post(ADD, typed(other)).status_code == 422
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("title", "长" * 101), ("text", ""), ("sites", []), ("held_on", "x"), ("kind", "x")],
)
def test_wrong_field_is_named_and_the_rest_kept(client, site, office, field, value):
    page = client.post(ADD, typed(site, place="示例保留地点", **{field: value}))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "示例保留地点" in page.content.decode()
    assert not Article.objects.exists()


def test_refused_file_is_named_and_does_not_keep_the_article_back(client, site, office):
    files = [builders.upload("好.pdf", PDF), builders.upload("坏.pdf", b"<html><script>1</script></html>")]
    page = client.post(ADD, typed(site, files=files), follow=True)
    assert [file.name for file in Article.objects.get().files.all()] == ["好.pdf"]
    assert "坏.pdf" in page.content.decode()


@pytest.mark.parametrize("name", ["坏.pdf", "空.pdf", "图.svg"])
def test_files_none_of_which_can_be_kept_are_told_at_their_field(client, site, office, name):
    content = {"坏.pdf": b"<html></html>", "空.pdf": b"", "图.svg": b"<svg/>"}[name]
    page = client.post(ADD, typed(site, files=[builders.upload(name, content)]))
    assert page.status_code == 422
    assert name in str(page.context["form"].errors["files"])
    assert "示例正文" in page.content.decode()


def test_draft_is_changed_by_its_author(client, draft):
    client.force_login(draft.author)
    page = client.get(of(draft, "_edit"))
    assert page.context["form"]["title"].value() == draft.title
    data = typed(draft.sites.get(), title="新题名")
    assert client.post(of(draft, "_edit"), data).url == of(draft)
    draft.refresh_from_db()
    assert draft.title == "新题名"


def shown(client, draft):
    """The digests of what the form shows now (core.changes)."""
    forms = Page("/", client.get(of(draft, "_edit")).content.decode()).forms
    return next(form.hidden for form in forms if SHOWN in form.hidden)


def test_second_writer_chooses_between_two_titles_and_keeps_the_text(client, draft, office):
    hidden = shown(client, draft)
    draft.title = "先写的题名"
    draft.save()
    data = typed(draft.sites.get(), title="后写的题名", text="后写的正文") | hidden
    page = client.post(of(draft, "_edit"), data)
    assert page.status_code == 422
    html = page.content.decode()
    assert all(words in html for words in ("先写的题名", "后写的题名", "后写的正文"))
    (clash,) = page.context["form"].clashes
    assert client.post(of(draft, "_edit"), data | {"take-title": f"mine:{clash.digest}"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.text) == ("后写的题名", "后写的正文")


def test_wrong_field_does_not_hide_that_somebody_else_wrote(client, draft, office):
    hidden = shown(client, draft)
    draft.title = "先写的题名"
    draft.save()
    page = client.post(of(draft, "_edit"), typed(draft.sites.get(), title="", text="正文") | hidden)
    assert "先写的题名" in page.content.decode()


def test_author_is_turned_back_from_what_is_published(client, site):
    article = scene.article(site, by=factories.liaison_of(site))
    client.force_login(article.author)
    assert client.get(of(article, "_edit")).url == of(article)
    page = client.post(of(article, "_edit"), typed(site, title="改题"))
    assert page.status_code == 422
    article.refresh_from_db()
    assert article.title != "改题"


def test_list_is_narrowed_by_kind_and_state(client, site, office):
    draft, published, withdrawn = scene.drafted(site), scene.article(site), scene.article(site, kind="news")
    articles.withdraw(article=withdrawn, reason="示例", by=office)
    for state, expected in (("draft", draft), ("published", published), ("withdrawn", withdrawn)):
        assert list(client.get(LIST, {"state": state}).context["object_list"]) == [expected]
    assert list(client.get(LIST, {"kind": "news"}).context["object_list"]) == [withdrawn]
    assert client.get(LIST).context["object_list"][0] == draft


# -- publishing, files, taken up -------------------------------------------


def test_office_captions_the_picture_and_publishes(client, draft, office):
    page = client.get(of(draft))
    client.post(of(draft, "_publish"), {"seen": page.context["seen"]})
    draft.refresh_from_db()
    assert draft.published_on is None, "the picture has no caption yet"
    name = f"caption-{draft.files.get().pk}"
    assert client.post(of(draft, "_captions"), {name: "示例公开栏"}).url == of(draft)
    page = client.get(of(draft))
    ask = reverse("people:secrecy_ask", args=["article"])
    assert ask in page.content.decode()
    assert of(draft, "_publish") not in page.content.decode(), "nobody has reviewed it yet"
    client.post(of(draft, "_publish"), {"seen": page.context["seen"]})
    draft.refresh_from_db()
    assert draft.published_on is None
    assert client.post(ask, {"record": draft.pk}).url == of(draft)
    review = SecrecyReview.objects.get()
    page = client.get(of(draft))
    assert review.get_absolute_url() in page.content.decode()
    assert ask not in page.content.decode()
    reviewing.given(review)
    assert of(draft, "_publish") in client.get(of(draft)).content.decode()
    seen = client.get(of(draft)).context["seen"]
    assert client.post(of(draft, "_publish"), {"seen": seen}).url == of(draft)
    draft.refresh_from_db()
    assert draft.state == "published"


def test_office_corrects_what_is_published_by_a_draft_of_its_own(client, site, office):
    article = scene.article(site, files=[builders.upload("示例.pdf", PDF)])
    correct = of(article, "_correct")
    assert client.get(of(article, "_edit")).status_code == 302
    assert correct in client.get(of(article)).content.decode()
    correction = Article.objects.get(pk=int(client.post(correct).url.strip("/").split("/")[-1]))
    assert correction.corrects == article
    data = typed(site, title="更正后题名")
    assert client.post(of(correction, "_edit"), data).url == of(correction)
    assert of(article) in client.get(of(correction)).content.decode()
    assert "更正后题名" not in client.get(article.get_absolute_url()).content.decode()
    reviewing.cleared("article", correction)
    seen = client.get(of(correction)).context["seen"]
    assert client.post(of(correction, "_publish"), {"seen": seen}).url == of(article)
    assert "更正后题名" in client.get(article.get_absolute_url()).content.decode()
    assert client.get(correction.get_absolute_url()).status_code == 200, "at the desk it can still be read"
    client.logout()
    assert client.get(correction.get_absolute_url()).status_code == 404
    client.force_login(factories.user(Role.LEADING_GROUP))
    assert client.post(correct).status_code == 403


def test_caption_that_is_too_long_is_told_at_its_field(client, draft, office):
    name = f"caption-{draft.files.get().pk}"
    page = client.post(of(draft, "_captions"), {name: "长" * 101})
    assert page.status_code == 422
    assert name in page.context["captions_form"].errors


def test_withdrawal_needs_a_reason(client, draft, office):
    page = client.post(of(draft, "_withdraw"), {"reason": " "})
    assert (page.status_code, list(page.context["withdraw_form"].errors)) == (422, ["reason"])
    assert client.post(of(draft, "_withdraw"), {"reason": "示例"}).url == of(draft)
    assert "示例" in client.get(of(draft)).content.decode()


def test_file_is_taken_off_and_its_original_stays_for_the_office(client, draft):
    file = draft.files.get()
    client.force_login(draft.author)
    assert client.get(of(file, "_file")).status_code == 403
    assert client.post(of(file, "_file_off")).url == of(draft)
    assert ArticleFile.objects.get().removed_on == today()
    client.force_login(factories.user(Role.OFFICE))
    assert of(file, "_file") in client.get(of(draft)).content.decode()
    answer = client.get(of(file, "_file"))
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == file.sha256
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_paper_that_was_taken_off_is_for_the_office_alone(client, site):
    draft = scene.drafted(site, by=factories.liaison_of(site), files=[builders.upload("示例.pdf", PDF)])
    file = draft.files.get()
    client.force_login(draft.author)
    assert client.get(of(file, "_file")).status_code == 200
    article_files.take_off(file=file, by=draft.author)
    assert client.get(of(file, "_file")).status_code == 403


def test_liaison_of_another_unit_enters_that_it_took_the_practice_up(client, site):
    article, unit = scene.article(site), factories.unit()
    client.force_login(factories.user(Role.LIAISON, unit))
    assert of(article, "_reuse") in client.get(of(article)).content.decode()
    form = client.get(of(article, "_reuse")).context["form"]
    assert list(form.fields["organisation"].queryset) == [unit]
    data = {"organisation": unit.pk, "note": "示例做法", "on": "2008-05-12"}
    assert client.post(of(article, "_reuse"), data).url == of(article)
    entry = Reuse.objects.get()
    assert (entry.organisation, entry.note) == (unit, "示例做法")
    again = client.post(of(article, "_reuse"), data)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["organisation"])
    wrong = client.post(of(article, "_reuse"), data | {"organisation": factories.unit().pk})
    assert list(wrong.context["form"].errors) == ["organisation"]


def test_entry_is_taken_back_by_whoever_made_it(client, site):
    article, unit = scene.article(site), factories.unit()
    by = factories.user(Role.LIAISON, unit)
    entry = reuse.record(article=article, organisation=unit, note="示例", on=today(), by=by)
    off = reverse("publicity_desk:article_reuse_off", args=[entry.pk])
    client.force_login(factories.user(Role.LIAISON))
    assert off not in client.get(of(article)).content.decode()
    assert client.post(off).status_code == 403
    client.force_login(by)
    assert off in client.get(of(article)).content.decode()
    assert client.post(off).url == of(article)
    assert not Reuse.objects.standing().exists()


def test_entry_of_a_unit_waits_for_the_office_which_has_it_reviewed_and_publishes_it(client, site):
    article, by = scene.article(site), factories.user(Role.LIAISON)
    entry = reuse.record(article=article, organisation=by.organisation, note="示例", on=today(), by=by)
    ask = reverse("people:secrecy_ask", args=["reuse"])
    client.force_login(by)
    assert ask not in client.get(of(article)).content.decode()
    office = scene.sign_in(client, Role.OFFICE)
    assert of(article) in {todo.url for todo in todos(office)}
    assert ask in client.get(of(article)).content.decode()
    assert client.post(ask, {"record": entry.pk}).url == of(article)
    assert ask not in client.get(of(article)).content.decode()
    review = SecrecyReview.objects.get(kind="reuse")
    reviewing.given(review)
    assert client.post(reverse("people:secrecy_put_out", args=[review.pk])).url == of(article)
    assert Reuse.objects.get().confirmed_on == today()
    assert of(article) not in {todo.url for todo in todos(office)}


def test_entry_of_the_office_waits_for_another_person_as_well(client, site):
    article = scene.article(site)
    scene.sign_in(client, Role.OFFICE)
    data = {"organisation": factories.unit().pk, "note": "示例做法", "on": "2008-05-12"}
    assert client.post(of(article, "_reuse"), data).url == of(article)
    assert SecrecyReview.objects.waiting().filter(kind="reuse").count() == 1
    assert Reuse.objects.get().confirmed_on is None
    assert "示例做法" not in client.get(article.get_absolute_url()).content.decode()


def test_draft_of_a_unit_waits_for_the_office_and_its_own_does_not(draft, site):
    own = scene.drafted(site)
    office = factories.user(Role.OFFICE)
    waiting = {todo.url for todo in todos(office)}
    assert of(draft) in waiting
    assert of(own) not in waiting
    assert of(draft) not in {todo.url for todo in todos(draft.author)}
    articles.withdraw(article=draft, reason="示例", by=office)
    assert of(draft) not in {todo.url for todo in todos(office)}


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON])
def test_rail_leads_those_who_read_here(client, site, role):
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 200
    assert f'href="{LIST}"' in client.get("/desk/").content.decode()
