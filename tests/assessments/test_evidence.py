"""Filing evidence: who, when, how much; once for many items, newer versions in place of older."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from accounts.enums import Role
from assessments.marks import standard_items
from assessments.models import Evidence, EvidenceFile, EvidencePointer
from assessments.services import evidence
from assessments.services.evidence import AlreadyFiled, items_to_show, may_change, may_file
from assessments.services.storing import files_with_rows
from core.uploads import EVIDENCE, receive
from sites.enums import Stage
from sites.workflow import InvalidTransition, WorkflowError
from standards.models import Rulebook
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.builders import PNG, upload
from tests.files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(on):
    on("2008-03-20")


@pytest.fixture
def items(site):
    return list(items_to_show(site=site)[:3])


def add(site, *files, **more):
    return builders.filed(site, *files, **more)


def on_disk() -> list[str]:
    """Every stored file."""

    def below(folder):
        folders, files = default_storage.listdir(folder)
        yield from (f"{folder}/{name}" for name in files)
        for name in folders:
            yield from below(f"{folder}/{name}")

    return sorted(below("evidence")) if default_storage.exists("evidence") else []


# -- what is kept -------------------------------------------------------------


def test_file_is_kept_with_its_facts(site):
    file = add(site, upload("../制度 汇编.pdf", pdf(b"x"))).files.get()
    assert (file.name, file.content_type, file.size) == ("制度 汇编.pdf", "application/pdf", len(pdf(b"x")))
    assert file.file.read() == pdf(b"x")
    # On the disk nothing of what a person called it is left.
    assert on_disk() == [file.file.name]
    assert file.file.name.endswith(f"-{file.sha256[:32]}.pdf")


def test_picture_is_kept_with_copies(site):
    file = add(site, photos.upload(taken="2008-03-12 09:00:00", at=photos.HERE)).files.get()
    assert (file.width, file.height, len(file.likeness)) == (640, 480, 16)
    assert (str(file.latitude), file.captured_at.isoformat()) == ("39.655300", "2008-03-12T01:00:00+00:00")
    assert on_disk() == sorted([file.file.name, file.shown.name, file.thumbnail.name])


def test_large_upload_is_kept_whole(site):
    large = TemporaryUploadedFile("a.pdf", "application/pdf", len(pdf()), None)
    large.write(pdf())
    large.seek(0)
    assert add(site, large).files.get().file.read() == pdf()


def test_same_file_twice_in_one_upload_is_kept_once(site):
    filed = add(site, upload("a.png"), upload("copy.png"), upload("b.png", PNG + b"2"))
    assert [file.name for file in filed.files.all()] == ["a.png", "b.png"]


def test_links_alone_are_evidence(site):
    filed = add(site, urls=["http://example.cn/1", "http://example.cn/1", "http://example.cn/2"])
    assert [link.url for link in filed.links.all()] == ["http://example.cn/1", "http://example.cn/2"]


# -- what is refused ----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("renamed.pdf", b"MZ\x90\x00"),
        ("a.zip", b"PK\x03\x04"),
        ("page.pdf", b"<!DOCTYPE html><html>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("film.mp4", b"\0\0\0\x18ftypmp42" + bytes(64)),
        ("broken.jpg", photos.photo()[:3000]),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64),
    ],
)
def test_refused_file_is_named_and_none_is_kept(site, name, content):
    with pytest.raises(ValidationError) as error:
        add(site, upload(), upload(name, content), upload("also.exe", b"MZ"))
    told = error.value.message_dict["files"]
    assert [message.split("：")[0] for message in told] == [name, "also.exe"]
    assert not Evidence.objects.exists()
    assert on_disk() == []


@pytest.mark.parametrize(
    ("files", "more", "field"),
    [
        (0, {}, "files"),
        (11, {}, "files"),
        (1, {"urls": [f"http://example.cn/{n}" for n in range(11)]}, "urls"),
        (1, {"taken_on": builders.datetime.date(2008, 3, 21)}, "taken_on"),
    ],
)
def test_wrong_numbers_and_dates(site, files, more, field):
    with pytest.raises(ValidationError) as error:
        add(site, *[upload(f"{n}.png", PNG + bytes([n])) for n in range(files)], **more)
    assert list(error.value.message_dict) == [field]
    assert on_disk() == []


def test_number_of_files_is_the_rulebooks(site):
    limit = Rulebook.objects.published().get().evidence_max_files
    filed = add(site, *[upload(f"{n}.png", PNG + bytes([n])) for n in range(limit)])
    assert filed.files.count() == limit


def test_evidence_of_a_site_has_its_limit(site, settings):
    settings.PORTAL_SITE_EVIDENCE_MAX_BYTES = 2 * len(pdf(b"")) + 10
    first = add(site, upload("a.pdf", pdf(bytes(8))))
    with pytest.raises(ValidationError) as error:
        add(site, upload("b.pdf", pdf(bytes(5))))
    assert list(error.value.message_dict) == ["files"]
    # A newer version that keeps the file needs no more room, another site has its own.
    add(site, upload("a.pdf", pdf(bytes(8))), upload("c.pdf", pdf(bytes(2))), replaces=first)
    add(builders.building(), upload("b.pdf", pdf(bytes(5))))


# -- who, and when ------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_add_by_somebody_else(site, role):
    person = factories.user(role)
    with pytest.raises(PermissionDenied):
        add(site, upload(), by=person)
    assert not may_file(site=site, by=person)
    assert on_disk() == []


@pytest.mark.parametrize("stage", [Stage.DETERMINED, Stage.SELF_ASSESSED, Stage.ACCEPTED, Stage.NAMED])
def test_add_at_a_stage_that_asks_for_none(stage):
    site = factories.site(stage=stage)
    with pytest.raises(InvalidTransition):
        add(site, upload())
    assert not may_file(site=site, by=builders.liaison(site))


def test_add_under_a_stage_that_has_moved_on(site):
    """The page was open while a colleague submitted the sheet: what the database says counts."""
    type(site).objects.filter(pk=site.pk).update(stage=Stage.SELF_ASSESSED)
    with pytest.raises(InvalidTransition):
        add(site, upload())
    assert on_disk() == []


def test_visible_to(site):
    filed = add(site, upload())
    people = [builders.liaison(site), builders.office(), builders.leader()]
    assert all(list(Evidence.objects.visible_to(person)) == [filed] for person in people)
    for role in (Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR):
        stranger = factories.user(role)
        assert not Evidence.objects.visible_to(stranger).exists()
        assert not EvidenceFile.objects.visible_to(stranger).exists()


# -- one proof, many items ----------------------------------------------------


def pages(filed) -> dict[str, str]:
    return {pointer.item.code: pointer.page for pointer in filed.pointers.select_related("item")}


def test_pointed_to_from_many_items(site, items):
    filed = add(site, upload(), pointers={items[0]: "第3页", items[1]: ""})
    assert pages(filed) == {items[0].code: "第3页", items[1].code: ""}


def test_point_adds_changes_and_takes_off(site, items):
    filed = add(site, upload(), pointers={items[0]: "第3页", items[1]: ""})
    kept = filed.pointers.get(item=items[1]).pk
    evidence.point(evidence=filed, pointers={items[1]: " 附件二 ", items[2]: ""}, by=builders.liaison(site))
    assert pages(filed) == {items[1].code: "附件二", items[2].code: ""}
    assert filed.pointers.get(item=items[1]).pk == kept


def test_point_to_items_of_another_kind(site, items):
    filed = add(site, upload(), pointers={items[0]: ""})
    stranger = items_to_show(site=builders.building(kind="service"))[0]
    for pointers in ({stranger: ""}, {items[0]: "x" * 61}):
        with pytest.raises(ValidationError) as error:
            evidence.point(evidence=filed, pointers=pointers, by=builders.liaison(site))
        assert list(error.value.message_dict) == ["pointers"]
    assert pages(filed) == {items[0].code: ""}


@pytest.mark.parametrize("role", list(Role))
def test_point_by_somebody_else(site, items, role):
    filed = add(site, upload(), pointers={items[0]: ""})
    with pytest.raises(PermissionDenied):
        evidence.point(evidence=filed, pointers={}, by=factories.user(role))
    assert EvidencePointer.objects.count() == 1


def test_point_once_filing_is_over(site, items):
    filed = add(site, upload(), pointers={items[0]: ""})
    site.stage = Stage.SELF_ASSESSED
    site.save()
    filed = Evidence.objects.get(pk=filed.pk)
    with pytest.raises(InvalidTransition):
        evidence.point(evidence=filed, pointers={}, by=builders.liaison(site))
    assert not may_change(filed, builders.liaison(site))


def test_items_are_those_of_the_sheet(site):
    sheet = builders.self_sheet(site)
    assert list(items_to_show(site=site)) == standard_items(sheet)


# -- filed already ------------------------------------------------------------


def test_file_filed_before_is_recognised(site):
    first = add(site, upload("公开栏.png"), title="公开栏照片")
    with pytest.raises(AlreadyFiled) as error:
        add(site, upload("new.png", PNG + b"2"), upload("again.png"))
    [known] = error.value.found
    assert known.evidence == first
    [message] = error.value.message_dict["files"]
    assert "again.png" in message
    assert "公开栏照片" in message
    assert Evidence.objects.count() == 1
    assert len(on_disk()) == 3


def test_file_of_another_site_is_not_told_of(site):
    add(builders.building(), upload())
    assert add(site, upload()).files.count() == 1


# -- newer versions -----------------------------------------------------------


def test_newer_version_takes_the_place_of_the_older(site, items):
    older = add(site, upload(), pointers={items[0]: "第3页", items[1]: "第4页"})
    newer = add(site, upload("b.png", PNG + b"2"), replaces=older, pointers={items[1]: "第5页"})
    assert list(Evidence.objects.current()) == [newer]
    assert pages(newer) == {items[0].code: "第3页", items[1].code: "第5页"}
    # The older one stays as it was.
    assert pages(older) == {items[0].code: "第3页", items[1].code: "第4页"}
    assert older.files.get().file.read() == PNG
    assert older in Evidence.objects.visible_to(builders.liaison(site))


def test_newer_version_shares_the_files_that_stayed(site):
    older = add(site, photos.upload(seed=1))
    before = on_disk()
    newer = add(site, photos.upload("同一张.jpg", seed=1), photos.upload("b.jpg", seed=2), replaces=older)
    same = newer.files.get(name="同一张.jpg")
    assert same.file.name == older.files.get().file.name
    assert (same.shown, same.likeness) == (older.files.get().shown, older.files.get().likeness)
    assert len(on_disk()) == len(before) + 3
    assert older.files.get().evidence == older
    assert not same.twins.exists()


def test_newer_version_takes_over_what_stays(site):
    older = add(site, photos.upload(seed=1), upload("旧制度.pdf", pdf(b"1")), title="示例")
    photo, _paper = older.files.all()
    before = on_disk()
    newer = add(site, upload("新制度.pdf", pdf(b"2")), replaces=older, stay=[photo])
    assert [file.name for file in newer.files.all()] == ["照片.jpg", "新制度.pdf"]
    assert [file.name for file in older.files.all()] == ["照片.jpg", "旧制度.pdf"]
    assert len(on_disk()) == len(before) + 1
    third = add(site, upload("同.pdf", pdf(b"2")), replaces=newer, stay=list(newer.files.all()))
    assert [file.name for file in third.files.all()] == ["照片.jpg", "同.pdf"]
    assert add(site, replaces=third, stay=list(third.files.all())).files.count() == 2


def test_file_of_other_evidence_does_not_stay(site):
    strange = add(builders.building(), upload()).files.get()
    older = add(site, upload("a.pdf", pdf()))
    for replaces in (older, None):
        with pytest.raises(PermissionDenied):
            add(site, upload("b.pdf", pdf(b"2")), replaces=replaces, stay=[strange])
    assert list(Evidence.objects.current().filter(site=site)) == [older]


def test_what_stays_counts_among_the_files(site):
    limit = Rulebook.objects.published().get().evidence_max_files
    older = add(site, *[upload(f"{n}.png", PNG + bytes([n])) for n in range(limit)])
    with pytest.raises(ValidationError) as error:
        add(site, upload("one more.png", PNG), replaces=older, stay=list(older.files.all()))
    assert list(error.value.message_dict) == ["files"]


def test_version_is_replaced_once(site):
    older = add(site, upload())
    add(site, upload("b.png", PNG + b"2"), replaces=older)
    with pytest.raises(WorkflowError):
        add(site, upload("c.png", PNG + b"3"), replaces=older)
    with pytest.raises(WorkflowError):
        evidence.point(evidence=older, pointers={}, by=builders.liaison(site))
    assert not may_change(older, builders.liaison(site))
    assert Evidence.objects.count() == 2


def test_version_of_another_site_is_not_replaced(site):
    other = builders.building(organisation=site.organisation)
    strange = add(other, upload())
    with pytest.raises(PermissionDenied):
        add(site, upload("b.png", PNG + b"2"), replaces=strange)
    assert list(Evidence.objects.all()) == [strange]


# -- files go with their rows -------------------------------------------------


class Failure(Exception):
    """What goes wrong later in the transaction."""


@files_with_rows()
def add_and_fail(site, *files):
    add(site, *files)
    assert len(on_disk()) >= 3
    raise Failure


def test_failing_transaction_leaves_no_file(site):
    with pytest.raises(Failure):
        add_and_fail(site, photos.upload())
    assert not Evidence.objects.exists()
    assert on_disk() == []


def test_failure_that_is_caught_keeps_what_was_before(site):
    with files_with_rows():
        kept = add(site, photos.upload(seed=1))
        with pytest.raises(Failure):
            add_and_fail(site, photos.upload(seed=2))
    assert list(Evidence.objects.all()) == [kept]
    assert len(on_disk()) == 3


def test_failure_between_files_leaves_none(site, settings):
    """The second file cannot be stored: the first one goes too."""

    unreadable = receive(upload("b.pdf", pdf()), EVIDENCE)

    def chunks(chunk_size=None):
        raise OSError("the disk is full")

    unreadable.chunks = chunks
    with pytest.raises(OSError, match="full"), transaction.atomic():
        add(site, photos.upload(), unreadable)
    assert not Evidence.objects.exists()
    assert on_disk() == []
