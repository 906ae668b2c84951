"""The plan's text as the public reads it: to the letter, a paragraph a line."""

import hashlib

import pytest

from sites.models import Programme

pytestmark = pytest.mark.django_db

# SHA-256 over the characters of the plan as published, without white space and typesetter's tags.
DIGEST_OF_THE_PLAN = "3fe067c931f2239b1fa46aad9e9f7f11926b8c106c8c5457a8905269b7cfd74b"


def test_text_is_the_plan_to_the_letter():
    text = Programme.objects.get().text

    assert hashlib.sha256("".join(text.split()).encode()).hexdigest() == DIGEST_OF_THE_PLAN


def test_text_keeps_the_slips_of_the_original():
    text = Programme.objects.get().text

    for slip in ("(中办发2005〕12号)", "形式监督检查", "特制定本实施方案", "（四） 验收阶段(2008年5月)。 市"):
        assert slip in text


def test_text_is_one_paragraph_a_line_without_typesetters_marks():
    text = Programme.objects.get().text
    lines = text.splitlines()

    assert len(lines) == 34
    assert [line for line in lines if line != line.strip() or not line] == []
    # Typesetter's tags, full-width and unbreakable spaces, private-use characters.
    for mark in ("〖", "〗", "\u3000", "\u00a0"):
        assert mark not in text
    assert [character for character in text if "\ue000" <= character <= "\uf8ff"] == []
    assert [line for line in lines if line[1] == "、" and line[0] in "一二三四五六"] == [
        "一、指导思想",
        "二、工作目标",
        "三、示范点的确定",
        "四、示范点的建设标准",
        "五、实施步骤",
        "六、保障措施",
    ]
