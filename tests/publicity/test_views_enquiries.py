"""The citizen's side: asking without an account, following by a code in no address, the answer."""

import re
import time

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from publicity.enums import EnquiryKind, EnquiryTopic
from publicity.models import Enquiry, Question
from publicity.services import questions
from publicity.views import enquiries as views
from sites.enums import Stage
from tests import factories, reviewing
from tests.files import pdf
from tests.publicity import enquiring

pytestmark = pytest.mark.django_db
ASK, FOLLOW = reverse("publicity:ask"), reverse("publicity:enquiry")
SAID = {"topic": "hours", "text": enquiring.TEXT, "name": enquiring.WRITER, "contact": "13900005678"}
REQUEST = {**SAID, "wanted_as": "paper"}
KINDS = list(EnquiryKind)


@pytest.fixture(autouse=True)
def day(on):
    on("2008-05-05")
    cache.clear()


def address(kind: str) -> str:
    return reverse("publicity:ask_new", args=[kind])


def send(client: Client, kind: str = "question", **said: object):
    wanted = REQUEST if kind == "information" else SAID
    return client.post(address(kind), {**wanted, **said})


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_handed_in_and_followed_by_its_code_alone(client, kind):
    assert address(kind) in client.get(ASK).content.decode()
    assert client.get(address(kind)).status_code == 200
    answer = send(client, kind)
    asked = Enquiry.objects.get()
    assert (asked.kind, asked.text, asked.channel) == (kind, enquiring.TEXT, "online")
    # The code stands in no address that anybody logs.
    assert asked.receipt_code not in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert asked.receipt_code in page
    assert "已提交" in page
    assert enquiring.WRITER not in page
    followed = client.post(FOLLOW, {"code": f" {asked.receipt_code.lower()} "})
    assert (followed.status_code, asked.receipt_code in followed.content.decode()) == (200, True)
    # By GET a code leads nowhere.
    assert "enquiry" not in client.get(FOLLOW, {"code": asked.receipt_code}).context


def test_receipt_page_is_over_after_half_an_hour(client, monkeypatch):
    led_to = send(client)["Location"]
    later = time.time() + views.RECEIPT_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.get(led_to)["Location"] == FOLLOW
    assert client.get(led_to.replace("receipt/", "receipt/x"))["Location"] == FOLLOW


def test_kind_that_there_is_none_of(client):
    assert client.get(address("praise")).status_code == 404


def test_sent_twice_it_is_one_and_leads_to_one_receipt(client):
    page = client.get(address("question")).content.decode()
    key = re.search(r'name="once" value="([^"]+)"', page)[1]
    first, second = send(client, once=key), send(client, once=key)
    assert Enquiry.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_markup_is_shown_as_it_was_typed(client):
    send(client, text="<script>alert(1)</script><b>示例</b>")
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    page = client.get(Enquiry.objects.get().get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_five_thousand_characters_are_refused_and_stand_in_the_form_still(client):
    answer = send(client, text="示" * 5000)
    assert answer.status_code == 422
    assert "示" * 5000 in answer.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": " \u200b "}, "text"),
        ({"website": "http://robot.example"}, "website"),
        ({"topic": "weather"}, "topic"),
        ({"site": "999999"}, "site"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client, said, field):
    answer = send(client, **said)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}


def test_request_for_information_wants_what_the_regulation_wants(client, on):
    answer = client.post(address("information"), {"topic": "disclosure", "text": "示例"})
    assert set(answer.context["form"].errors) == {"name", "contact", "wanted_as"}
    on("2019-05-15")
    assert set(send(client, "information").context["form"].errors) == {"identity"}


def test_more_than_some_letters_an_hour_are_refused_with_what_was_typed(client):
    most = views.ASKING.limits[0].most
    for n in range(most):
        assert send(client, text=f"示例{n}").status_code == 302
    answer = send(client, text="示例：再来一件")
    assert answer.status_code == 429
    assert "示例：再来一件" in answer.content.decode()
    assert int(answer["Retry-After"]) > 0
    assert Enquiry.objects.count() == most
    # Another house is not touched.
    assert send(Client(REMOTE_ADDR="10.9.8.7")).status_code == 302


def test_page_that_led_here_says_which_site_and_which_page(client):
    site = factories.site(Stage.NAMED)
    page = client.get(f"{address('complaint')}?site={site.pk}").content.decode()
    assert re.search(rf'<option value="{site.pk}" selected', page)
    page = client.get(f"{address('error')}?page=/sites/1/").content.decode()
    assert 'value="/sites/1/"' in page


def test_answer_is_read_under_the_code_once_it_is_approved(client):
    asked = enquiring.drafted(enquiring.ask())
    page = client.post(FOLLOW, {"code": asked.receipt_code}).content.decode()
    assert enquiring.REPLY not in page
    enquiring.answered(asked)
    page = client.post(FOLLOW, {"code": asked.receipt_code}).content.decode()
    assert enquiring.REPLY in page
    sent = {"code": asked.receipt_code, "satisfaction": "fairly"}
    assert client.post(reverse("publicity:enquiry_rate"), sent).status_code == 302
    asked.refresh_from_db()
    assert asked.satisfaction == "fairly"
    assert client.post(reverse("publicity:enquiry_rate"), sent).status_code == 422
    assert "基本满意 1" in client.get(ASK).content.decode()


def test_files_and_what_was_asked_for_are_added_by_the_code(client):
    asked = enquiring.ask(EnquiryKind.INFORMATION)
    files = {"code": asked.receipt_code, "files": SimpleUploadedFile("示例.pdf", pdf(b"x"))}
    assert client.post(reverse("publicity:enquiry_files"), files).status_code == 302
    assert asked.files.count() == 1
    enquiring.answered(asked, result="complete")
    page = client.post(FOLLOW, {"code": asked.receipt_code}).content.decode()
    assert 'id="complete"' in page
    sent = {"code": asked.receipt_code, "text": "示例补正"}
    assert client.post(reverse("publicity:enquiry_complete"), sent).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "answering"
    assert "示例补正" in asked.text


@pytest.mark.parametrize("name", ["enquiry_files", "enquiry_complete", "enquiry_rate"])
def test_without_the_code_nothing_is_done(client, name):
    enquiring.ask()
    answer = client.post(reverse(f"publicity:{name}"), {"code": "ABCDEFGH23"})
    assert (answer.status_code, answer["Location"]) == (302, FOLLOW)


def test_codes_that_lead_nowhere_are_stopped_and_real_ones_are_not(client):
    asked = enquiring.ask()
    for _ in range(views.GUESSING.limits[0].most):
        assert client.post(FOLLOW, {"code": "ABCDEFGH23"}).status_code == 404
    assert client.post(FOLLOW, {"code": "ABCDEFGH23"}).status_code == 429
    assert client.post(FOLLOW, {"code": asked.receipt_code}).status_code == 200


# -- frequent questions -------------------------------------------------------------------------------------


def published(asked: str = "办理证照要带什么材料？", answer: str = "示例解答：身份证原件。") -> Question:
    office = factories.user(Role.OFFICE)
    made = questions.keep(question=None, asked=asked, answer=answer, topic=EnquiryTopic.FEES, by=office)
    reviewing.given(reviewing.asked("question", made, by=office))
    questions.publish(question=made, by=office)
    return made


def test_published_question_is_read_listed_found_and_suggested(client):
    made = published()
    url = made.get_absolute_url()
    assert "示例解答" in client.get(url).content.decode()
    assert url in client.get(ASK).content.decode()
    assert url in client.get(reverse("publicity:search"), {"q": "证照材料"}).content.decode()
    typed = client.post(reverse("publicity:suggestions"), {"text": "请问办理证照需要带哪些材料呢"})
    assert url in typed.content.decode()
    assert url not in client.post(reverse("publicity:suggestions"), {"text": "停水"}).content.decode()


def test_draft_is_nobodys_and_what_was_taken_back_is_gone(client):
    office = factories.user(Role.OFFICE)
    made = questions.keep(question=None, asked="示例？", answer="示例", topic="other", by=office)
    assert client.get(made.get_absolute_url()).status_code == 404
    out = published()
    questions.withdraw(question=out, by=office)
    assert client.get(out.get_absolute_url()).status_code == 410
    assert "示例解答" not in client.get(out.get_absolute_url()).content.decode()
    assert out.get_absolute_url() not in client.get(ASK).content.decode()


def test_figures_tell_how_enquiries_were_answered_and_nothing_of_them(client, on):
    enquiring.answered(enquiring.ask())
    late = enquiring.ask()
    on("2008-06-20")
    enquiring.answered(late)
    enquiring.ask(EnquiryKind.COMPLAINT)
    page = client.get(ASK)
    found = {line.kind: line for line in page.context["figures"]}
    counted = found[EnquiryKind.QUESTION]
    assert (counted.received, counted.answered, counted.in_time, counted.days) == (2, 2, 1, 23.0)
    assert (found[EnquiryKind.COMPLAINT].received, found[EnquiryKind.COMPLAINT].days) == (1, None)
    assert enquiring.TEXT not in page.content.decode()
