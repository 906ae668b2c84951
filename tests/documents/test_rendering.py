"""The papers as a reader gets them: each test renders a real PDF and reads it back; none needs a database."""

import os
import re
import subprocess
import sys
import time

import pytest
import segno
from django.conf import settings
from django.utils import translation

from documents.fields import CONTEXTS
from documents.papers import PAPERS, DocumentKind
from documents.pdf import AssetRefusedError, NotPrintedError, write_pdf
from documents.rendering import paper_html, render_paper, stylesheet_text

from .reading import (
    PT_PER_MM,
    drawn_characters,
    lines_of,
    modules_at,
    page_count,
    pixels,
    reader,
    run,
    tags_of,
    text_of,
    words_of,
)
from .samples import (
    accepted_sites,
    determined_sites,
    named_sites,
    notice_findings,
    report_findings,
    sample,
    sheet_sections,
)

NOTICE, REPORT = DocumentKind.RECTIFICATION_NOTICE, DocumentKind.RECTIFICATION_REPORT
RESULT, ACCEPTANCE = DocumentKind.ACCEPTANCE_NOTICE, DocumentKind.ACCEPTANCE_REPORT
DETERMINED = DocumentKind.DETERMINED_LIST
DECISION, PUBLIC, FORM = DocumentKind.NAMING_DECISION, DocumentKind.PUBLIC_NOTICE, DocumentKind.FILING_FORM
LEFT, RIGHT, TOP, BOTTOM = 28, 184, 37, 262  # mm: the type area (GB/T 9704-2012, 5.2.1)


def make(kind, **changes):
    return render_paper(kind.value, sample(kind, **changes))


@pytest.fixture(scope="module")
def papers():
    return {kind: make(kind) for kind in DocumentKind}


@pytest.mark.parametrize("kind", DocumentKind)
def test_sample_has_exactly_the_fields_of_its_kind(kind):
    fields = CONTEXTS[kind]
    assert set(sample(kind)) == fields.__required_keys__ | fields.__optional_keys__


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_page_is_a4(papers, kind):
    for page in reader(papers[kind]).pages:
        assert float(page.mediabox.width) == pytest.approx(210 * PT_PER_MM, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(297 * PT_PER_MM, abs=0.1)


@pytest.mark.parametrize("kind", DocumentKind)
def test_paper_is_tagged_titled_dated_and_in_chinese(papers, kind):
    pdf = reader(papers[kind])
    root = pdf.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "zh-CN")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == sample(kind)["title"]
    own = {"filing_form": "filer", "district_determination": "issuer"}
    assert pdf.metadata.author == (PAPERS[kind].signature or sample(kind)[own[kind]])
    assert pdf.metadata.creation_date.date().isoformat() == sample(kind)["issued_on"]
    assert b'pdfuaid:part="1"' in pdf.xmp_metadata.stream.get_data()


def test_tags_name_headings_table_heads_and_the_qr(papers):
    tags = list(tags_of(papers[NOTICE]))
    kinds = [tag.get("/S") for tag in tags]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 4
    assert kinds.count("/TH") >= 6
    assert [tag["/Alt"] for tag in tags if tag.get("/S") == "/Figure"] == ["验证二维码"]


@pytest.mark.parametrize("kind", DocumentKind)
def test_fonts_are_embedded_and_are_the_ones_meant(papers, kind):
    rows = run("pdffonts", "-", data=papers[kind]).splitlines()[2:]
    names = {row.split()[0].partition("+")[2] for row in rows}
    assert all(re.search(r"yes yes yes\s+\d+\s+0$", row) for row in rows), rows
    meant = (
        "Fang",
        "仿宋",
        "XiaoBiaoSong",
        "小标宋",
        "Hei",
        "黑体",
        "Kai",
        "楷",
        "Song",
        "SimSun",
        "Noto-Serif-CJK-SC",
    )
    assert all(any(part in name for part in meant) for name in names), names
    assert any("Fang" in name or "仿宋" in name for name in names), names


def test_full_page_has_22_lines_of_28_characters():
    pdf = make(DECISION, grounds="汉" * 1000, sample_note="")
    lines = [line for line in lines_of(pdf, 2) if line.top < BOTTOM]
    assert len(lines) == 22
    assert {len(line.text) for line in lines} == {28}
    assert all(line.left >= LEFT - 0.2 and line.right <= RIGHT + 0.2 for line in lines)
    assert (lines[-1].top - lines[0].top) / 21 == pytest.approx(225 / 22, abs=0.01)


def test_mark_and_rule_stand_where_the_standard_puts_them(papers, tmp_path):
    image = pixels(papers[DECISION], 1, tmp_path)
    width, height = image.size
    data = image.load()
    red = [
        y
        for y in range(height)
        if any(data[x, y][0] > 150 and data[x, y][1] < 80 for x in range(0, width, 3))
    ]
    breaks = [index for index in range(1, len(red)) if red[index] != red[index - 1] + 1]
    assert len(breaks) == 1  # two red things: the mark and the rule
    assert red[0] * 25.4 / 300 == pytest.approx(TOP + 35, abs=0.5)
    rule = red[breaks[0] :]
    assert 0.3 <= len(rule) * 25.4 / 300 <= 0.6
    number = next(line for line in lines_of(papers[DECISION], 1) if "〔2008〕" in line.text)
    assert number.bottom < rule[0] * 25.4 / 300 < number.bottom + 5
    across = [x for x in range(width) if data[x, rule[1]][0] > 150 > data[x, rule[1]][1]]
    assert (across[0] * 25.4 / 300, across[-1] * 25.4 / 300) == pytest.approx((LEFT, RIGHT), abs=0.3)


def test_upward_report_has_its_number_left_and_its_signer_right(papers):
    number = next(line for line in lines_of(papers[REPORT], 1) if "〔2008〕8号" in line.text)
    assert number.left == pytest.approx(LEFT + 5.6, abs=0.5)  # one character in
    assert "签发人：赵某某" in text_of(papers[REPORT], 1)
    assert "签发人" not in text_of(papers[DECISION], 1)


def test_upward_report_without_a_leader_keeps_the_place_to_sign():
    line = next(line for line in lines_of(make(REPORT, signer=""), 1) if "签发人" in line.text)
    assert line.text.endswith("签发人：")
    assert line.right < RIGHT - 20  # room for a name before the margin


@pytest.mark.parametrize("kind", [PUBLIC, FORM])
def test_notice_and_form_have_no_red_head_and_no_printers_lines(papers, kind):
    assert "文件" not in text_of(papers[kind], 1)
    assert "印发" not in text_of(papers[kind], page_count(papers[kind]))


def test_page_numbers_are_dashed_odd_right_even_left():
    pdf = make(NOTICE, findings=notice_findings(60))
    assert page_count(pdf) >= 10
    pages = page_count(pdf)
    for page in range(1, pages + (f"—{pages}—" in text_of(pdf, pages))):
        number = next(line for line in lines_of(pdf, page) if line.text == f"—{page}—")
        assert f"— {page} —" in run("pdftotext", "-f", str(page), "-l", str(page), "-", "-", data=pdf)
        assert number.top > BOTTOM + 5
        assert number.right > 175 if page % 2 else number.left < 37


@pytest.mark.parametrize("kind", [NOTICE, REPORT, ACCEPTANCE])
def test_paper_names_site_programme_and_proposed_points(papers, kind):
    text = text_of(papers[kind])
    assert "海勃湾区人民政府政务服务中心" in text
    assert "《乌海市政务公开示范点建设工作方案》（乌海政办发〔2007〕55号）" in text
    assert "按《乌海市政务公开示范点建设考评办法》（第1版）评分" in text
    assert "拟定分值" not in text


def test_notice_shows_every_element_of_a_public_notice(papers):
    text = text_of(papers[PUBLIC])
    context = sample(PUBLIC)
    for field in ("office", "postcode", "telephone", "web"):
        assert context[field] in text
    assert "2008年5月27日至2008年6月2日，共5个工作日" in text
    assert "真实姓名" in text
    assert "加盖公章" in text
    assert all(site["name"] in text for site in context["sites"])
    assert text.count("不计入") >= text.count("计入") // 3


def test_decision_counts_each_kind(papers):
    text = text_of(papers[DECISION])
    assert "等7个单位为“乌海市政务公开示范点”，命名市第一中学等4个单位为“乌海市办事公开示范点”" in text
    only = text_of(make(DECISION, sites=named_sites(1)))
    assert "决定命名海勃湾区人民政府政务服务中心为“乌海市政务公开示范点”（名单见附件）" in only


def test_determined_list_names_its_grounds_and_every_site_by_level_and_district(papers):
    text = text_of(papers[DETERMINED])
    assert "《乌海市政务公开示范点建设工作方案》（乌海政办发〔2007〕55号）" in text
    assert "共11个，其中市级示范点8个、区级示范点3个；政务公开示范点7个、办事公开示范点4个" in text
    districts = [f"{name}区级示范点（1个）" for name in ("海勃湾区", "海南区", "乌达区")]
    heads = ["市级示范点（8个）", *districts]
    assert sorted(heads, key=text.index) == heads
    assert all(site["name"] in text for site in sample(DETERMINED)["sites"])
    assert "名单见附件" in text


def test_determined_list_of_few_sites_stands_in_the_text_and_counts_no_zeros():
    sites = determined_sites(3)
    text = text_of(make(DETERMINED, sites=sites))
    assert "本次确定的示范点共3个。名单如下：" in text
    assert "附件" not in text
    assert all(site["name"] in text for site in sites)
    one = text_of(make(DETERMINED, sites=sites[:1], cited=""))  # the sentence then ends on its page
    assert "确定海勃湾区人民政府政务服务中心为市级政务公开示范点。" in one


def test_determined_list_of_a_later_batch_says_that_it_supplements():
    assert "在已公布名单的基础上补充确定" in text_of(make(DETERMINED, is_supplement=True))


def test_determined_list_of_100_sites_repeats_its_head_and_keeps_the_order():
    pdf = make(DETERMINED, sites=determined_sites(100))
    pages = [text_of(pdf, page) for page in range(1, page_count(pdf) + 1)]
    first = next(index for index, text in enumerate(pages) if "序号" in text)
    assert all("建设单位" in text for text in pages[first:])
    ordinals = [
        int(word.text)
        for page in range(first + 1, len(pages) + 1)
        for word in words_of(pdf, page)
        if word.text.isdecimal() and word.right < 40 and word.top < BOTTOM
    ]
    assert ordinals == list(range(1, 101))


FAILED = {"decision": "未通过验收", "decision_note": "公开内容不全面。", "band": "不合格"}


def test_result_goes_to_the_unit_as_a_notice_and_upward_as_a_report(papers):
    told, reported = text_of(papers[RESULT]), text_of(papers[ACCEPTANCE])
    assert "验收结果的通知" in told
    assert "海勃湾区人民政府：" in told
    assert "海勃湾区人民政府政务服务中心通过验收。请继续完善" in told
    assert "将以适当形式进行社会公示" in told
    assert "验收情况的报告" in reported
    assert "乌海市政务公开领导小组：" in reported
    assert "签发人：赵某某" in reported
    assert reported.count("特此报告。") == 1
    # What is the leading group's to weigh.
    assert "存疑" in reported
    assert "存疑" not in told
    assert "初审" not in told


def test_sum_stands_in_an_annex_and_nowhere_else(papers):
    text = text_of(papers[ACCEPTANCE])
    before, annex = text.split("附件综合得分计算表")
    assert "×" not in before
    assert "92.5×80%＋88×20%＋1＝92.6" in annex
    assert "×" not in text_of(papers[RESULT])


def test_failed_site_is_told_to_go_on_and_has_no_band():
    failed = text_of(make(RESULT, **FAILED))
    assert "海勃湾区人民政府政务服务中心未通过验收。公开内容不全面。" in failed
    assert "继续整改" in failed
    assert "另行组织验收" in failed
    assert "公示" not in failed
    assert "命名" not in failed
    reported = text_of(make(ACCEPTANCE, recommendation="不予通过验收", **FAILED))
    rows = [{**site, "band": "良好", "decision": "未通过验收"} for site in accepted_sites()]
    listed = text_of(make(DocumentKind.PROGRAMME_ACCEPTANCE, sites=rows))
    site = {**sample(DocumentKind.RESULT_SHEET)["sites"][0], "decision": "未通过验收", "band": "良好"}
    sheet = text_of(make(DocumentKind.RESULT_SHEET, sites=[site]))
    for text in (failed, reported, listed, sheet):
        assert "未通过验收" in text
        assert all(band not in text for band in ("等次为", "优秀", "良好", "不合格"))


def test_gaps_are_told_as_an_office_writes_them(papers):
    text = text_of(papers[NOTICE])
    assert "在“政务公开列入政府议事日程”等2项上存在差距。" in text
    assert "在“设有政务公开栏”上存在差距。" in text
    assert "存在差距2项" not in text


@pytest.mark.parametrize("kind", [NOTICE, DocumentKind.WARNING_NOTICE])
def test_days_are_counted_in_the_annex_alone(papers, kind):
    before, annex = text_of(papers[kind]).split("附件整改期限计算表" if kind != NOTICE else "一览表序号")
    assert "星期六" not in before
    assert "星期六" in annex


@pytest.mark.parametrize("kind", [PUBLIC, DECISION])
def test_notice_and_decision_cite_the_plan_once_around_the_same_grounds(papers, kind):
    text = text_of(papers[kind])
    assert text.count("《乌海市政务公开示范点建设工作方案》") == 1
    assert text.count(sample(kind)["grounds"]) == 1


def test_decision_says_of_each_site_what_became_of_objections(papers):
    text = text_of(papers[DECISION])
    assert "10个无异议，市建设工程交易服务大厅的异议经核查不成立（各示范点的公示情况见附件）" in text
    assert text.count("异议不成立") == 1
    clear = [{**row, "objection": "无异议"} for row in named_sites()]
    assert "公示期满，本次命名的示范点均无异议（" in text_of(make(DECISION, sites=clear))
    declined = [{**row, "objection": "异议不予受理"} for row in named_sites(1)]
    told = text_of(make(DECISION, sites=declined))
    assert "本次命名的示范点中，海勃湾区人民政府政务服务中心的异议依照规定不予受理（" in told


@pytest.mark.parametrize("kind", [NOTICE, REPORT])
def test_gap_of_the_whole_site_stands_without_a_code(kind):
    whole = {"code": "", "section": "总体情况", "item": "总体情况", "clause": "", "max_points": ""}
    rows = {NOTICE: notice_findings, REPORT: report_findings}[kind](2)
    rows[1] |= {field: value for field, value in whole.items() if field in rows[1]}
    text = text_of(make(kind, findings=rows))
    assert "总体情况" in text
    assert "总体情况（）" not in text


@pytest.mark.parametrize("kind", [NOTICE, REPORT])
def test_no_findings_make_a_short_paper_without_annex(kind):
    pdf = make(kind, findings=[])
    assert page_count(pdf) == 2
    assert "附件" not in text_of(pdf)
    assert "未发现存在差距的检查项" in text_of(pdf)


@pytest.mark.parametrize(
    ("kind", "rows"), [(NOTICE, notice_findings(200)), (REPORT, report_findings(200, 150))]
)
def test_200_findings_repeat_the_head_on_every_page(kind, rows):
    pdf = make(kind, findings=rows)
    pages = [text_of(pdf, page) for page in range(1, page_count(pdf) + 1)]
    if f"—{len(pages)}—" not in pages[-1]:
        pages.pop()  # the back, with the foot alone
    first = next(index for index, text in enumerate(pages) if "一览表" in text and "序号" in text)
    # The last page may be the back that has the foot alone.
    listed = [text for text in pages[first:] if f"—{pages.index(text) + 1}—" in text]
    assert all("序号" in text and "改进意见" in text for text in listed)
    assert len(listed) >= len(pages) - first - 1
    ordinals = [
        int(word.text)
        for page in range(first + 1, len(pages) + 1)
        for word in words_of(pdf, page)
        if word.text.isdecimal() and word.right < 38 and word.top < BOTTOM
    ]
    assert sorted(ordinals) == list(range(1, 201))


def test_finding_longer_than_a_page_loses_nothing():
    rows = notice_findings(2)
    rows[0]["reason"] = "始" + "差" * 3000 + "终"
    text = text_of(make(NOTICE, findings=rows))
    assert text.count("差") >= 3000
    assert "始" in text
    assert "终" in text


@pytest.mark.parametrize("filler", range(0, 28 * 24, 28 * 3))
def test_signature_never_stands_alone_and_the_foot_ends_the_last_even_page(filler):
    pdf = make(RESULT, decision_note="意" * filler)
    pages = [lines_of(pdf, page) for page in range(1, page_count(pdf) + 1)]
    (signed,) = (page for page in pages if any(line.text == "2008年5月20日" for line in page))
    signature = next(line for line in signed if line.text == "2008年5月20日")
    assert any(TOP < line.top < signature.top - 20 for line in signed)
    (footed,) = (
        number for number, page in enumerate(pages, start=1) if any("印发" in line.text for line in page)
    )
    assert footed == len(pages)
    assert footed % 2 == 0
    foot = next(line for line in pages[-1] if line.text.endswith("印发"))
    assert BOTTOM - 10 < foot.bottom < BOTTOM
    numbered = any(re.fullmatch("—\\d+—", line.text) for line in pages[-1])
    assert numbered == (pages[-1] is signed)  # the back that has the foot alone has no number


@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if PAPERS[kind].red_head])
def test_foot_stands_on_an_even_page_of_each_kind(papers, kind):
    pages = page_count(papers[kind])
    assert pages % 2 == 0
    feet = [page for page in range(1, pages + 1) if "日印发" in text_of(papers[kind], page)]
    assert feet == [pages]


def test_qr_is_that_of_the_verification_address(papers, tmp_path):
    url = sample(DECISION)["verification_url"]
    pages = range(1, page_count(papers[DECISION]) + 1)
    last = max(page for page in pages if "验证码" in text_of(papers[DECISION], page))
    image = pixels(papers[DECISION], last, tmp_path, dpi=600)
    modules = [[bool(module) for module in row] for row in segno.make(url, micro=False).matrix]
    # In the last page's bottom margin.
    assert modules_at(image, len(modules), left=53, top=273, size=16, dpi=600) == modules
    assert sample(DECISION)["verification_code"] in text_of(papers[DECISION], last)
    assert "以纸质盖章件为准" in text_of(papers[DECISION], last)


def test_rare_characters_are_drawn_in_every_face():
    rare = "𠮷䶮喆㎡〇犇龑垚"
    pdf = make(NOTICE, site=f"示例{rare}大厅", organisation=rare, addressee=rare, title=f"关于{rare}的通知")
    assert text_of(pdf).count(rare) >= 3
    assert set(rare) <= drawn_characters(pdf)


@pytest.mark.parametrize(
    ("sign", "told"),
    [
        ("\u0378", "U\\+0378"),  # assigned to nothing: a box
        ("\u1200", "U\\+1200"),  # Ethiopic, of which no font is installed
        ("\ue123", "OpenSymbol|U\\+E123"),  # of private use: any font's that happens to be there
    ],
)
def test_character_that_no_named_font_has_stops_the_paper(sign, told):
    with pytest.raises(NotPrintedError, match=told):
        make(NOTICE, site=f"示例{sign}大厅")


def test_mongolian_names_stand_upright_and_are_read_out_as_they_are_written():
    names = ["ᠮᠣᠩᠭᠤᠯ", "ᠦᠬᠠᠢ ᠬᠣᠲᠠ ᠶᠢᠨ ᠵᠠᠰᠠᠭ ᠤᠨ ᠦᠢᠯᠡᠴᠢᠯᠡᠭᠡᠨ ᠦ ᠲᠥᠪ"]
    sites = [{**row, "mongolian": name} for row, name in zip(named_sites(2), names, strict=True)]
    pdf = make(DECISION, sites=sites)
    words = {word.text: word for page in range(1, page_count(pdf) + 1) for word in words_of(pdf, page)}
    for word in " ".join(names).split():
        assert word in words
    tall = words["ᠦᠢᠯᠡᠴᠢᠯᠡᠭᠡᠨ"]
    assert tall.bottom - tall.top > 2 * (tall.right - tall.left)
    assert "Noto-Sans-Mongolian" in run("pdffonts", "-", data=pdf)
    cells = [tag for tag in tags_of(pdf) if tag.get("/Lang") == "mn-Mong"]
    assert [tag["/S"] for tag in cells] == ["/TD", "/TD"]
    assert "蒙古文" not in text_of(make(DECISION))  # no table where nobody has such a name


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_head_cell_says_what_it_is_the_head_of(papers, kind):
    heads = [tag for tag in tags_of(papers[kind]) if tag.get("/S") == "/TH" and tag.get("/K")]
    assert all(tag["/A"]["/Scope"] in ("/Column", "/Row") for tag in heads)
    assert heads or "<table" not in paper_html(kind.value, sample(kind))


@pytest.mark.parametrize("kind", [DETERMINED, DocumentKind.SCORE_SHEET])
def test_group_of_many_rows_has_its_head_and_the_columns_on_each_page(kind):
    many = {
        DETERMINED: {"sites": determined_sites(120)},
        DocumentKind.SCORE_SHEET: {"sections": sheet_sections(40)},
    }
    pdf = make(kind, **many[kind])
    words = {
        DETERMINED: ("个）", "序号", "建设单位", "类别"),
        DocumentKind.SCORE_SHEET: ("：得", "检查项", "自评", "扣分理由"),
    }[kind]
    tables = [text_of(pdf, page) for page in range(3, page_count(pdf))]
    assert len(tables) > 3
    assert all(word in text for text in tables for word in words)


def test_same_context_gives_the_same_bytes_a_second_later():
    first = make(PUBLIC)
    make(NOTICE)
    time.sleep(1.1)
    assert make(PUBLIC) == first


def test_same_context_gives_the_same_bytes_in_another_process(papers):
    code = (
        "import sys, django; django.setup();"
        "from documents.rendering import render_paper; from tests.documents.samples import sample;"
        "sys.stdout.buffer.write(render_paper('naming_decision', sample('naming_decision')))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/New_York", "LANG": "C"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, capture_output=True, check=True
    )
    assert done.stdout == papers[DECISION]


def test_another_context_gives_another_identifier():
    one, two = make(FORM), make(FORM, filed_by="孙某某")
    assert reader(one).trailer["/ID"] != reader(two).trailer["/ID"]


def test_readers_language_does_not_change_the_paper(papers):
    with translation.override("en"):
        assert make(DECISION) == papers[DECISION]


def test_environment_is_left_as_it_was(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "42")
    make(FORM)
    assert os.environ["SOURCE_DATE_EPOCH"] == "42"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    make(FORM)
    assert "SOURCE_DATE_EPOCH" not in os.environ


ATTACK = (
    '<img src="http://127.0.0.1:9/a.png"><style>@import url(file:///etc/passwd)</style>"><svg onload=x>&lt;'
)


@pytest.mark.parametrize("kind", DocumentKind)
def test_markup_in_user_text_is_printed_not_obeyed(kind):
    def spoil(value, key=""):
        if isinstance(value, dict):
            return {name: spoil(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [spoil(inner) for inner in value]
        dated = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d|", value)
        return value if dated or not isinstance(value, str) or key == "kind" else value + ATTACK

    context = spoil(sample(kind))
    html = paper_html(kind.value, context)
    assert "<img" not in html
    assert html.count("<svg") == 1
    assert "&lt;img src=&quot;http://127.0.0.1:9/a.png&quot;&gt;" in html
    assert "<imgsrc=" in text_of(render_paper(kind.value, context))


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://127.0.0.1:9/a.png">',
        '<img src="file:///etc/passwd">',
        '<img src="data:image/png;base64,AAAA">',
        '<p style="background:url(https://127.0.0.1:9/)">x</p>',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        "<style>@font-face{font-family:x;src:url(file:///etc/passwd)} p{font-family:x}</style><p>x</p>",
    ],
)
def test_any_address_stops_the_rendering(markup):
    with pytest.raises(AssetRefusedError, match="may not fetch"):
        write_pdf(
            f'<html lang="zh-CN"><title>x</title>{markup}',
            css=stylesheet_text("gbt9704.css"),
            identifier=b"0" * 16,
            stamped="2008-05-20",
        )


def test_unknown_kind_and_incomplete_context_are_refused():
    with pytest.raises(ValueError, match="leaflet"):
        render_paper("leaflet", {})
    context = sample(DECISION)
    del context["notice_number"]
    with pytest.raises(ValueError, match="notice_number"):
        render_paper(DECISION.value, context)
