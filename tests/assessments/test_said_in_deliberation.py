"""合议: what the team says among itself stays with team and city; the unit is told what was found on site."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import ScoreLevel
from assessments.models import Finding, Score, Sheet
from assessments.services import deliberation, recusals
from assessments.services.final_sheet import what_was_found
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import render
from sites.enums import Level
from tests.assessments import builders
from tests.desk.dossiers.making import made as dossier_of
from tests.documents import reading
from tests.publicity.crawler import crawl
from tests.sites import making

pytestmark = pytest.mark.django_db

# Nobody but team and city may read the first; it stands in every kind of thing that is said. Both are short,
# so that no table's cell breaks them.
SAID, FOUND = "会上言", "三月空缺"


def deliberated(site) -> Sheet:
    """Two members: one has the first item by half, with what was found; at last they agree to that."""
    final = builders.apart(site, 0, 1)
    Score.objects.filter(sheet__assessment=final.assessment, level="partly").update(reason=FOUND)
    leader, member = builders.members(final.assessment.assignment.team)
    about = final.deliberations.get()
    with builders.on("2008-04-08"):
        deliberation.argue(deliberation=about, text=f"{SAID}一", by=leader)
        refused = proposed(about, "met", leader, f"{SAID}二")
        deliberation.answer(proposal=refused, agrees=False, text=f"{SAID}三", by=member)
        agreed = proposed(about, "partly", leader, f"{SAID}四")
        deliberation.answer(proposal=agreed, agrees=True, text=f"{SAID}五", by=member)
    return final


def proposed(about, level, by, reason):
    return deliberation.propose(deliberation=about, level=level, points=None, reason=reason, by=by)


@pytest.fixture
def final(on):
    on("2008-04-08")
    site = builders.building(level=Level.DISTRICT)
    builders.self_assessed(site)
    made = deliberated(site)
    builders.sign(made)
    site.refresh_from_db()
    builders.noticed(site)
    for paper in Document.objects.filter(sites=site):
        render(paper.pk)
    return made


def texts(name: str, content: bytes) -> dict[str, str]:
    """A file's words, an archive's and a workbook's part by part."""
    if content.startswith(b"%PDF"):
        return {name: reading.text_of(content)}
    if content.startswith(b"PK"):
        found: dict[str, str] = {}
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                found |= texts(f"{name}/{part}", archive.read(part))
        return found
    return {name: content.decode(errors="replace")}


def read_by(client: Client, *starts: str) -> dict[str, str]:
    """Whatever this person can reach by links: pages, papers, tables, archives."""
    desk = crawl(client, *starts, is_read=lambda address: "/admin/" not in address, alike=2, most=6000)
    read = {address: page.html for address, page in desk.pages.items()}
    for address, content in desk.files.items():
        read |= texts(address, content)
    return read


def telling(read: dict[str, str], words: str) -> list[str]:
    return [where for where, text in read.items() if words in "".join(text.split())]


def test_the_public_reads_nothing_of_what_was_said(client, final):
    assert telling(read_by(client, "/"), SAID) == []


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT])
def test_unit_and_district_read_what_was_found_and_nothing_of_what_was_said(client, final, role):
    site = final.assessment.site
    user = builders.liaison(site) if role == Role.LIAISON else making.clerk(site.filing.organisation)
    client.force_login(user)
    own = [page.get_absolute_url() for page in (site, final, dossier_of(site, user))]
    papers = [paper.get_absolute_url() for paper in Document.objects.visible_to(user)]
    read = read_by(client, "/desk/", *own, *papers)
    assert telling(read, SAID) == []
    # The walk came by where they would stand: pages, the notice, tables and the dossier with the sheet.
    told = " ".join(telling(read, FOUND))
    for where in ("/desk/sheets/", "/desk/rectifications/", "/desk/documents/", "/desk/dossiers/", ".xml"):
        assert where in told, where


def test_finding_and_papers_for_the_unit_say_what_was_found(final):
    assert Finding.objects.get().reason == FOUND
    assert [entry.reason for entry in final.entries.filter(level="partly")] == [FOUND]
    unit = builders.liaison(final.assessment.site)
    papers = Document.objects.visible_to(unit)
    assert papers.filter(kind=DocumentKind.RECTIFICATION_NOTICE).exists()
    assert [paper for paper in papers if SAID in str(paper.context)] == []
    told = Notification.objects.exclude(user__role__in=(*Role.CITY_WIDE, Role.INSPECTOR))
    assert [line for line in told if SAID in str(line.about)] == []


def test_minutes_team_and_city_still_have_every_word(client, final):
    minutes = Document.objects.get(kind=DocumentKind.DELIBERATION_RECORD)
    words = reading.text_of(minutes.file.read())
    assert [n for n in "一二三四五" if SAID + n not in words] == []
    for person in (*builders.members(final.assessment.assignment.team), builders.office()):
        client.force_login(person)
        page = client.get(final.deliberations.get().get_absolute_url()).content.decode()
        assert [n for n in "一二三四五" if SAID + n not in page] == []


# -- whose reasons ---------------------------------------------------------------------------------


def given(*marks: tuple[str, str, str]) -> tuple[Sheet, Score]:
    """A final sheet of members who gave the first item these levels, points (in tenths) and reasons."""
    site = builders.building()
    builders.self_assessed(site)
    final = builders.apart(site, *(0 for _mark in marks))
    item = final.scores.first().item
    people = builders.members(final.assessment.assignment.team)
    for person, (level, tenths, reason) in zip(people, marks, strict=True):
        mine = Score.objects.get(sheet__assessment=final.assessment, sheet__author=person, item=item)
        mine.level, mine.points, mine.reason = level, mine.max_points * Decimal(tenths) / 10, reason
        mine.save()
    return final, item


MET, HALF, BAD = ("met", "10", ""), ("partly", "5", "缺半"), ("unmet", "0", "全无")
OUT = ("inapplicable", "0", "无此业务")


@pytest.mark.parametrize(
    ("marks", "level", "told"),
    [
        ((MET, HALF), "partly", "缺半"),
        ((MET, BAD), "partly", "全无"),
        ((HALF, BAD), "unmet", "全无"),
        ((MET, HALF), "unmet", "缺半"),
        ((HALF, ("partly", "3", "缺七成"), MET), "partly", "缺半\n缺七成"),
        ((HALF, HALF, MET), "partly", "缺半"),
        ((MET, HALF), "met", ""),
        ((("met", "10", "齐全"), HALF), "met", "齐全"),
        ((MET, OUT), "inapplicable", "无此业务"),
        ((MET, OUT), "unmet", "由督查组集体评定。"),
        ((MET, BAD), "inapplicable", "由督查组集体评定。"),
    ],
)
def test_whose_reasons_are_told(marks, level, told):
    final, item = given(*marks)
    assert what_was_found(final, item, level) == told


def test_who_stood_aside_gives_no_reason(on):
    on("2008-04-08")
    final, item = given(MET, MET, BAD)
    third = builders.members(final.assessment.assignment.team)[2]
    recusals.recuse(user=third, site=final.assessment.site, reason="示例")
    assert what_was_found(final, item, ScoreLevel.UNMET) == "由督查组集体评定。"
