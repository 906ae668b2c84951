"""A rulebook that comes into force is issued by a notice with its text."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from accounts.rules import takes_part
from accounts.services import motions
from documents.models import Document
from documents.papers import DocumentKind
from documents.rendering import paper_html
from sites.models import Programme
from standards.fingerprints import of_version
from standards.models import Rulebook
from tests import factories, reviewing
from tests.agreeing import checked, resolved
from tests.standards import drafting

pytestmark = pytest.mark.django_db


def papers():
    return Document.objects.filter(kind=DocumentKind.RULEBOOK_NOTICE)


def draft():
    return Rulebook.objects.with_items().get(pk=drafting.draft_rulebook().pk)


def test_notice_is_numbered_addressed_to_all_and_public():
    version = draft()
    drafting.publish(version)

    paper = papers().get()
    assert (paper.full_number, paper.is_public) == ("乌政公发〔2008〕1号", True)
    assert paper.context["addressee"] == "各区人民政府，市府各部门，各企事业单位"
    assert paper.title == f"乌海市政务公开领导小组关于印发《{version.title}》的通知"
    assert (paper.context["version"], paper.context["replaces_version"]) == (2, 1)
    articles = [one for part in paper.context["chapters"] for one in part["articles"]]
    assert (len(paper.context["chapters"]), len(articles)) == (8, 36)
    assert any("综合得分达到80分" in one["text"] for one in articles)
    html = paper_html(paper.kind, paper.context)
    assert "附件：" in html
    assert "第八章" in html
    assert "{" not in html.partition("<body")[2]


def test_proposing_it_takes_no_number():
    version = draft()
    values = {"adopt": False, "seen": of_version(version)}
    by = drafting.office()
    reviewing.clear("rulebook", version)
    motion = motions.move(kind="rulebook.publish", record=version, values=values, by=by)
    checked(motion)
    assert not papers().exists()

    motions.agree(motion=motion, resolution=resolved("rules"), by=factories.user(Role.LEADING_GROUP))
    assert papers().get().full_number == "乌政公发〔2008〕1号"


def test_standard_is_issued_by_no_notice():
    drafting.publish(drafting.draft())
    assert not papers().exists()


def test_notice_is_issued_while_no_programme_runs():
    Programme.objects.update(is_current=False)
    drafting.publish(draft())
    assert papers().get().programme == Programme.objects.get()


@pytest.mark.parametrize("role", [role for role in Role if takes_part(User(role=role))])
def test_everybody_who_takes_part_finds_it_at_the_desk(client, role):
    drafting.publish(draft())
    client.force_login(factories.user(role))

    assert client.get(papers().get().get_absolute_url()).status_code == 200
    assert papers().get().title in client.get(reverse("documents:list")).content.decode()
