"""The archive: names every system unpacks, digests that hold, an index that names each file."""

import datetime
import io
from zipfile import ZIP_STORED

import pytest

from accounts.enums import Role
from assessments.models import EvidenceFile
from desk.dossiers import services
from desk.dossiers.archive import archive_at
from desk.dossiers.catalogue import NOTE
from desk.dossiers.names import MOST_BYTES, MOST_LETTERS, numbered
from sites.enums import Level, Stage
from tests import factories
from tests.assessments import builders
from tests.desk.dossiers.making import (
    INDEX,
    entries_of,
    filed_in,
    made,
    opened,
    run,
    told_in,
    unpacked,
    unpacked_at,
    verified,
)
from tests.files import pdf

DAY = datetime.date(2008, 5, 20)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("示例.pdf", "07 示例.pdf"),
        ("../../etc/passwd", "07 _.._etc_passwd"),
        ("C:\\Windows\\示例.pdf", "07 C__Windows_示例.pdf"),
        ("一/二:三*四?.pdf", "07 一_二_三_四_.pdf"),
        ("照片\u202egpj.exe", "07 照片gpj.exe"),
        ("两\n行\t字.pdf", "07 两行字.pdf"),
        ("尾点. . ", "07 尾点"),
        ("", "07 未命名"),
        (".pdf", "07 pdf"),
        ("CON", "07 CON"),
        ("e\u0301.pdf", "07 é.pdf"),
    ],
)
def test_name_is_made_safe(name, kept):
    assert numbered(7, name, of=9) == kept


@pytest.mark.parametrize("letter", ["a", "字", "😀"])
def test_long_name_keeps_its_number_and_ending(letter):
    name = numbered(3, letter * 300 + ".pdf", of=120)
    assert name.startswith(f"003 {letter}")
    assert name.endswith(f"{letter}.pdf")
    assert len(name) <= MOST_LETTERS
    assert len(name.encode()) <= MOST_BYTES


def test_archive_is_checked_by_sha256sum(tmp_path):
    contents = {"01 名单/01 示例.pdf": b"one" * 100_000, "SHA.txt": b"", "目 录/a b.bin": b"two"}
    with archive_at(tmp_path / "a.zip", "示例", DAY) as archive:
        for path, content in contents.items():
            archive.put(path, io.BytesIO(content), len(content))
        archive.put_sums("")
    top = unpacked_at(tmp_path / "a.zip", tmp_path / "out")
    verified(top)
    (top / "SHA.txt").write_bytes(b"changed")
    with pytest.raises(Exception, match="sha256sum"):
        verified(top)


def test_names_are_utf8_and_nothing_is_packed_twice(tmp_path):
    with archive_at(tmp_path / "a.zip", "示例", DAY) as archive:
        archive.put_bytes("01 名单/01 示例.pdf", b"x")
    (entry,) = entries_of(tmp_path / "a.zip")
    assert entry.flag_bits & 0x800
    assert entry.compress_type == ZIP_STORED
    assert entry.date_time == (2008, 5, 20, 0, 0, 0)


@pytest.mark.django_db
def test_note_says_what_is_empty_and_what_is_missing_and_why(on, tmp_path):
    site = builders.building()
    builders.filed(site, builders.upload("丢失.pdf", pdf(b"lost")))
    EvidenceFile.objects.get().file.storage.delete(EvidenceFile.objects.get().file.name)
    top = unpacked(made(site), tmp_path)
    note = told_in(top, NOTE)
    assert "08社会评议" in note.partition("没有材料的部分")[2].partition("。")[0]
    assert "03自评示例材料：丢失文件已不在存储中，或已不是原件" in note.partition("缺少的原因")[2]
    assert "丢失.pdf" not in told_in(top, INDEX)
    assert not [path for path in filed_in(top) if "丢失" in path.name]


@pytest.mark.django_db
def test_two_files_of_one_name_stay_two():
    site = builders.building()
    for content in (pdf(b"one"), pdf(b"two")):
        builders.filed(site, builders.upload("同名.pdf", content))
    archive = opened(made(site))
    same = [name for name in archive.namelist() if name.endswith("同名.pdf")]
    assert len(same) == 2
    assert {archive.read(name) for name in same} == {pdf(b"one"), pdf(b"two")}


@pytest.mark.django_db
def test_district_has_a_folder_a_site_each_a_dossier_of_its_own(tmp_path):
    district = factories.district()
    sites = [factories.site(Stage.BUILDING, level=Level.DISTRICT, of=district) for _ in range(2)]
    factories.site(Stage.DETERMINED, level=Level.DISTRICT, of=factories.district("乌达"))
    factories.site(Stage.WITHDRAWN, level=Level.DISTRICT, of=district)
    builders.filed(sites[0], builders.upload("示例.pdf", pdf(b"sample")))
    dossier = run(
        services.ask_for_district(
            district=district, programme=factories.programme(), by=factories.user(Role.OFFICE)
        )
    )
    top = unpacked(dossier, tmp_path)
    folders = sorted(path.name for path in top.iterdir() if path.is_dir())
    assert folders == [f"0{n} {site.window_name}" for n, site in enumerate(sites, start=1)]
    verified(top)
    for folder in folders:
        verified(top / folder)
        assert "归档文件目录" in told_in(top / folder, INDEX)
    assert sites[0].window_name in told_in(top, "00 总目录.pdf")
