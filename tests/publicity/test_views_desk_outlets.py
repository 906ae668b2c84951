"""Where a notice was made known, at the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from desk.todo import todos
from publicity.models import NoticeOutlet
from tests import reviewing
from tests.assessments import photos
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db
TYPED = {"kind": "board", "on": "2008-05-05", "medium": "示例公示栏", "note": "示例说明", "shows": "示例画面"}


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish(*scene.accepted(2))


def of(record, name):
    return reverse(f"publicity_desk:{name}", args=[record.pk])


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_pages_do_not_exist_for_others(client, notice, role):
    made = scene.outlet(notice)
    assert client.get(made.get_absolute_url()).status_code == 302
    scene.sign_in(client, role)
    assert client.get(of(notice, "outlet_add")).status_code == 404
    assert client.get(made.get_absolute_url()).status_code == 404
    for name in ("outlet_edit", "outlet_publish", "outlet_withdraw"):
        assert client.post(of(made, name), TYPED).status_code == 403
    assert client.get(of(made.picture, "outlet_original")).status_code == 403
    assert client.get(reverse("publicity:outlet_picture", args=[made.picture.pk])).status_code == 404


def test_the_leading_group_reads_it_and_does_nothing(client, notice):
    made = scene.outlet(notice)
    scene.sign_in(client, Role.LEADING_GROUP)
    page = client.get(made.get_absolute_url())
    assert page.status_code == 200
    assert of(made, "outlet_edit") not in page.content.decode()
    assert client.get(of(notice, "outlet_add")).status_code == 403


def test_recorded_with_its_picture_reviewed_and_published(client, notice):
    scene.sign_in(client, Role.OFFICE)
    sent = TYPED | {"picture": photos.upload(taken="2008-05-05 10:00:00", at=photos.HERE)}
    answer = client.post(of(notice, "outlet_add"), sent)
    made = NoticeOutlet.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert of(made, "outlet_publish") not in client.get(made.get_absolute_url()).content.decode()
    reviewing.clear("outlet", made)
    assert of(made, "outlet_publish") in client.get(made.get_absolute_url()).content.decode()
    client.post(of(made, "outlet_publish"))
    client.logout()
    page = client.get(notice.get_absolute_url()).content.decode()
    address = reverse("publicity:outlet_picture", args=[made.picture.pk])
    assert address in page
    assert 'alt="示例画面"' in page
    assert "示例公示栏" in page
    assert "示例说明" in page
    shown = b"".join(client.get(address).streaming_content)
    assert photos.MAKER.encode() not in shown


def test_sent_twice_it_is_recorded_once(client, notice):
    scene.sign_in(client, Role.OFFICE)
    form = client.get(of(notice, "outlet_add")).content.decode()
    key = form.split('name="once" value="')[1].split('"')[0]
    for _ in range(2):
        assert client.post(of(notice, "outlet_add"), TYPED | {"shows": "", "once": key}).status_code == 302
    assert NoticeOutlet.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "2008-05-04"}, "on"),
        ({"on": "2008-05-06"}, "on"),
        ({"on": "昨天"}, "on"),
        ({"medium": ""}, "medium"),
        ({"kind": "website"}, "kind"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client, notice, changes, field):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(of(notice, "outlet_add"), TYPED | changes)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not NoticeOutlet.objects.exists()


def test_program_or_pdf_as_picture_is_refused(client, notice):
    scene.sign_in(client, Role.OFFICE)
    for name, content in (("公示.png", b"MZ\x90\0"), ("公示.pdf", pdf())):
        sent = TYPED | {"picture": photos.builders.upload(name, content)}
        page = client.post(of(notice, "outlet_add"), sent)
        assert page.status_code == 422
        assert "picture" in page.context["form"].errors


def test_two_who_correct_at_once_do_not_overwrite_each_other(client, notice):
    made = scene.outlet(notice)
    scene.sign_in(client, Role.OFFICE)
    lock = client.get(of(made, "outlet_edit")).content.decode().split('name="shown" value="')[1].split('"')[0]
    NoticeOutlet.objects.update(medium="别人改的公示栏")
    page = client.post(of(made, "outlet_edit"), TYPED | {"medium": "我改的公示栏", "shown": lock})
    assert page.status_code == 422
    assert "别人改的公示栏" in page.content.decode()
    assert NoticeOutlet.objects.get().medium == "别人改的公示栏"


def test_taken_back_with_its_reason(client, notice):
    made = scene.outlet_in_public(notice)
    scene.sign_in(client, Role.OFFICE)
    assert client.post(of(made, "outlet_withdraw"), {"reason": ""}).status_code == 422
    client.post(of(made, "outlet_withdraw"), {"reason": "登记有误"})
    assert "登记有误" in client.get(made.get_absolute_url()).content.decode()
    client.logout()
    assert "示例公示栏" not in client.get(notice.get_absolute_url()).content.decode()
    assert client.get(reverse("publicity:outlet_picture", args=[made.picture.pk])).status_code == 404


def test_desk_page_names_what_is_promised_and_missing_and_so_does_the_to_do_list(client, notice):
    office = scene.sign_in(client, Role.OFFICE)
    page = client.get(of(notice, "notice"))
    assert [kind.value for kind in page.context["missing"]] == ["board"]
    assert "本公示在本网站和公示栏同时公布。" in page.content.decode()
    missing = f"{of(notice, 'notice')}#outlets"
    assert missing in asked(office)
    made = scene.outlet(notice)
    assert asked(office) & {missing, made.get_absolute_url()} == set()
    reviewing.clear("outlet", made)
    assert asked(office) & {missing, made.get_absolute_url()} == {made.get_absolute_url()}


def asked(user):
    return {todo.url for todo in todos(user)}


def test_ended_notice_asks_for_nothing_more(client, notice, on):
    on("2008-05-20")
    office = scene.sign_in(client, Role.OFFICE)
    page = client.get(of(notice, "notice"))
    assert page.context["missing"] == []
    assert f"{of(notice, 'notice')}#outlets" not in asked(office)


def test_notice_form_offers_the_forms_and_the_review_shows_what_is_promised(client, on):
    on("2008-05-05")
    [site] = scene.accepted()
    scene.sign_in(client, Role.OFFICE)
    form = client.get("/desk/notices/add/").context["form"]
    typed = {name: form[name].initial for name in form.fields}
    assert typed["made_known"] == ("board",)
    answer = client.post(
        "/desk/notices/add/", typed | {"sites": [site.pk], "made_known": ["board", "newspaper"]}
    )
    assert "本公示在本网站、报纸和公示栏同时公布。" in client.get(answer["Location"]).content.decode()
    wrong = client.post("/desk/notices/add/", typed | {"sites": [site.pk], "made_known": ["other"]})
    assert "made_known" in wrong.context["form"].errors


def test_page_asks_as_often_for_one_record_as_for_three(client, notice):
    scene.sign_in(client, Role.OFFICE)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            scene.outlet(notice)
        client.get(of(notice, "notice"))
        with CaptureQueriesContext(connection) as asked_for:
            client.get(of(notice, "notice"))
        counts.append(len(asked_for))
    assert counts[0] == counts[1]
