"""The office's list of outgoing messages."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MessageState, Role
from accounts.models import Message
from accounts.services.messages import deliver
from assessments.services import recusals
from desk.todo import todos
from sites.enums import Stage
from tests import factories
from tests.accounts.mail import message, reader, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = reverse("people:messages")
OUTSIDE = "reader@elsewhere.example"


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.PORTAL_MAIL_ON = True
    settings.PORTAL_MAIL_DOMAINS = ["wuhai.example"]


def main(response) -> str:
    html: str = response.content.decode()
    return html[html.index("<main") :]


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_anonymous_is_sent_to_login(client):
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("role", Role.values)
def test_for_the_office_alone(client, role):
    message(reader(OUTSIDE))
    client.force_login(factories.user(role))
    assert client.get(PAGE).status_code == (200 if role == Role.OFFICE else 403)
    home = client.get(reverse("desk:home"), follow=True).content.decode()
    assert (f'href="{PAGE}"' in home) == (role == Role.OFFICE)
    posted = client.post(PAGE, {"act": "release", "chosen": [Message.objects.get().pk]})
    assert (posted.status_code == 403) == (role != Role.OFFICE)


def test_list_shows_to_whom_what_and_how_it_stands(client, office):
    made = message(reader(OUTSIDE, name="示例收件人"))
    client.force_login(office)
    html = main(client.get(PAGE))
    for words in ("示例收件人", OUTSIDE, made.subject, "示例提醒", "held for release", "outside the own"):
        assert words in html


def test_filters_by_state_and_recipient(client, office):
    held, queued = message(reader(OUTSIDE)), message()
    client.force_login(office)

    def shown(**query) -> list[Message]:
        return list(client.get(PAGE, query).context["object_list"])

    assert shown() == [queued, held]
    assert shown(state="to_release") == [held]
    assert shown(q="elsewhere") == [held]
    assert shown(q=queued.user.name, state="queued") == [queued]
    assert shown(state="sent") == []
    assert shown(state="nonsense") == [queued, held]


def test_releases_those_ticked(client, office):
    ticked, other = message(reader(OUTSIDE)), message(reader(OUTSIDE))
    client.force_login(office)
    answer = client.post(PAGE, {"act": "release", "chosen": [ticked.pk], "shown": [ticked.pk, other.pk]})
    assert answer.status_code == 302
    assert states() == ["queued", "to_release"]
    deliver(ticked.pk)
    assert [sent.to for sent in mail.outbox] == [[OUTSIDE]]


@pytest.mark.parametrize("field", ["chosen", "shown"])
def test_key_no_message_can_have_is_refused(client, office, field):
    held = message(reader(OUTSIDE))
    client.force_login(office)
    chosen = {"chosen": [held.pk]} | {field: ["9" * 23]}
    answer = client.post(PAGE, {"act": "release", **chosen})
    assert answer.status_code == 422
    assert "9" * 23 in str(answer.context["form"].errors[field])
    assert states() == ["to_release"]


def test_releases_all_that_the_page_showed_and_nothing_that_came_since(client, office):
    first, second = message(reader(OUTSIDE)), message(reader(OUTSIDE))
    message(reader(OUTSIDE))
    client.force_login(office)
    url = f"{PAGE}?state=to_release&page=1"
    answer = client.post(url, {"act": "release_shown", "shown": [first.pk, second.pk]})
    assert answer.url == f"{PAGE}?state=to_release"
    assert states() == ["queued", "queued", "to_release"]


def test_discards_with_a_reason_and_without_one_keeps_what_was_ticked(client, office):
    made = message(reader(OUTSIDE))
    client.force_login(office)
    answer = client.post(PAGE, {"act": "discard", "chosen": [made.pk], "reason": ""})
    assert answer.status_code == 422
    assert "Say why the messages are discarded." in main(answer)
    assert f'value="{made.pk}" checked' in main(answer)
    assert states() == ["to_release"]
    client.post(PAGE, {"act": "discard", "chosen": [made.pk], "reason": "示例理由"})
    assert states() == ["discarded"]
    assert "示例理由" in main(client.get(PAGE))


def test_nothing_ticked_is_said(client, office):
    message(reader(OUTSIDE))
    client.force_login(office)
    answer = client.post(PAGE, {"act": "release", "chosen": []})
    assert answer.status_code == 422
    assert "Tick the messages this is about." in main(answer)


def test_sends_a_failed_one_again(client, office):
    made = message(state=MessageState.FAILED, error="550 示例", attempts=1)
    client.force_login(office)
    assert "550 示例" in main(client.get(PAGE))
    client.post(PAGE, {"act": "send_again", "chosen": [made.pk]})
    assert states() == ["queued"]


def test_somebody_was_quicker(client, office):
    made = message(reader(OUTSIDE))
    client.force_login(office)
    client.post(PAGE, {"act": "release", "chosen": [made.pk]})
    answer = client.post(PAGE, {"act": "release", "chosen": [made.pk]})
    assert answer.status_code == 422
    assert "None of these messages waits for that any more" in main(answer)


def test_what_went_out_can_be_neither_ticked_nor_stopped(client, office):
    made = message(state=MessageState.SENT, finished_at=timezone.now())
    client.force_login(office)
    for control in ('type="checkbox"', 'name="act"', 'name="reason"'):
        assert control not in main(client.get(PAGE))
    answer = client.post(PAGE, {"act": "discard", "chosen": [made.pk], "reason": "示例"})
    assert answer.status_code == 422
    assert states() == ["sent"]


def test_who_stood_aside_reads_no_line_of_it_and_cannot_act(client, office):
    person, site = reader(OUTSIDE, name="示例收件人"), factories.site(Stage.BUILDING)
    tell(person, "关于示范点", site)
    made = message(person)
    recusals.recuse(user=office, site=site, reason="示例")
    client.force_login(office)
    assert "示例收件人" not in main(client.get(PAGE))
    assert PAGE not in [todo.url.partition("?")[0] for todo in todos(office)]
    assert client.post(PAGE, {"act": "release", "chosen": [made.pk]}).status_code == 422
    assert states() == ["to_release"]


def test_held_ones_are_one_thing_to_do_for_the_office(client, office):
    url = f"{PAGE}?state=to_release"
    assert url not in [todo.url for todo in todos(office)]
    for _ in range(3):
        message(reader(OUTSIDE))
    (waiting,) = [todo for todo in todos(office) if todo.url == url]
    assert (waiting.about, str(waiting.since)) == ("3 messages", "2008-01-10")
    assert url not in [todo.url for todo in todos(factories.user(Role.LEADING_GROUP))]


@pytest.mark.parametrize("on", [True, False])
def test_page_says_so_while_no_mail_server_is_set_up(client, office, settings, on):
    settings.PORTAL_MAIL_ON = on
    client.force_login(office)
    assert ("is not set up in this portal" in main(client.get(PAGE))) == (not on)


def test_page_costs_the_same_with_many(client, office):
    client.force_login(office)
    client.get(PAGE)
    asked = []
    for more in (3, 27):
        for _ in range(more):
            message(reader(OUTSIDE))
        with CaptureQueriesContext(connection) as captured:
            html = main(client.get(PAGE))
        asked.append(len(captured))
    assert html.count('type="checkbox"') == 30
    assert asked[0] == asked[1] <= 12
