"""The citizen's page of the public appraisal: one code, one answer, on any telephone."""

import datetime
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse

from publicity.models import Appraisal, AppraisalResponse
from publicity.models.appraisal import QUESTIONS
from tests.publicity import scene

pytestmark = pytest.mark.django_db

TYPE, THANKS = "/appraise/", "/appraise/thanks/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def window(on):
    """5 to 9 May."""
    on("2008-05-05")
    return scene.appraisal(codes=8)


@pytest.fixture
def code(window):
    return window.responses.first().code


def of(code):
    return reverse("publicity:appraisal", args=[code])


def opened(client, code):
    """The page's own hidden fields."""
    return client.get(of(code)).context["form"]["opened"].value()


def answer(client, code, *, step=3, **changes):
    crosses = {f"question_{number}": step for number in range(1, len(QUESTIONS) + 1)}
    return client.post(of(code), {**crosses, "text": "", "opened": opened(client, code), **changes})


def test_answer_is_taken_in_and_reloading_the_thanks_sends_nothing(client, window, code):
    page = answer(client, code, text="示例意见", question_5=0)
    assert (page.status_code, page.url) == (302, THANKS)
    assert client.get(THANKS).status_code == 200
    taken = AppraisalResponse.objects.get(code=code)
    assert (taken.steps, taken.text, taken.entered_by) == ([3, 3, 3, 3, 0], "示例意见", None)
    assert len(taken.device) == 64
    assert "127.0.0.1" not in taken.device
    assert taken.doubts == "0秒内完成"


def test_answer_needs_no_cookie_and_sets_none(code):
    strict = Client(enforce_csrf_checks=True)
    page = answer(strict, code)
    assert page.status_code == 302
    assert not strict.cookies


def test_used_code_says_so_with_the_day(client, code, on, english):
    answer(client, code)
    on("2008-05-07")
    page = client.get(of(code))
    assert page.status_code == 200
    assert "was used on 5 May 2008" in page.content.decode()
    assert "<form" not in page.content.decode()
    again = client.post(of(code), {})
    assert again.status_code == 422
    assert "was used on 5 May 2008" in again.content.decode()


def test_page_sent_twice_is_one_answer(client, code):
    stamp = opened(client, code)
    assert answer(client, code, opened=stamp).status_code == 302
    crosses = {f"question_{number}": 0 for number in range(1, 6)}
    second = client.post(of(code), {**crosses, "opened": stamp})
    assert second.status_code == 422
    assert AppraisalResponse.objects.get(code=code).steps == [3] * 5


def test_code_is_taken_in_any_spelling_and_asked_for_when_empty(client, code):
    spelt = f" {code[:4].lower()}-{code[4:]} "
    assert client.get(TYPE, {"code": spelt}).url == of(code)
    assert client.get(of(code.lower())).context["form"].response.code == code
    page = client.get(TYPE, {"code": ""})
    assert page.status_code == 422
    assert "error" in page.content.decode()


def test_unknown_code_gets_the_same_plain_page_with_what_to_do(client, window, english):
    page = client.get(of("AAAA<b>A"))
    content = page.content.decode()
    assert page.status_code == 404
    assert static("portal/appraise.css") in content
    assert "AAAA&lt;b&gt;A" in content
    assert 'name="code"' in content
    assert "ask at the counter" in content


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2008-05-04", "begins on 5 May 2008"),
        ("2008-05-10", "ended on 9 May 2008"),
    ],
)
def test_page_outside_the_window_says_when(client, code, on, english, day, words):
    stamp = opened(client, code)
    on(day)
    assert words in client.get(of(code)).content.decode()
    late = answer_with(client, code, stamp)
    assert late.status_code == 422
    assert words in late.content.decode()
    assert AppraisalResponse.objects.get(code=code).answered_at is None


def answer_with(client, code, stamp):
    crosses = {f"question_{number}": 3 for number in range(1, 6)}
    return client.post(of(code), {**crosses, "opened": stamp})


@pytest.mark.parametrize("day", ["2008-05-05", "2008-05-09"])
def test_answer_on_the_first_and_the_last_day_is_taken(client, code, on, day):
    on(day)
    assert answer(client, code).status_code == 302


def test_missing_and_impossible_answers_are_marked_and_the_rest_is_kept(client, code):
    page = answer(client, code, question_2="", question_4="4", text="示例意见")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["question_2", "question_4"]
    content = page.content.decode()
    assert "示例意见" in content
    assert content.count(" checked") == 3
    assert AppraisalResponse.objects.get(code=code).answered_at is None


def test_text_of_500_letters_is_taken_whatever_its_line_ends_and_501_are_not(client, window):
    first, second = (response.code for response in window.responses.all()[:2])
    assert answer(client, first, text="字\r\n" * 250).status_code == 302
    assert answer(client, second, text="字" * 501).status_code == 422


@pytest.mark.parametrize("stamp", ["", "forged", None])
def test_page_without_its_own_stamp_is_shown_once_more_with_one(client, window, code, stamp):
    other = window.responses.last().code
    page = answer(client, code, opened=opened(client, other) if stamp is None else stamp)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["opened"]
    assert answer(client, code, opened=page.context["form"]["opened"].value()).status_code == 302


def test_time_runs_from_the_first_look_also_over_a_mistake(client, code, monkeypatch):
    now = [1_000_000.0]
    monkeypatch.setattr("publicity.forms.appraisals.time.time", lambda: now[0])
    stamp = opened(client, code)
    now[0] += 9
    page = answer(client, code, opened=stamp, question_1="")
    assert answer(client, code, opened=page.context["form"]["opened"].value()).status_code == 302
    assert AppraisalResponse.objects.get(code=code).doubts == ""


def test_device_is_told_by_address_and_browser(client, window):
    codes = [response.code for response in window.responses.all()]
    for number, code in enumerate(codes[:4]):
        client.post(of(code), {**crosses_of(client, code)}, HTTP_USER_AGENT="A", REMOTE_ADDR="10.0.0.1")
        assert bool(doubt_of_device(code)) == (number == 3)
    client.post(of(codes[4]), crosses_of(client, codes[4]), HTTP_USER_AGENT="B", REMOTE_ADDR="10.0.0.1")
    client.post(of(codes[5]), crosses_of(client, codes[5]), HTTP_USER_AGENT="A", REMOTE_ADDR="10.0.0.2")
    assert not doubt_of_device(codes[4])
    assert not doubt_of_device(codes[5])


def crosses_of(client, code):
    crosses = {f"question_{number}": 3 for number in range(1, 6)}
    return {**crosses, "opened": opened(client, code)}


def doubt_of_device(code):
    return "同一设备" in AppraisalResponse.objects.get(code=code).doubts


def test_guessing_is_bounded_and_other_addresses_get_through(client, code, english):
    for number in range(60):
        assert client.get(of(f"AAAA{number:04}")).status_code == 404
    held = client.get(of(code))
    assert held.status_code == 429
    assert 500 < int(held["Retry-After"]) <= 600
    assert "in 10 minutes" in held.content.decode()
    assert client.get(of(code), REMOTE_ADDR="10.0.0.2").status_code == 200


def test_counter_of_many_people_who_mistype_once_gets_through(client, on):
    on("2008-05-05")
    window = scene.appraisal(codes=50)
    for response in window.responses.all():
        assert client.get(of(response.code[::-1] + "A")).status_code == 404
        assert answer(client, response.code).status_code == 302
    assert window.responses.answered().count() == 50


@pytest.mark.parametrize("where", ["type", "code", "used", "unknown", "thanks"])
def test_pages_are_plain_and_unkept_and_those_of_a_code_unlisted(client, window, code, where):
    used = scene.answered(window)[0].code
    codes = {"code": window.responses.unused().first().code, "used": used, "unknown": "AAAAAAAA"}
    page = client.get({"type": TYPE, "thanks": THANKS}.get(where) or of(codes[where]))
    content = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    # Where a code is typed is a column of the site, to be found; what a code leads to is nobody else's.
    assert ('name="robots" content="noindex"' in content) == (where != "type")
    assert content.count("<h1>") == 1
    assert re.search(r'<html lang="[a-zA-Z-]+">', content)
    assert "<script" not in content
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', content) == [static("portal/appraise.css")]


def test_style_sheet_is_small_and_fetches_nothing():
    style = Path(finders.find("portal/appraise.css")).read_text(encoding="utf-8")
    assert len(style) < 4000
    assert "url(" not in style
    assert "@import" not in style


def test_robots_are_kept_out(client):
    assert "Disallow: /appraise/" in client.get("/robots.txt").content.decode()


def test_public_is_told_which_windows_are_open(window, on):
    other = scene.appraisal(days=1)
    assert set(Appraisal.objects.open(on=window.opens_on)) == {window, other}
    assert set(Appraisal.objects.open(on=window.closes_on)) == {window}
    assert not Appraisal.objects.open(on=window.closes_on + datetime.timedelta(days=1)).exists()
