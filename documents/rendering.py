"""From a frozen context to the bytes of a paper: Django template → WeasyPrint, the same bytes each time."""

import datetime
import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from .fields import missing_fields
from .papers import PAPERS, DocumentKind
from .typesetting import break_title, fit_mark

# Names of sites and units: a title keeps each on one line.
_NAME_FIELDS = ("site", "organisation", "filer", "district", "issuer", "programme_title")


def render_paper(kind: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a paper: A4 by GB/T 9704-2012, tagged (PDF/UA-1), in zh-CN; equal contexts, equal bytes.

    Raises ValueError for an unknown kind or an incomplete context.
    """
    from .pdf import write_pdf  # noqa: PLC0415  # WeasyPrint loads 60 MB that only a rendering worker needs

    return write_pdf(
        paper_html(kind, context),
        stylesheet="gbt9704.css",
        identifier=_digest(kind, context),
        stamped=str(context["issued_on"]),
    )


def render_sheet(template: str, context: Mapping[str, Any], *, stylesheet: str, on: datetime.date) -> bytes:
    """The PDF of a sheet to hang up or hand out: no number, nothing kept; in Chinese, as papers are.

    Its template and style sheet stand beside the papers'; the same on the same day gives the same bytes.
    """
    from .pdf import write_pdf  # noqa: PLC0415  # as above

    with translation.override("zh-hans"):
        html = render_to_string(f"documents/{template}", dict(context))
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    return write_pdf(html, stylesheet=stylesheet, identifier=identifier, stamped=on.isoformat())


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


def _digest(kind: str, context: Mapping[str, Any]) -> bytes:
    """The PDF's identifier: 16 bytes from what it says and nothing else."""
    said = json.dumps([kind, context], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).digest()[:16]
