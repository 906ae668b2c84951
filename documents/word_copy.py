"""The Word copy of a paper: its own page, walked into a document of named styles; no word is written twice.

A copy is for changing words, not for keeping: each of its pages says so, it bears neither code nor signature,
and it is made anew whenever it is asked for. The grid is the paper's; where a line breaks, Word decides.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.section import Section, _Footer, _Header
from docx.shared import Mm

from .rendering import paper_html
from .typesetting import fit_mark
from .word_file import about, as_bytes
from .word_styles import CLOSER, LINE, Look, ending_looks, mark_look, set_styles
from .word_tables import add_table
from .word_text import Element, Piece, lines_apart, pieces, put, read, text_of

COPY = "副本，供修改用，以PDF文本为准"
# What stands on each page, and what proves the paper: a copy must not bear that.
_LEFT_OUT = frozenset({"draft", "sample", "verification"})
_STYLES = {
    "mark": "发文机关标志",
    "form-number": "编号",
    "addressee": "主送机关",
    "annex-note": "附件说明",
    "label": "附件标识",
    "signature": "署名",
    "date": "成文日期",
    "remark": "附注",
    "note": "表注",
    "clause": "方案原文",
    "copies": "抄送",
    "print-run": "份数",
}


def word_copy(kind: str, context: Mapping[str, Any]) -> bytes:
    """The .docx of a paper of any kind; equal contexts, equal bytes. Raises what `paper_html` does."""
    page = read(paper_html(kind, context))
    document = Document()
    _strip(document)
    set_styles(document, _looks(page))
    _set_page(document.sections[0], [COPY, context.get("draft", ""), context.get("sample_note", "")])
    for element in page.elements:
        _add(document, element, page)
    # A table does not end a document.
    document.add_paragraph(style="表间")
    about(
        document,
        title=str(context["title"]),
        subject=str(context["number"]),
        on=datetime.date.fromisoformat(str(context["issued_on"])),
    )
    return as_bytes(document)


def _strip(document: WordDocument) -> None:
    """Take away what an empty document of python-docx brings: pictures, lists, themes, settings."""
    for owner in (document.part.package, document.part):
        needed = ("/officeDocument", "/core-properties", "/extended-properties", "/styles", "/settings")
        for key in [key for key, rel in owner.rels.items() if not rel.reltype.endswith(needed)]:
            del owner.rels[key]
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    settings.append(parse_xml(_COMPATIBLE))
    document.settings.odd_and_even_pages_header_footer = True


def _set_page(section: Section, marks: list[str]) -> None:
    """A4 with the type area of 156 × 225 mm, its grid, and what stands on each page (5.2, 7.5)."""
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(23)
    grid = section._sectPr.find(f"{{{_W}}}docGrid")
    section._sectPr.replace(grid, parse_xml(_GRID))
    words = "　".join(mark for mark in marks if mark)
    for header in (section.header, section.even_page_header):
        _edge(header, "副本标记").add_run(words)
    for footer, style in ((section.footer, "单页页码"), (section.even_page_footer, "双页页码")):
        number = _edge(footer, style)
        number.add_run("— ")
        number._p.append(parse_xml(_PAGE_NUMBER))
        number.add_run(" —")


def _edge(part: _Header | _Footer, style: str) -> Any:
    paragraph = part.paragraphs[0]
    paragraph.style = style
    return paragraph


def _looks(page: Element) -> tuple[Look, ...]:
    """The styles that depend on the words: of the mark, and of the signature over the date."""
    said = {name: text_of(one) for one in page.all("p") for name in one.classes}
    found: tuple[Look, ...] = (mark_look(fit_mark(said["mark"])),) if "mark" in said else ()
    return (*found, *ending_looks(said["signature"], said["date"])) if "signature" in said else found


def _add(document: WordDocument, element: Element, parent: Element) -> None:
    if element.classes & _LEFT_OUT:
        return
    if element.tag == "table":
        if parent.elements.index(element) and _before(parent, element).tag == "table":
            document.add_paragraph(style="表间")
        add_table(document, element)
    elif "ends" in element.classes:
        left, right = (pieces(one) for one in element.elements)
        put(document.add_paragraph(style=_style_of_ends(parent)), [*left, Piece("\t", ""), *right])
    elif element.tag in ("p", "h1", "h2", "h3"):
        style = _style(element, parent)
        for is_second, words in lines_apart(element, "second"):
            put(document.add_paragraph(style="附件说明续" if is_second else style), words)
    else:
        for kid in element.elements:
            _add(document, kid, element)


def _before(parent: Element, element: Element) -> Element:
    return parent.elements[parent.elements.index(element) - 1]


def _style_of_ends(parent: Element) -> str:
    if parent.tag == "header":
        return "发文字号和签发人"
    return "印发" if any("copies" in one.classes for one in parent.elements) else "独行印发"


def _style(element: Element, parent: Element) -> str:
    if "number" in element.classes:
        return "发文字号" if parent.tag == "header" else "文号"
    if element.tag == "h1":
        numbered = any({"number", "form-number"} & one.classes for one in parent.elements)
        return "标题" if numbered else "标题和空行"
    if element.tag in ("h2", "h3"):
        if "annex" not in parent.classes:
            return "一级标题" if element.tag == "h2" else "二级标题"
        return "附件标题" if element.tag == "h2" else "章题"
    return next((_STYLES[name] for name in sorted(element.classes) if name in _STYLES), "Normal")


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_GRID = f'<w:docGrid {nsdecls("w")} w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="{CLOSER}"/>'
_PAGE_NUMBER = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
_COMPATIBLE = (
    f'<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
)
