"""What belongs into a dossier, and for whom: a site that walked to its naming, and one still marked blind."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import User
from assessments.models import Evidence
from desk.dossiers.archive import SUMS
from desk.dossiers.catalogue import NOTE
from desk.dossiers.contents import OF_A_ROUND, SECTION_OF_PAPER
from desk.dossiers.pieces import Section
from documents.models import Document
from documents.papers import CLOSED, GENERAL, DocumentKind
from documents.services import render
from publicity.enums import TrackingKind
from publicity.models import TrackingNote
from publicity.services import paper_answers
from sites.enums import Stage
from sites.models import Site
from tests import factories
from tests.assessments import builders, photos
from tests.desk.dossiers.making import (
    INDEX,
    entries_of,
    made,
    names,
    pieces,
    told_in,
    unpacked_at,
    verified,
    words_of,
)
from tests.documents.reading import page_count
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(demo):
    """Warned and restored since: complaint, recheck and three papers more than a quiet one."""
    complained_of = TrackingNote.objects.filter(kind=TrackingKind.COMPLAINT).values("naming__site")
    return Site.objects.filter(pk__in=complained_of, stage=Stage.NAMED).first()


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


def test_every_kind_of_paper_has_its_section():
    """Closed and general ones, and the reports on a phase, go into no file of a site."""
    of_no_site = {*CLOSED, *GENERAL, DocumentKind.UPWARD_REPORT}
    assert {*SECTION_OF_PAPER, *OF_A_ROUND} == set(DocumentKind) - of_no_site


def test_office_finds_every_section_filled(named, office):
    found = names(named, office)
    sections = {name[:2] for name in found}
    assert sections == {f"{section:02d}" for section in Section}
    assert {
        "01 名单中的本示范点.pdf",
        "02 工作方案（第1版）.pdf",
        "03 自评表（2008年自评）.pdf",
        "06 差距与整改过程.pdf",
        "06 单位整改小结.pdf",
        "07 验收计算表（2008年验收）.pdf",
        "08 社会评议结果（第1次）.pdf",
        "09 公示情况（2008-05-06）.pdf",
        "10 命名与跟踪.pdf",
        "11 过程记录.pdf",
    } <= found
    papers = {paper.file_name for paper in named.documents.all()}
    assert papers == {piece.name for piece in pieces(named, office) if piece.number}
    assert len([name for name in found if "合议评分表" in name]) == 2


def test_answer_to_a_warning_and_its_recheck_are_filed_with_the_naming(named, office):
    """With what the camera wrote for the office alone."""
    for user, is_original in ((office, True), (factories.liaison_of(named), False)):
        filed = {piece.name: piece for piece in pieces(named, user) if piece.section == Section.NAMING}
        answered, rechecked = (
            next(piece for name, piece in filed.items() if words in name)
            for words in ("更换后的收费公示栏", "复查时的收费公示栏")
        )
        assert (bool(answered.sha256), bool(rechecked.sha256)) == (is_original, is_original)


def test_pieces_come_in_filing_order(named, office):
    order = [piece.section for piece in pieces(named, office)]
    assert order == sorted(order)


def test_score_sheets_are_filed_with_their_rounds(named, office):
    rounds = {piece.section: piece.name for piece in pieces(named, office) if "合议评分表" in piece.name}
    assert set(rounds) == {Section.INSPECTION, Section.ACCEPTANCE}
    assert "示范点验收合议评分表" in rounds[Section.ACCEPTANCE]


def test_archive_holds_all_of_it_and_its_index_names_each_file(named, office, tmp_path):
    for paper in named.documents.all():
        render(paper.pk)
    dossier = made(named, office)
    assert (dossier.state, dossier.error) == ("ready", "")
    content = dossier.file.read()
    assert (dossier.size, dossier.sha256) == (len(content), hashlib.sha256(content).hexdigest())

    (tmp_path / "d.zip").write_bytes(content)
    unpacked = unpacked_at(tmp_path / "d.zip", tmp_path / "out")
    verified(unpacked)
    assert unpacked.name == f"一点一档 {named} {dossier.on}"
    paths = [entry.filename.removeprefix(f"{unpacked.name}/") for entry in entries_of(tmp_path / "d.zip")]
    assert paths[-3:] == [INDEX, NOTE, SUMS]
    assert paths[:-3] == sorted(paths[:-3])
    assert len(paths) == dossier.total + 3
    sums = dict(line.split("  ", 1)[::-1] for line in (unpacked / SUMS).read_text().splitlines())
    assert set(sums) == {*paths} - {SUMS}
    for path in paths[:-1]:
        assert hashlib.sha256((unpacked / path).read_bytes()).hexdigest() == sums[path]
        if path.endswith(".pdf"):
            assert page_count((unpacked / path).read_bytes()) >= 1

    index = told_in(unpacked, INDEX)
    for path in paths[:-3]:
        folder, _slash, name = path.partition("/")
        assert f"{folder}/{name.partition(' ')[0]}".replace(" ", "") in index
    for paper in named.documents.all():
        assert paper.full_number in index
    assert told_in(unpacked, NOTE).count("缺件无") == 1


def test_unit_gets_what_its_pages_show_it(named, office):
    unit = User.objects.filter(role=Role.LIAISON, organisation=named.organisation).first()
    found = names(named, unit)
    assert not {name for name in found if "合议评分表" in name}
    assert {"04 合议评分（2008年督查）.pdf", "07 合议评分（2008年验收）.pdf"} <= found
    kept = {"07 验收计算表（2008年验收）.pdf", "08 社会评议结果（第1次）.pdf"}
    assert kept <= names(named, office)
    assert not kept & found
    assert "投诉" not in words_of(named, unit, "命名与跟踪")
    assert "投诉" in words_of(named, office, "命名与跟踪")
    assert "初审意见" not in words_of(named, unit, "名单中的本示范点")
    assert "初审意见" in words_of(named, office, "名单中的本示范点")


def test_scanned_forms_of_an_appraisal_are_filed_with_it_for_the_city_alone(on, office):
    on("2008-05-05")
    window = scene.appraisal()
    scan = SimpleUploadedFile("问卷.png", builders.PNG)
    [kept] = paper_answers.attach_scans(appraisal=window, files=[scan], by=office)
    [piece] = [piece for piece in pieces(window.site, office) if piece.section == Section.APPRAISAL]
    assert (piece.name, piece.sha256, piece.by) == ("问卷.png", kept.sha256, office.organisation.name)
    unit = factories.liaison_of(window.site)
    assert not [piece for piece in pieces(window.site, unit) if piece.section == Section.APPRAISAL]


def test_unit_of_a_district_does_not_get_the_list_that_names_the_others(demo, office):
    site = Site.objects.filter(level="district", stage=Stage.SELF_ASSESSED).first()
    unit = User.objects.filter(role=Role.LIAISON, organisation=site.organisation).first()
    of_district = User.objects.filter(role=Role.DISTRICT, organisation__district=site.filing.organisation)
    district = of_district.get(is_head=False)
    for user in of_district:
        assert [name for name in names(site, user) if name.endswith(".xlsx")]
    assert not [name for name in names(site, unit) if "名单（" in name or "上报表" in name]
    assert "01 名单中的本示范点.pdf" in names(site, unit)
    # The office's opinion on the whole list.
    assert "拟同意" in words_of(site, district, "过程记录")
    assert "拟同意" not in words_of(site, unit, "过程记录")


def test_what_was_taken_on_site_stays_blind_until_the_sheet_is_signed(demo, office):
    """The unit has the papers that say who comes, and nothing else of the visit."""
    taken = Evidence.objects.filter(assessment__isnull=False).values("site")
    site = Site.objects.filter(stage=Stage.SELF_ASSESSED, pk__in=taken).first()
    unit = User.objects.filter(role=Role.LIAISON, organisation=site.organisation).first()
    of_visit = {DocumentKind.TEAM_NOTICE, DocumentKind.INTRODUCTION_LETTER}
    told = {f"04 {paper.file_name}" for paper in site.documents.filter(kind__in=of_visit)}
    found = {user: {name for name in names(site, user) if name.startswith("04")} for user in (office, unit)}
    assert len(told) == len(of_visit)
    assert found[unit] == told < found[office]


def test_pictures_go_out_as_their_page_gives_them(office):
    site = builders.building()
    builders.filed(site, photos.upload("照片.jpg", at=(39.6, 106.8)))
    (file,) = Evidence.objects.get().files.all()

    def sent(asker):
        return next(piece.content.name for piece in pieces(site, asker) if piece.name == "照片.jpg")

    assert sent(office) == file.file.name
    assert sent(factories.user(Role.LEADING_GROUP)) == sent(builders.liaison(site)) == file.shown.name


def test_objections_are_counted_for_the_city_and_never_told(on, office):
    on("2008-05-15")
    (site,) = scene.accepted()
    letter = scene.conclude(scene.object_to(scene.publish(site), site), "not_upheld")
    text = words_of(site, office, "异议办理情况")
    assert "不成立1" in text.replace("件数", "")
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, letter.receipt_code, letter.reply):
        assert secret not in text
    assert not [name for name in names(site, factories.liaison_of(site)) if "异议办理" in name]


def test_who_is_tied_to_the_unit_learns_of_no_objection(on):
    on("2008-05-15")
    (site,) = scene.accepted()
    scene.object_to(scene.publish(site), site)
    tied = factories.user(Role.OFFICE)
    tied.ties.create(
        organisation=site.organisation, reason="示例", declared_on="2008-05-01", declared_by=tied
    )
    assert not [name for name in names(site, tied) if "异议办理" in name]


def test_paper_that_is_not_made_yet_is_named_as_missing(on, office):
    on("2008-05-15")
    (site,) = scene.accepted()
    scene.publish(site)
    (paper,) = [piece for piece in pieces(site, office) if piece.number]
    assert Document.objects.get().state == "queued"
    assert paper.content is None
    assert "尚未生成" in paper.note


def test_withdrawn_paper_says_so(on, office):
    on("2008-05-15")
    (site,) = scene.accepted()
    scene.publish(site)
    Document.objects.update(
        withdrawn_on="2008-05-16", withdrawn_why="示例", state="ready", file="示例.pdf", sha256="0" * 64
    )
    (paper,) = [piece for piece in pieces(site, office) if piece.number]
    assert paper.note == "已于2008年5月16日撤回。理由：示例"


def test_queries_do_not_grow_with_what_is_on_record(office):
    site = builders.building()

    def queries(number):
        for _ in range(number):
            builders.filed(site, builders.upload("示例.pdf", pdf(bytes(str(_ + number), "ascii"))))
        with CaptureQueriesContext(connection) as asked:
            pieces(site, office)
        return len(asked)

    few = queries(1)
    assert few == queries(20) <= 35
