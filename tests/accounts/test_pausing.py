"""While maintenance is on everything can be read, nothing is carried out, and nothing typed is lost."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.kept_text import KEPT
from accounts.pausing import OF_THE_READER
from core.maintenance import PausedTask
from deploy import maintenance as command
from deploy.console import Stop
from publicity.models import Objection
from publicity.tasks import erase_expired
from sites.enums import Stage
from sites.models import GuidanceNote
from tests import factories
from tests.addresses import patterns
from tests.publicity import scene
from wuhai_portal.celery import app

pytestmark = pytest.mark.django_db

TEXT = "请完善办事指南（示例），并公布监督电话。"
SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "path": "x"}


@pytest.fixture(autouse=True)
def portal_home(settings, tmp_path, monkeypatch):
    settings.PORTAL_MAINTENANCE = str(tmp_path / "maintenance.json")
    monkeypatch.setenv("PORTAL_MAINTENANCE", settings.PORTAL_MAINTENANCE)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))


@pytest.fixture
def office(client):
    return scene.sign_in(client, Role.OFFICE)


def begin():
    command.main(["on", "--text", "示例：升级"])


def end():
    command.main(["off"])


def addresses():
    """Each address of the portal, its converters filled in, by the name of its view."""
    for each in patterns():
        filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "1"), each.route)
        if not re.search(r"[\\^(]", filled):  # an expression of a library's, such as the admin's last
            yield each.name, f"/{filled}"


def writes(statements):
    return [
        sql for sql in statements if re.match("INSERT|UPDATE|DELETE", sql) and "accounts_session" not in sql
    ]


def test_every_address_refuses_what_would_write_and_writes_nothing(client, office):
    begin()
    found = dict(addresses())
    assert len(found) > 300
    said: list[str] = []

    def noted(execute, sql, *more):
        answer = execute(sql, *more)
        said.append(sql)
        return answer

    with connection.execute_wrapper(noted):
        answers = {name: client.post(address, {"text": TEXT}) for name, address in found.items()}
    taken = {name for name, answer in answers.items() if answer.status_code not in (503, 404)}
    assert taken == set(OF_THE_READER)
    assert {answer["Retry-After"] for answer in answers.values() if answer.status_code == 503} == {"300"}
    assert writes(said) == []


def test_what_was_typed_stands_in_its_form(client, office, on):
    on("2008-01-10")
    add = reverse("sites:guidance_add", args=[factories.site(Stage.BUILDING).pk])
    begin()
    refused = client.post(add, {"on": "2008-01-09", "text": TEXT})
    assert refused.status_code == 503
    assert "您填写的内容已保留" in refused.content.decode()
    assert f'href="{add}"' in refused.content.decode()
    assert KEPT in client.session
    end()
    page = client.get(add).content.decode()
    assert TEXT in page
    assert "提交时系统正在维护" in page
    assert not GuidanceNote.objects.exists()
    assert client.post(add, {"on": "2008-01-09", "text": TEXT}).status_code == 302
    assert GuidanceNote.objects.get().text == TEXT


def test_citizen_finds_it_in_the_page_that_answers(on):
    on("2008-05-06")
    notice = scene.publish()
    typed = {
        "site": notice.entries.get().site.pk,
        "name": scene.NAME,
        "phone": scene.PHONE,
        "text": scene.LETTER,
    }
    begin()
    answer = Client().post(reverse("publicity:object", args=[notice.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert scene.LETTER in page
    assert "系统正在维护，尚未提交" in page
    assert not Objection.objects.exists()


def test_desk_and_public_pages_are_read_and_say_so(client, office):
    begin()
    for address in (reverse("desk:home"), reverse("publicity:home"), "/no/such/page/"):
        page = client.get(address)
        assert page.status_code in (200, 404)
        assert "系统正在维护：可以查看，暂时不能提交。" in page.content.decode()
        assert "示例：升级" in page.content.decode()
    end()
    assert "系统正在维护" not in client.get(reverse("desk:home")).content.decode()


def test_announced_maintenance_is_told_in_both_languages_and_stops_nobody(client, office, on):
    command.main(["announce", "2026-12-05 18:00"])
    assert "2026年12月5日 18:00开始维护" in client.get(reverse("desk:home")).content.decode()
    client.cookies["django_language"] = "en"
    assert "Maintenance begins at" in client.get(reverse("publicity:home")).content.decode()
    add = reverse("sites:guidance_add", args=[factories.site(Stage.BUILDING).pk])
    assert client.post(add, {"on": "2008-01-09", "text": TEXT}).status_code == 302


@pytest.mark.parametrize(
    "content", ["", "[]", '{"is_on": true}', '{"is_on": 1, "begins_at": "x", "text": ""}']
)
def test_a_file_that_cannot_be_read_shuts_no_page(client, office, content, settings, caplog):
    Path(settings.PORTAL_MAINTENANCE).write_text(content)
    assert client.get(reverse("desk:home")).status_code == 200
    assert "maintenance file cannot be read" in caplog.text


def test_a_file_that_is_no_file_shuts_no_page(client, office, settings, tmp_path):
    settings.PORTAL_MAINTENANCE = str(tmp_path)
    assert client.get(reverse("desk:home")).status_code == 200


def test_worker_waits(on):
    """Whatever a task does: all are of the one class."""
    assert [name for name, task in app.tasks.items() if not isinstance(task, PausedTask)] == []
    on("2008-05-06")
    letter = scene.object_to(scene.publish())
    Objection.objects.update(erase_on="2008-05-06")
    begin()
    erase_expired()
    letter.refresh_from_db()
    assert letter.erased_at is None
    end()
    erase_expired()
    letter.refresh_from_db()
    assert letter.erased_at


def test_command_says_what_is_set(capsys, tmp_path):
    command.main([])
    begin()
    command.main([])
    end()
    assert capsys.readouterr().out.splitlines() == [
        "No maintenance is on or announced.",
        "Maintenance is on: nothing can be sent.",
        json.dumps({"is_on": True, "begins_at": None, "text": "示例：升级"}, ensure_ascii=False),
        "No maintenance: everything can be sent.",
    ]
    with pytest.raises(Stop, match="2026-12-05 18:00"):
        command.main(["announce", "tomorrow"])
    command.main(["announce", "2025-12-05 18:00"])
    assert "2025-12-05 18:00, Wuhai's time" in (said := capsys.readouterr().out)
    assert "That moment is past." in said
    command.main(["announce", "2125-12-05 18:00"])
    assert "past" not in capsys.readouterr().out
