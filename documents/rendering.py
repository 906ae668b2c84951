"""From a frozen context to the bytes of a paper: Django template → WeasyPrint, the same bytes each time."""

import datetime
import hashlib
import io
import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from core.faces import is_rare, named_families

from .breaking import names_of_people, typeset
from .fields import missing_fields
from .papers import PAPERS, DocumentKind
from .typesetting import break_title, fit_mark

STYLESHEET = "gbt9704.css"
# Where a template names another, and what of the portal's own decides how a page is drawn.
_NAMED = re.compile(r"{% (?:extends|include) \"(documents/[^\"]+)\"")
_CODE = ("documents/justifying.py", "documents/pdf.py")
# Names of sites and units: a title keeps each on one line.
_NAME_FIELDS = ("site", "organisation", "filer", "district", "issuer", "programme_title")


class Page(NamedTuple):
    """A paper as it goes to the renderer: the same page, the same bytes, whatever templates say."""

    html: str
    css: str
    day: str  # ISO, of issue


class Drawn(NamedTuple):
    """A PDF, and the fonts it is set in, each with the SHA-256 of its file."""

    content: bytes
    fonts: dict[str, str]


def render_paper(kind: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a paper: A4 by GB/T 9704-2012, tagged (PDF/UA-1), in zh-CN; equal contexts, equal bytes.

    Raises ValueError for an unknown kind or an incomplete context, NotPrintedError (documents.pdf) where the
    papers' fonts lack a character.
    """
    return draw(paper_page(kind, context), families=named_families()).content


def paper_page(kind: str, context: Mapping[str, Any]) -> Page:
    """What a paper says, set by today's templates; raises ValueError as above."""
    html = typeset(paper_html(kind, context), names_of_people(context), is_rare=is_rare)
    return Page(html, stylesheet_text(STYLESHEET), str(context["issued_on"]))


def draw(page: Page, families: Collection[str] = ()) -> Drawn:
    """Its PDF; raises NotPrintedError where a character has no glyph, or none in one of these families."""
    from .pdf import write_pdf  # noqa: PLC0415  # WeasyPrint loads 60 MB that only a rendering worker needs

    html, css, day = page
    return write_pdf(html, css=css, identifier=_digest(html), stamped=day, families=families)


def made_with() -> str:
    """The renderer and what it draws with: with others, the same paper has other bytes."""
    from .pdf import versions  # noqa: PLC0415  # as above

    return versions()


class Sources(NamedTuple):
    """Files with their names, and one SHA-256 of them all."""

    sha256: str
    files: dict[str, str]


@cache
def paper_sources() -> Sources:
    """What papers are drawn from beside their own words: templates, style sheet, and the code that draws."""
    waiting = [f"documents/{kind.value}.html" for kind in DocumentKind]
    found = {name: (settings.BASE_DIR / name).read_text(encoding="utf-8") for name in _CODE}
    found[STYLESHEET] = stylesheet_text(STYLESHEET)
    while waiting:
        name = waiting.pop()
        found[name] = (settings.BASE_DIR / "templates" / name).read_text(encoding="utf-8")
        waiting += {one for one in _NAMED.findall(found[name]) if one not in found}
    said = json.dumps(found, sort_keys=True, ensure_ascii=False)
    return Sources(hashlib.sha256(said.encode()).hexdigest(), found)


def render_sheet(template: str, context: Mapping[str, Any], *, stylesheet: str, on: datetime.date) -> bytes:
    """The PDF of a sheet to hang up or hand out: no number, nothing kept; in Chinese, as papers are.

    Its template and style sheet stand beside the papers'; the same on the same day gives the same bytes.
    """
    with translation.override("zh-hans"):
        html = render_to_string(f"documents/{template}", dict(context))
    return draw(Page(html, stylesheet_text(stylesheet), on.isoformat())).content


def paper_html(kind: str, context: Mapping[str, Any]) -> str:
    """The HTML of a paper, everything but its style sheet inside it."""
    kind = DocumentKind(kind)
    if missing := missing_fields(kind, context):
        raise ValueError(f"{kind} lacks {', '.join(missing)}")
    paper = PAPERS[kind]
    if issuer := context.get("issuer"):
        paper = paper.issued_by(issuer)
    names = [str(context[field]) for field in _NAME_FIELDS if context.get(field)]
    drawn = {
        "paper": paper,
        "said": context,
        "mark": fit_mark(paper.mark) if paper.red_head else None,
        "title_lines": break_title(context["title"], names),
        "qr": qr(context["verification_url"], "验证二维码") if context["verification_url"] else "",
    }
    # The paper is Chinese whoever asks for it: the reader's language must not leak into the bytes.
    with translation.override("zh-hans"):
        return render_to_string(f"documents/{kind.value}.html", {**context, **drawn})


def qr(url: str, title: str) -> SafeString:
    """The QR code of an address as inline SVG, with the title that assistive technology reads out."""
    import segno  # noqa: PLC0415  # as above

    out = io.BytesIO()
    segno.make(url, micro=False).save(out, kind="svg", xmldecl=False, border=0, omitsize=True, title=title)
    return mark_safe(out.getvalue().decode())  # noqa: S308  # drawn by segno: the address is only in its dots


@cache
def stylesheet_text(name: str) -> str:
    path = settings.BASE_DIR / "templates" / "documents" / name
    return path.read_text(encoding="utf-8")


def _digest(html: str) -> bytes:
    """The PDF's identifier: 16 bytes from what it says and nothing else."""
    return hashlib.sha256(html.encode()).digest()[:16]
