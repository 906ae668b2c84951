"""The pages of meetings, each as those who plan and those who are invited see them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from publicity.enums import EventState
from publicity.models import Article, Event
from publicity.services import events
from sites.enums import Stage
from tests import factories
from tests.assessments import photos
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db

TYPED = {
    "kind": "commendation",
    "title": "示例表彰会",
    "held_on": "2008-05-22",
    "begins_at": "09:00",
    "place": "示例会议室",
    "agenda": "示例议程",
}


@pytest.fixture
def site(on):
    on("2008-05-12")
    return factories.site(Stage.NAMED)


@pytest.fixture
def event(site):
    return scene.event(site, by=factories.user(Role.OFFICE))


def page(event, name="event"):
    return reverse(f"publicity_desk:{name}", args=[event.pk])


def test_the_office_plans_and_the_unit_finds_it_among_what_is_to_do(client, site):
    scene.sign_in(client, Role.OFFICE)
    typed = TYPED | {"sites": [site.pk], "invited": [site.organisation_id]}
    answer = client.post(reverse("publicity_desk:event_add"), typed)
    event = Event.objects.get()
    assert answer.url == page(event)
    client.force_login(factories.liaison_of(site))
    assert page(event) in client.get(reverse("desk:home")).content.decode()
    assert "示例表彰会" in client.get(reverse("publicity_desk:events")).content.decode()


def test_a_past_day_is_named_at_its_field_and_what_was_typed_stands(client, site):
    scene.sign_in(client, Role.OFFICE)
    typed = TYPED | {"held_on": "2008-05-01", "invited": [site.organisation_id]}
    answer = client.post(reverse("publicity_desk:event_add"), typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"held_on"}
    assert "示例议程" in answer.content.decode()


def test_the_unit_answers_and_the_office_reads_it(client, event, site):
    client.force_login(factories.liaison_of(site))
    assert client.get(page(event)).context["forms"].keys() == {"answer"}
    client.post(page(event, "event_answer"), {"answer": "coming", "people": "示例李四"})
    scene.sign_in(client, Role.OFFICE)
    assert "示例李四" in client.get(page(event)).content.decode()


def test_an_unsaid_reason_brings_the_page_back_with_the_answer_as_typed(client, event, site):
    client.force_login(factories.liaison_of(site))
    answer = client.post(page(event, "event_answer"), {"answer": "declined", "people": "示例李四"})
    assert answer.status_code == 422
    assert answer.context["forms"]["answer"].errors.keys() == {"note"}
    assert "示例李四" in answer.content.decode()


def test_a_unit_reads_of_the_invited_itself_alone(client, site):
    other = factories.site(Stage.NAMED)
    event = scene.event(site, by=factories.user(Role.OFFICE))
    client.force_login(factories.liaison_of(other))
    assert client.get(page(event)).status_code == 404
    client.force_login(factories.liaison_of(site))
    assert [each.organisation for each in client.get(page(event)).context["invitations"]] == [
        site.organisation
    ]
    for name in ("event_edit", "event_hold", "event_cancel", "event_files", "event_article"):
        assert client.post(page(event, name), TYPED).status_code == 403


def test_from_the_day_on_to_the_article(client, event, on):
    on("2008-05-23")
    scene.sign_in(client, Role.OFFICE)
    assert page(event) in client.get(reverse("desk:home")).content.decode()
    client.post(page(event, "event_hold"), {f"came-{event.invitations.get().pk}": "4"})
    event.refresh_from_db()
    assert event.state == EventState.HELD
    answer = client.post(page(event, "event_article"))
    article = Article.objects.get()
    assert answer.url == reverse("publicity_desk:article", args=[article.pk])
    assert client.get(page(event)).context["event"].article == article


def test_nobody_there_is_no_meeting(client, event, on):
    on("2008-05-22")
    scene.sign_in(client, Role.OFFICE)
    answer = client.post(page(event, "event_hold"), {f"came-{event.invitations.get().pk}": "0"})
    assert answer.status_code == 422
    event.refresh_from_db()
    assert event.state == EventState.PLANNED


def test_called_off_with_a_reason_alone(client, event):
    scene.sign_in(client, Role.OFFICE)
    assert client.post(page(event, "event_cancel"), {"reason": ""}).status_code == 422
    client.post(page(event, "event_cancel"), {"reason": "示例：停电"})
    assert "示例：停电" in client.get(page(event)).content.decode()


def test_material_for_the_invited_and_originals_of_pictures_for_the_office(client, event, site):
    office = scene.sign_in(client, Role.OFFICE)
    paper = SimpleUploadedFile("示例材料.pdf", pdf(b"sample"), "application/pdf")
    client.post(page(event, "event_files"), {"files": [paper, photos.upload()]})
    material, picture = event.files.get(shown=""), event.files.exclude(shown="").get()
    address = {file: reverse("publicity_desk:event_file", args=[file.pk]) for file in (material, picture)}
    shown = [reverse(f"publicity_desk:event_{name}", args=[picture.pk]) for name in ("picture", "thumbnail")]
    client.force_login(factories.liaison_of(site))
    assert client.get(address[material]).status_code == 200
    assert client.get(address[picture]).status_code == 404
    assert [client.get(url).status_code for url in shown] == [200, 200]
    client.force_login(office)
    assert client.get(address[picture]).status_code == 200
    client.post(reverse("publicity_desk:event_file_off", args=[picture.pk]))
    assert [client.get(url).status_code for url in shown] == [404, 404]
    assert client.get(address[picture]).status_code == 200


def test_the_list_narrows_by_state(client, event):
    scene.sign_in(client, Role.OFFICE)
    events.cancel(event=event, reason="示例", by=event.planned_by)
    url = reverse("publicity_desk:events")
    assert list(client.get(url, {"state": "planned"}).context["object_list"]) == []
    assert list(client.get(url, {"state": "cancelled"}).context["object_list"]) == [event]
