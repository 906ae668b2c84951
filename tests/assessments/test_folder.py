"""A folder of files: each filed for the item that its name begins with, the others told."""

import pytest

from assessments.models import Evidence
from assessments.services.folder import code_of
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "code", "title"),
    [
        ("ZW-1.4 会议纪要.pdf", "ZW-1.4", "会议纪要"),
        ("zw1.4_会议纪要.pdf", "ZW-1.4", "会议纪要"),
        ("ＺＷ－1．4会议纪要.pdf", "ZW-1.4", "会议纪要"),
        ("ZW-01.04.pdf", "ZW-1.4", ""),
        ("ZW_3-12、照片.jpg", "ZW-3.12", "照片"),
        ("ZW-1.400 x.pdf", "", "ZW-1.400 x"),
        ("会议纪要 ZW-1.4.pdf", "", "会议纪要 ZW-1.4"),
        ("2008年计划.pdf", "", "2008年计划"),
        ("", "", ""),
        ("../../ZW-1.4 x.pdf", "ZW-1.4", "x"),
    ],
)
def test_number_at_the_beginning_of_a_name(name, code, title):
    assert code_of(name) == (code, title)


def sent(client, site, *files):
    return client.post(url("evidence_folder", site.pk), {"files": list(files)}, follow=True)


def told(answer) -> str:
    return "\n".join(map(str, answer.context["messages"]))


def picture(name, colour):
    return builders.upload(name, builders.drawing(colour))


def test_each_goes_to_its_item_and_the_others_are_told(client, sheet, liaison):
    site = sheet.assessment.site
    answer = sent(
        client,
        site,
        picture("ZW-1.1 机构.png", "red"),
        picture("zw1.2.png", "blue"),
        picture("没有编号.png", "green"),
        picture("BS-1.1 别的标准.png", "yellow"),
        builders.upload("ZW-1.3 坏的.png", b"MZ not a picture"),
        builders.upload("ZW-1.4 空的.png", b""),
    )
    filed = {piece.title: [item.code for item in piece.items.all()] for piece in Evidence.objects.all()}
    second = next(item.text for item in sheet.assessment.standard.sections.first().items.all()[1:])
    assert filed == {"机构": ["ZW-1.1"], second: ["ZW-1.2"]}
    words = told(answer)
    for name in ("没有编号.png", "BS-1.1 别的标准.png", "ZW-1.3 坏的.png", "ZW-1.4 空的.png"):
        assert name in words
    assert "ZW-1.1 机构.png → ZW-1.1" in words


def test_sent_again_it_is_pointed_to_and_not_kept_twice(client, sheet, liaison):
    site = sheet.assessment.site
    sent(client, site, picture("ZW-1.1 机构.png", "red"))
    sent(client, site, picture("ZW-1.1 机构.png", "red"), picture("ZW-1.2 机构.png", "red"))
    piece = Evidence.objects.get()
    assert sorted(item.code for item in piece.items.all()) == ["ZW-1.1", "ZW-1.2"]
    assert piece.files.count() == 1


def test_where_nothing_can_be_filed_the_form_says_why(client, sheet, liaison):
    answer = sent(client, sheet.assessment.site, picture("没有编号.png", "red"))
    assert answer.status_code == 422
    assert "没有编号.png" in str(answer.context["form"].errors["files"])
    assert not Evidence.objects.exists()
    many = [builders.upload(f"ZW-1.1 {n}.png") for n in range(61)]
    assert sent(client, sheet.assessment.site, *many).status_code == 422


def test_nobody_elses_site(client, sheet):
    address = url("evidence_folder", sheet.assessment.site_id)
    client.force_login(builders.office())
    assert client.post(address, {"files": [picture("ZW-1.1.png", "red")]}).status_code == 403
    client.force_login(builders.liaison(builders.building()))
    assert client.get(address).status_code == 404
    assert not Evidence.objects.exists()
