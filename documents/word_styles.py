"""The named styles of the Word copies of papers: the layout of GB/T 9704-2012 (`gbt9704.css`).

All that a copy looks like stands here: its text has styles, no formatting of its own.
"""

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from .typesetting import Mark

FANG, KAI, HEI, SONG, TITLE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
MONGOLIAN = "Mongolian Baiti"
TABLE = "表格"
RED, GREY = "E60012", "555555"
# Twips, 20 to a point. 22 lines in 225 mm, 28 characters in 156 mm: 16 pt less 849/4096 pt each (5.2.3).
AREA, LINE, CHARACTER, CLOSER = 8844, 579, 316, -849
TWO = 631  # two of them, a hair less: with more, one character falls to the next line


@dataclass(frozen=True, kw_only=True)
class Look:
    """How one style looks; sizes in points, distances in twips."""

    name: str
    based_on: str = "正文"
    font: str = ""
    size: float = 0
    color: str = ""
    bold: bool = False
    scale: float = 1  # of the characters' width
    underlined: bool = False
    of_characters: bool = False
    align: str = ""
    first: int | None = None  # the first line's indent, below 0 a hanging one
    left: int = 0
    right: int = 0
    before: int = 0
    after: int = 0
    exact: float = 0  # pt of a line, off the grid of lines
    keep: bool = False  # with what follows
    new_page: bool = False
    level: int = 0  # of a heading
    tab: int = 0  # a stop, for what stands at the right end of a line
    top: str = ""  # the rules above and below: eighths of a point, and the colour
    bottom: str = ""


LOOKS = (
    Look(name="版头编排", first=0),
    Look(name="发文字号", based_on="版头编排", align="center", bottom=f"12 {RED}", after=2 * LINE),
    Look(
        name="发文字号和签发人",
        based_on="版头编排",
        left=CHARACTER,
        right=CHARACTER,
        tab=AREA - CHARACTER,
        bottom=f"12 {RED}",
        after=2 * LINE,
    ),
    Look(name="文号", based_on="版头编排", align="center", after=LINE),
    Look(name="编号", based_on="版头编排", size=12, align="right", before=LINE // 2, after=113),
    Look(
        name="标题",
        based_on="版头编排",
        font=TITLE,
        size=22,
        bold=True,
        align="center",
        keep=True,
        level=1,
        exact=28.95,
    ),
    Look(name="标题和空行", based_on="标题", after=LINE),
    Look(name="主送机关", first=0, keep=True),
    Look(name="一级标题", font=HEI, keep=True, level=2),
    Look(name="二级标题", font=KAI, keep=True, level=3),
    Look(name="附件说明", before=LINE),
    Look(name="附件说明续", left=5 * CHARACTER, first=0),
    Look(name="附注"),
    Look(name="方案原文", font=KAI, size=12, first=0, exact=20),
    Look(name="附件标识", first=0, font=HEI, new_page=True, keep=True),
    Look(name="附件标题", based_on="标题", before=LINE, after=LINE, level=2),
    Look(name="章题", first=0, font=HEI, align="center", before=LINE, keep=True, level=3),
    # In a table, and under one: off the grid.
    Look(name="表格文字", first=0, size=10.5, exact=15, align="left"),
    Look(name="表格居中", based_on="表格文字", align="center"),
    Look(name="表头", based_on="表格居中", font=HEI),
    Look(name="表头左齐", based_on="表头", align="left"),
    Look(name="表格签章", based_on="表格文字", align="right", before=450),
    Look(name="表间", based_on="表格文字", exact=1),
    Look(name="表注", based_on="表格文字", before=113, after=113, align="both"),
    Look(name="名单文字", based_on="表格文字", size=12, exact=18),
    Look(name="名单居中", based_on="名单文字", align="center"),
    Look(name="名单表头", based_on="名单居中", font=HEI),
    Look(name="名单表头左齐", based_on="名单表头", align="left"),
    Look(name="名单签章", based_on="名单文字", align="right", before=450),
    # 版记 (7.4), behind the last line: a frame at the foot of the page is not drawn alike everywhere.
    Look(name="版记", first=0, size=14, exact=24, left=280, right=280, align="left"),
    Look(
        name="抄送",
        based_on="版记",
        left=280 + 840,
        first=-840,
        top="8 000000",
        bottom="6 000000",
        before=LINE,
        keep=True,
    ),
    Look(name="印发", based_on="版记", tab=AREA - 280, bottom="8 000000", keep=True),
    Look(name="独行印发", based_on="印发", top="8 000000", before=LINE),
    Look(name="份数", based_on="版记", align="right", bottom="8 000000"),
    Look(name="副本标记", first=0, font=HEI, size=10.5, exact=15, color=GREY, align="right"),
    Look(name="页码", first=0, font=SONG, size=14, exact=14, left=280, right=280),
    Look(name="单页页码", based_on="页码", align="right"),
    Look(name="双页页码", based_on="页码", align="left"),
    Look(name="黑体字", of_characters=True, font=HEI),
    Look(name="楷体字", of_characters=True, font=KAI),
    Look(name="有异", of_characters=True, underlined=True),
    Look(name="蒙古文", of_characters=True, font=MONGOLIAN),
)


def set_styles(document: Document, looks: tuple[Look, ...]) -> None:
    """These styles and no other: of those that python-docx brings, nothing is left."""
    styles = document.styles.element
    for child in list(styles):
        styles.remove(child)
    own = (_style(look) for look in (*LOOKS, *looks))
    for xml in (_DEFAULTS, _BODY, _CHARACTERS, _PLAIN_TABLE, _TABLE, *own):
        styles.append(parse_xml(xml))


def mark_look(mark: Mark) -> Look:
    """发文机关标志, as wide as the type area: its ink begins 35 mm below the area's top."""
    return Look(
        name="发文机关标志",
        based_on="版头编排",
        font=TITLE,
        size=round(mark.size * 2) / 2,
        scale=mark.scale,
        color=RED,
        bold=True,
        align="center",
        # What is above the first line of a page is left out by some programmes; a line of the grid is not.
        before=3 * LINE,
        after=2 * LINE,
        exact=round(mark.size * 1.2),
    )


def ending_looks(signature: str, date: str) -> tuple[Look, Look]:
    """署名 and 成文日期: the date four characters from the right, the signature centred over it (7.3.5.1)."""
    wide, narrow = len(signature) * CHARACTER, _date_width(date)
    over = max(0, (wide - narrow) // 2)
    date_right = max(4 * CHARACTER, over)
    signed = Look(
        name="署名",
        first=0,
        align="right",
        right=date_right + (narrow - wide) // 2,
        before=2 * LINE,
        keep=True,
    )
    if wide > AREA - CHARACTER:
        signed = Look(name="署名", first=0, align="center", before=2 * LINE, keep=True)
        date_right = 4 * CHARACTER
    return signed, Look(name="成文日期", first=0, align="right", right=date_right)


def _date_width(date: str) -> int:
    return sum(CHARACTER // 2 if letter.isascii() else CHARACTER for letter in date)


def _style(look: Look) -> str:
    name = quoteattr(look.name)
    if look.of_characters:
        about = f'<w:name w:val={name}/><w:basedOn w:val="a0"/><w:qFormat/>'
        return (
            f'<w:style {_NS} w:type="character" w:customStyle="1" w:styleId={name}>{about}'
            f"<w:rPr>{_letters(look)}</w:rPr></w:style>"
        )
    based_on = "a" if look.based_on == "正文" else look.based_on
    about = f"<w:name w:val={name}/><w:basedOn w:val={quoteattr(based_on)}/><w:qFormat/>"
    paragraph, letters = _paragraph(look), _letters(look)
    return (
        f'<w:style {_NS} w:type="paragraph" w:customStyle="1" w:styleId={name}>{about}'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def _paragraph(look: Look) -> str:
    """What a paragraph has, in the order that the standard asks for (ECMA-376, 17.3.1.26)."""
    parts = ["<w:keepNext/>"] if look.keep else []
    parts += ["<w:pageBreakBefore/>"] if look.new_page else []
    if look.top or look.bottom:
        sides = (("top", look.top), ("bottom", look.bottom))
        rules = (
            f'<w:{side} w:val="single" w:sz="{size}" w:space="1" w:color="{color}"/>'
            for side, rule in sides
            if rule
            for size, color in (rule.split(),)
        )
        parts.append(f"<w:pBdr>{''.join(rules)}</w:pBdr>")
    parts += [f'<w:tabs><w:tab w:val="right" w:pos="{look.tab}"/></w:tabs>'] if look.tab else []
    parts += ['<w:snapToGrid w:val="0"/>'] if look.exact else []
    if look.exact or look.before or look.after:
        line = f' w:line="{round(look.exact * 20)}" w:lineRule="exact"' if look.exact else ""
        parts.append(f'<w:spacing w:before="{look.before}" w:after="{look.after}"{line}/>')
    if look.first is not None or look.left or look.right:
        first = (
            ""
            if look.first is None
            else f' w:hanging="{-look.first}"'
            if look.first < 0
            else f' w:firstLine="{look.first}"'
        )
        parts.append(f'<w:ind w:left="{look.left}" w:right="{look.right}"{first}/>')
    parts += [f'<w:jc w:val="{look.align}"/>'] if look.align else []
    parts += [f'<w:outlineLvl w:val="{look.level - 1}"/>'] if look.level else []
    return "".join(parts)


def _letters(look: Look) -> str:
    """What its characters have, in the order of 17.3.2.28."""
    parts = [_fonts(look.font)] if look.font else []
    parts += ["<w:b/>"] if look.bold else []
    parts += ['<w:snapToGrid w:val="0"/>'] if look.exact else []
    parts += [f'<w:color w:val="{look.color}"/>'] if look.color else []
    parts += [f'<w:w w:val="{int(look.scale * 100) - 2}"/>'] if look.scale != 1 else []
    parts += (
        [f'<w:sz w:val="{round(look.size * 2)}"/><w:szCs w:val="{round(look.size * 2)}"/>']
        if look.size
        else []
    )
    parts += ['<w:u w:val="single"/>'] if look.underlined else []
    return "".join(parts)


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


_NS = nsdecls("w")
_DEFAULTS = (
    f"<w:docDefaults {_NS}><w:rPrDefault><w:rPr>{_fonts(FANG)}"
    '<w:kern w:val="0"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/>'
    "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
)
_BODY = (
    f'<w:style {_NS} w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/>'
    '<w:pPr><w:widowControl w:val="0"/><w:spacing w:before="0" w:after="0"/>'
    f'<w:ind w:firstLine="{TWO}"/><w:jc w:val="both"/></w:pPr>'
    # Said again: the grid of characters is counted from this style.
    f'<w:rPr>{_fonts(FANG)}<w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>'
)
_CHARACTERS = (
    f'<w:style {_NS} w:type="character" w:default="1" w:styleId="a0">'
    '<w:name w:val="Default Paragraph Font"/></w:style>'
)
_PLAIN_TABLE = (
    f'<w:style {_NS} w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/></w:style>'
)
_TABLE = (
    f'<w:style {_NS} w:type="table" w:customStyle="1" w:styleId="{TABLE}"><w:name w:val="{TABLE}"/>'
    '<w:basedOn w:val="a1"/><w:tblPr>'
    "<w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblLayout w:type="fixed"/>'
    '<w:tblCellMar><w:top w:w="68" w:type="dxa"/><w:left w:w="57" w:type="dxa"/>'
    '<w:bottom w:w="68" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)
