"""DA/T 22-2015: each piece's 档号 and retention, the catalogue's columns, 备考表, and what else is filed."""

import datetime
import re
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile

from accounts.enums import Role
from desk.dossiers.catalogue import NOTE
from desk.dossiers.keeping import KEPT, Numbers, retention_of
from desk.dossiers.pieces import Piece, Section
from desk.models import ArchiveCodes
from documents.enums import Retention
from documents.models import Document
from documents.services import render
from sites.enums import Level, PlanState, Stage
from sites.models import WorkPlan
from tables.writing import xlsx
from tests import factories
from tests.assessments import builders
from tests.desk.dossiers.making import (
    INDEX,
    filed_in,
    made,
    names,
    pieces,
    told_in,
    unpacked,
    words_of,
)
from tests.documents.reading import page_count
from tests.files import pdf
from tests.publicity import scene

DAY = datetime.date(2008, 5, 20)
CODES = ArchiveCodes(fonds="0103", category="WS", department="BGS")
PIECE = Piece(Section.PLAN, "示例.pdf", None, on=DAY)


# -- 档号 and retention -----------------------------------------------------------------------


def test_numbers_run_within_a_year_and_a_retention():
    numbers = Numbers(CODES, DAY)
    taken = [
        numbers.take(piece)
        for piece in (
            PIECE,
            PIECE,
            replace(PIECE, kept=Retention.SHORT),
            replace(PIECE, section=Section.NAMING),
            replace(PIECE, on=datetime.date(2009, 1, 4)),
            replace(PIECE, on=None),
        )
    ]
    assert taken == [
        "0103-WS·2008-D30-BGS-0001",
        "0103-WS·2008-D30-BGS-0002",
        "0103-WS·2008-D10-BGS-0001",
        "0103-WS·2008-Y-BGS-0001",
        "0103-WS·2009-D30-BGS-0001",
        "0103-WS·2008-D30-BGS-0003",
    ]


def test_what_lies_in_several_folders_has_one_number():
    numbers, shared = Numbers(CODES, DAY), replace(PIECE, same="plan 1")
    first, other, again = [numbers.take(piece) for piece in (shared, PIECE, shared)]
    assert first == again != other
    assert numbers.given == 2


def test_what_the_office_has_not_set_is_left_out():
    assert Numbers(ArchiveCodes(), DAY).take(PIECE) == "WS·2008-D30-0001"


def test_every_section_has_its_retention_and_a_paper_its_own():
    assert set(KEPT) == set(Section)
    assert retention_of(replace(PIECE, section=Section.LIST)) == Retention.PERMANENT
    assert retention_of(replace(PIECE, section=Section.LIST, kept=Retention.SHORT)) == Retention.SHORT


@pytest.mark.django_db
@pytest.mark.parametrize("kept", Retention)
def test_papers_are_kept_as_they_were_issued(on, kept):
    on("2008-05-15")
    (site,) = scene.accepted()
    scene.publish(site)
    Document.objects.update(retention=kept)
    (paper,) = [piece for piece in pieces(site, factories.user(Role.OFFICE)) if piece.number]
    assert retention_of(paper) == kept


@pytest.mark.django_db
def test_proof_is_kept_ten_years_and_its_list_as_long_as_the_section():
    site = builders.building()
    builders.filed(site, builders.upload("示例.pdf", pdf(b"x")))
    kept = {piece.name: retention_of(piece) for piece in pieces(site, factories.user(Role.OFFICE))}
    assert kept["示例.pdf"] == Retention.SHORT
    assert kept["佐证材料清单.pdf"] == Retention.LONG


# -- catalogue and 备考表 ---------------------------------------------------------------------


@pytest.mark.django_db
def test_catalogue_has_the_standards_columns_with_what_is_in_them(on, tmp_path):
    on("2008-05-15")
    CODES.save()
    (site,) = scene.accepted()
    scene.publish(site)
    paper = Document.objects.get()
    render(paper.pk)
    top = unpacked(made(site, factories.user(Role.OFFICE)), tmp_path)
    told = told_in(top, INDEX)
    assert "序号档号文号责任者题名日期密级页数备注" in told
    pages = page_count(next(path for path in filed_in(top) if paper.title in path.name).read_bytes())
    # Words of a cell stand together; cells follow each other as the columns do.
    row = told.partition(paper.full_number)[2]
    assert row.startswith(f"{paper.organ}{paper.title}09公示与异议/01{paper.issued_on:%Y%m%d}{pages}")
    code = re.search(r"0103-WS·2008-(Y|D30|D10)-BGS-\d{4}(?=" + re.escape(paper.full_number) + ")", told)
    assert code
    assert code[1] == {"permanent": "Y", "30": "D30", "10": "D10"}[Document.objects.get().retention]


@pytest.mark.django_db
def test_note_counts_what_lies_in_the_folder_and_says_who_put_it_in_order(tmp_path):
    site, office = builders.building(), factories.user(Role.OFFICE)
    builders.filed(site, builders.upload("一.pdf", pdf(b"one")), builders.upload("图.png"))
    builders.filed(site, builders.upload("表.xlsx", xlsx(["示例"], [["示例"]], "示例")))
    top = unpacked(made(site, office), tmp_path)
    files, note = filed_in(top), told_in(top, NOTE)
    pages = sum(page_count(path.read_bytes()) for path in files if path.suffix == ".pdf")
    assert f"件数{len(files)}件" in note
    assert f"页数{pages + 1}页；另有1件" in note
    assert f"整理人{office.name}（{office.organisation}）整理日期" in note
    assert "检查人检查日期" in note
    shares = re.search(r"保管期限((?:(?:永久|30年|10年)\d+件，?)+)", note)
    assert shares
    assert sum(int(many) for many in re.findall(r"(\d+)件", shares[1])) == len(files)


@pytest.mark.django_db
def test_long_catalogue_comes_in_volumes_that_name_every_piece(monkeypatch, tmp_path):
    monkeypatch.setattr("desk.dossiers.catalogue.MOST_ROWS", 2)
    site = builders.building()
    for number in range(3):
        builders.filed(site, builders.upload(f"示例{number}.pdf", pdf(bytes([65 + number]))))
    top = unpacked(made(site), tmp_path)
    volumes = sorted(path.name for path in top.glob("00*"))
    files = filed_in(top)
    assert len(volumes) == -(-len(files) // 2)
    told = "".join(told_in(top, name) for name in volumes)
    assert volumes[0] == "00 归档文件目录（第1册）.pdf"
    assert f"第1册，共{len(volumes)}册" in told
    assert all(f"示例{number}" in told for number in range(3))


# -- what else is filed -----------------------------------------------------------------------


@pytest.mark.django_db
def test_replaced_evidence_is_filed_and_marked(tmp_path):
    site = builders.building()
    old = builders.filed(site, builders.upload("旧.pdf", pdf(b"old")), title="示例旧材料")
    builders.filed(site, builders.upload("新.pdf", pdf(b"new")), title="示例新材料", replaces=old)
    top = unpacked(made(site), tmp_path)
    (marked,) = [path for path in filed_in(top) if "已被替换" in path.name]
    assert marked.read_bytes() == pdf(b"old")
    assert "示例旧材料：旧" in told_in(top, INDEX)
    assert "，示例新材料）" in told_in(top, INDEX).partition("已被替换（")[2]
    assert "已被替换1件" in told_in(top, NOTE)


@pytest.mark.django_db
def test_districts_own_plan_is_filed_for_those_who_see_its_list():
    district = factories.district()
    site = factories.site(Stage.BUILDING, level=Level.DISTRICT, of=district)
    clerk = factories.user(Role.DISTRICT, factories.district_office(district))
    plan = WorkPlan.objects.create(
        filing=site.filing,
        version=1,
        goals="示例区级目标",
        state=PlanState.FILED,
        filed_by=clerk,
        filed_on="2008-01-28",
        file_name="区方案附件.pdf",
    )
    plan.file.save("plan.pdf", ContentFile(pdf(b"plan")))
    mine = {f"02 {district.short_name}工作方案（第1版）.pdf", "02 区方案附件.pdf"}
    for user in (clerk, factories.user(Role.OFFICE)):
        assert mine <= names(site, user)
    assert "示例区级目标" in words_of(site, clerk, f"{district.short_name}工作方案")
    assert not mine & names(site, factories.liaison_of(site))


@pytest.mark.django_db
def test_objections_are_listed_by_their_dates_for_those_who_may_know_of_them(on):
    on("2008-05-15")
    (site,) = scene.accepted()
    letter = scene.conclude(scene.object_to(scene.publish(site), site), "not_upheld")
    office, tied = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    tied.ties.create(
        organisation=site.organisation, reason="示例", declared_on="2008-05-01", declared_by=office
    )
    told = words_of(site, office, "异议办理情况")
    assert str(letter.received_on) in told
    assert str(letter.replied_on) in told
    district = factories.user(Role.DISTRICT)
    for stranger in (tied, factories.liaison_of(site), district):
        assert not [name for name in names(site, stranger) if "异议办理" in name]
