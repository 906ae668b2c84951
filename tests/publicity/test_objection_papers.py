"""异议答复: the reply as a paper, fetched under the receipt code, which names nobody."""

import json

import pytest
from django.urls import reverse

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import render
from tests import factories
from tests.documents.reading import text_of
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(on):
    on("2008-05-05")
    factories.user(Role.OFFICE)
    return scene.conclude(scene.object_to(scene.publish(*scene.accepted(2))), "partly")


def receipt(letter):
    return reverse("publicity:objection") + f"?code={letter.receipt_code}"


def fetched(letter):
    return reverse("publicity:objection_paper") + f"?code={letter.receipt_code}"


def test_paper_has_its_own_number_and_says_the_result_and_names_nobody(letter):
    paper = letter.document
    assert (paper.kind, paper.full_number, paper.is_public) == (
        DocumentKind.OBJECTION_REPLY,
        "乌政公办〔2008〕2号",
        False,
    )
    said = json.dumps(paper.context, ensure_ascii=False, default=str)
    assert "异议部分成立" in said
    assert "示例答复" in said
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, letter.receipt_code, "示例核查情况", "须整改"):
        assert secret not in said


def test_declined_one_is_answered_on_paper_too(on):
    on("2008-05-05")
    letter = scene.decline(scene.object_to(scene.publish()), "示例不予受理的理由")
    assert letter.document.context["result"] == "不予受理"
    assert letter.document.context["was_looked_into"] is False


def test_objector_fetches_it_by_the_code_once_it_is_made_and_nobody_else(client, letter):
    assert fetched(letter) not in client.get(receipt(letter)).content.decode()
    render(letter.document_id)
    assert fetched(letter) in client.get(receipt(letter)).content.decode()
    answer = client.get(fetched(letter))
    assert answer.status_code == 200
    said = text_of(b"".join(answer.streaming_content))
    assert "异议部分成立" in said
    assert scene.NAME not in said
    for wrong in ("", "?code=ABCDEFGHJK"):
        assert client.get(reverse("publicity:objection_paper") + wrong).status_code == 404


def test_draft_is_no_paper(client, on):
    on("2008-05-05")
    letter = scene.draft(scene.object_to(scene.publish()), "upheld")
    assert client.get(fetched(letter)).status_code == 404
    assert not Document.objects.filter(kind=DocumentKind.OBJECTION_REPLY).exists()


@pytest.mark.parametrize("role", Role.values)
def test_paper_is_read_at_the_desk_by_those_who_answer_and_nobody_else(on, role):
    on("2008-05-05")
    reader = factories.user(role)
    letter = scene.object_to(scene.publish(*scene.accepted()))
    of_the_unit = factories.user(role, letter.site.organisation)
    aside = factories.user(role)
    aside.recusals.create(site=letter.site, reason="示例", declared_on="2008-05-05", declared_by=aside)
    scene.conclude(letter, "not_upheld")
    papers = Document.objects.filter(pk=letter.document_id)
    seen = [papers.visible_to(each).exists() for each in (reader, of_the_unit, aside)]
    assert seen == [role in Role.CITY_WIDE, False, False]


def test_page_at_the_desk_leads_to_it(client, letter):
    client.force_login(letter.approved_by)
    assert letter.document.full_number in client.get(letter.get_absolute_url()).content.decode()
