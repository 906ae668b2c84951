"""The standing text of papers: its small language, what is refused in it, and what papers are made of it."""

import re

import pytest
from django.conf import settings

from documents.facts import FactType, facts_of, known_names
from documents.papers import DocumentKind
from documents.rendering import paper_html
from documents.wording import LONGEST, faults, filled, of_paper, of_samples
from documents.wordings import annexes_of, delivered, faults_of

from .samples import sample

NOTICE, DECISION = DocumentKind.RECTIFICATION_NOTICE, DocumentKind.NAMING_DECISION


def said(text, kind=NOTICE, **changes):
    return filled(text, of_paper(kind, sample(kind, **changes)))


def told(text, kind=NOTICE):
    return [(fault.line, str(fault.words)) for fault in faults(text, kind, annexes_of(kind))]


# -- what it says --------------------------------------------------------------


def test_fields_stand_as_papers_write_them():
    assert said("{示范点}于{签署日期}得{督查得分}分，差距{差距数}项。") == (
        "海勃湾区人民政府政务服务中心于2008年4月16日得86.5分，差距6项。"
    )


@pytest.mark.parametrize(("findings", "words"), [(6, "有差距，多项。"), (1, "有差距。"), (0, "没有差距。")])
def test_conditions_choose_and_stand_within_one_another(findings, words):
    rows = sample(NOTICE)["findings"][:findings]
    text = "{如 有差距}有差距{如 多个差距}，多项{完}{否则}没有差距{完}。"
    assert said(text, findings=rows) == words


def test_condition_on_a_text_asks_whether_there_is_something():
    text = "{如 检查人员}（{检查人员}）{完}检查。"
    assert said(text, inspectors="") == "检查。"
    assert said(text, inspectors="组长张某某") == "（组长张某某）检查。"


def test_line_breaks_of_the_form_are_none_of_the_paper():
    assert said("一、\r\n二。\n") == "一、二。"


def test_value_that_looks_like_a_mark_or_markup_is_printed_as_it_is():
    site = "{督查组}<b>{如 有差距}</b>"
    assert said("{示范点}", site=site) == site
    html = paper_html(NOTICE.value, sample(NOTICE, site=site))
    assert "{督查组}&lt;b&gt;{如 有差距}&lt;/b&gt;" in html
    assert "<b>" not in html


def test_text_of_the_office_is_escaped_like_any_other():
    words = delivered(NOTICE) | {"开头·1": "<script>alert(1)</script>&amp;{示范点}"}
    html = paper_html(NOTICE.value, sample(NOTICE, words=words))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;海勃湾区" in html


def test_paper_without_words_of_its_own_has_the_text_the_portal_comes_with():
    context = sample(DECISION)
    whole = paper_html(DECISION.value, context)
    del context["words"]
    assert paper_html(DECISION.value, context) == whole


# -- what is refused -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{示范店}", "示范点"),  # a slip: what was meant is named
        ("{密码}", "没有“密码”"),
        ("{牌匾编号}", "其他文种"),
        ("{__class__}", "没有"),
        ("{示范点.organisation}", "没有"),
        ("{context.site}", "没有"),
        ("{有差距}", "如"),
        ("{如 差距数}有{完}", "数字"),
        ("{如 有差距}有", "完"),
        ("有{完}", "如"),
        ("有{否则}无", "如"),
        ("{如 有差距}一{否则}二{否则}三{完}", "两次"),
        ("{循环 差距}{示范点}{完}", "如"),
        ("{如 差距 每项}{示范点}{完}", "没有"),
        ("{% for a in b %}x{% endfor %}", "标记"),
        ("{{ site }}", "标记"),
        ("<b>督查</b>", "标记"),
        ("&lt;b&gt;<", "标记"),
        ("左边{没有", "大括号"),
        ("右边}没有", "大括号"),
        ("{示范\n点}", "大括号"),
        ("", "空"),
        ("　 \n", "空"),
        ("差" * (LONGEST + 1), str(LONGEST)),
        ("差" * 5000, str(LONGEST)),
        ("好😀", "U+1F600"),
        ("好\u202e反", "U+202E"),
        ("好\ud800", "U+D800"),
        ("好\x07", "U+0007"),
        ("好\ue123", "U+E123"),
        ("见附件2。", "附件2"),
    ],
)
def test_what_cannot_be_published_is_said_in_words(text, words):
    found = told(text)
    assert found
    assert any(words in each for _line, each in found), found


def test_fault_is_told_with_its_line():
    assert [line for line, _words in told("第一行{示范点}\n第二行{不存在}\n第三行<b>")] == [3, 2]


def test_annex_that_a_kind_has_may_be_named_and_none_beside():
    public, report = DocumentKind.PUBLIC_NOTICE, DocumentKind.UPWARD_REPORT
    assert told("见附件1、附件2。", public) == []
    assert len(told("见附件3。", public)) == 1
    assert len(told("见附件。", report)) == 1


def test_deep_nesting_is_read_or_refused_and_never_breaks_the_reader():
    deep = "{如 有差距}" * 180 + "深" + "{完}" * 180
    assert told(deep) == []
    assert said(deep) == "深"


# -- what the portal comes with -------------------------------------------------


@pytest.mark.parametrize("kind", DocumentKind)
def test_delivered_text_has_no_fault_and_reads_on_all_samples(kind):
    assert faults_of(kind, delivered(kind)) == {}
    for text in delivered(kind).values():
        for holds in (True, False):
            assert not re.search(r"[{}]", filled(text, of_samples(kind, all_hold=holds)))


@pytest.mark.parametrize("kind", DocumentKind)
def test_template_says_each_passage_and_no_sentence_beside(kind):
    source = (settings.BASE_DIR / f"templates/documents/{kind.value}.html").read_text()
    assert sorted(set(re.findall(r'{% passage "(.+?)" %}', source))) == sorted(delivered(kind))
    words = [text for text in delivered(kind).values() if len(text) > 12 and "{" not in text]
    html = paper_html(kind.value, sample(kind, words=dict.fromkeys(delivered(kind), "改")))
    assert all(text not in html for text in words)


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_fact_of_a_kind_can_be_told_of_its_paper(kind):
    for fact in facts_of(kind).values():
        printed = fact.printed(sample(kind))
        assert isinstance(fact.holds(sample(kind)), bool)
        if fact.type == FactType.NUMBER:
            assert printed.isdecimal(), fact.name
        if fact.type == FactType.DATE:
            assert re.fullmatch(r"\d{4}年\d+月\d+日|", printed), fact.name
    assert known_names() >= set(facts_of(kind))


def test_every_fact_is_some_kinds():
    assert known_names() == {name for kind in DocumentKind for name in facts_of(kind)}
