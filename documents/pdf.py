"""WeasyPrint, held to three promises: nothing is fetched, equal input gives equal bytes, fonts load once.

Imported when a paper is made, and by a worker before it forks (documents/tasks.py).
"""

import hashlib
import os
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from itertools import product
from typing import Any, NoReturn

import pydyf
from weasyprint import CSS, HTML, VERSION
from weasyprint.formatting_structure import boxes
from weasyprint.text.ffi import harfbuzz, pango
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from . import justifying
from .rendering import Drawn

justifying.install()

# Pango's font map must not be shared between threads, and the epoch below belongs to the whole process.
_one_at_a_time = threading.Lock()


class AssetRefusedError(RuntimeError):
    """A paper asked for something outside itself."""


class NotPrintedError(RuntimeError):
    """The fonts that a paper may be set in lack a character: it came out as a box, or in another font."""


class RefusingFetcher(URLFetcher):
    """Refuses every address, http, file and data alike: a paper's assets are handed over, never fetched."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:
        """Stop the rendering: a paper that lacks a part of itself must not be issued."""
        raise FatalURLFetchingError(f"a paper may not fetch {url[:200]}")


_refusing = RefusingFetcher()


# Kept for decades (PDF/A-2a) and read aloud (PDF/UA-1): WeasyPrint writes one mark alone, so the other is
# added, with the schema by which PDF/A wants it explained.
_VARIANT = "pdf/a-2a"
_READ_ALOUD = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file is made to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_FOOT = re.compile(r'<div class="last">.*?</footer></div>', re.DOTALL)
# What a head cell is the head of, in HTML's words and in PDF's.
_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}


def write_pdf(
    html: str, *, css: str, identifier: bytes, stamped: str, families: Collection[str] = ()
) -> Drawn:
    """The PDF of a paper's HTML; `stamped` is the ISO date its fonts are stamped with.

    Raises NotPrintedError where a character has no glyph, or one of a font that is not among `families` (of a
    paper; a sheet that is hung up takes what there is).
    """
    strange: set[str] = set()
    fonts: dict[str, str] = {}

    def finish(document: Any, pdf: Any) -> None:
        for font in document.fonts.values():
            fonts[font.name.decode().partition("+")[2]] = _file_digest(font)
            strange.update(f"U+{each:04X}" for each in font.missing)
            strange.update({font.family}.difference(families))
        for cell in _cells(document):
            if scope := cell.element.get("scope"):
                cell.mark["A"]["Scope"] = _SCOPES[scope]
            if language := cell.element.get("lang"):
                cell.mark["Lang"] = pydyf.String(language)
        metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        end = b"</rdf:RDF>"
        metadata.stream[:] = [each.replace(end, _READ_ALOUD + end) for each in metadata.stream]

    with _one_at_a_time, _stopped_clock(stamped):
        try:
            document = _laid_out(html, css)
            _put_foot_overleaf(document, html, css)
            content: bytes = document.write_pdf(
                finisher=finish, pdf_variant=_VARIANT, pdf_identifier=identifier
            )
        except FatalURLFetchingError as error:
            raise AssetRefusedError(str(error)) from error
    if families and strange:
        raise NotPrintedError(", ".join(sorted(strange)))
    return Drawn(content, fonts)


def _laid_out(html: str, css: str) -> Any:
    sheets = [_stylesheet(css)]
    return HTML(string=html, url_fetcher=_refusing).render(
        stylesheets=sheets, font_config=_fonts(), pdf_variant=_VARIANT
    )


def _put_foot_overleaf(document: Any, html: str, css: str) -> None:
    """Have 版记 on the last even page (GB/T 9704-2012, 7.4), of a paper that is printed on both sides.

    Where the paper ends on an odd page, its foot goes on the back, which has no number (7.5). The page is
    laid out by itself and put behind the others: to lay out the whole paper again would double its time.
    """
    foot = _FOOT.search(html)
    if foot is None or len(document.pages) % 2 == 0:
        return
    page = document.pages[-1]._page_box
    page.children = [box for box in page.children if not isinstance(box, boxes.FootnoteAreaBox)]
    back = f'<html lang="zh-CN"><title>版记</title><body class="overleaf">{foot[0]}</body></html>'
    document.pages += _laid_out(back, css).pages


def _cells(document: Any) -> Iterator[Any]:
    """The boxes of tables' cells: what they head, and in which language, WeasyPrint writes into no tag."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if box.element_tag in ("th", "td") and hasattr(box, "mark"):
                yield box


def versions() -> str:
    """WeasyPrint and the libraries that decide what a paper's bytes are."""
    number = pango.pango_version()
    pango_version = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    # HarfBuzz, which cuts the fonts down, answers only whether it is as new as something.
    newest = max(each for each in product(range(1, 30), range(20)) if harfbuzz.hb_version_atleast(*each, 0))
    harfbuzz_version = ".".join(map(str, newest))
    return (
        f"WeasyPrint {VERSION}, pydyf {version('pydyf')}, Pango {pango_version}, HarfBuzz {harfbuzz_version}"
    )


@cache
def _fonts() -> Any:
    """Found once per process: that alone costs most of a second."""
    return FontConfiguration()


@cache
def _stylesheet(css: str) -> Any:
    return CSS(string=css, font_config=_fonts(), url_fetcher=_refusing)


_digests: dict[tuple[str, int, int, int], str] = {}


def _file_digest(font: Any) -> str:
    """Of the whole file; what WeasyPrint keeps of it by then are the glyphs that the paper uses."""
    key = font.family, font.style, font.weight, font.index
    if key not in _digests:
        _digests[key] = hashlib.sha256(get_hb_object_data(font.hb_face)).hexdigest()
    return _digests[key]


@contextmanager
def _stopped_clock(day: str) -> Iterator[None]:
    """Stamp subset fonts with the day of issue.

    HarfBuzz writes no time into a subset; fontTools, WeasyPrint's fallback
    where HarfBuzz's subsetter is not installed, would write the second.
    """
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
