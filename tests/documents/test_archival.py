"""What PDF/A-2a and PDF/UA-1 ask of a file, as far as it can be read out of it, of each kind.

No tool at hand judges PDF/A-2; the clauses are those of ISO 19005-2 and ISO 14289-1.
"""

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from documents.papers import DocumentKind
from documents.rendering import render_paper
from documents.signers import office_signer

from .reading import reader, tags_of
from .samples import sample

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
# 6.5.2, 6.6, 6.8: nothing that acts, plays or comes from elsewhere.
FORBIDDEN = {
    "/JS",
    "/JavaScript",
    "/Launch",
    "/AA",
    "/OpenAction",
    "/EmbeddedFiles",
    "/XFA",
    "/AlternatePresentations",
}


@pytest.fixture(scope="module")
def files() -> dict[DocumentKind, bytes]:
    return {kind: render_paper(kind.value, sample(kind)) for kind in DocumentKind}


def objects_of(pdf: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that can be come by from the trailer."""
    seen: set[int] = set()
    waiting: list[Any] = [pdf.trailer]
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if each.idnum in seen:
                continue
            seen.add(each.idnum)
            each = each.get_object()
        if isinstance(each, DictionaryObject):
            yield each
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list(each)


def metadata_of(pdf: PdfReader) -> bytes:
    return bytes(pdf.root_object["/Metadata"].get_object().get_data())


@pytest.mark.parametrize("kind", DocumentKind)
def test_metadata_bear_both_marks_and_explain_the_one_that_the_other_does_not_know(files, kind):
    packet = metadata_of(reader(files[kind]))
    (described,) = ET.fromstring(packet)  # noqa: S314  # our own file's
    marks: dict[str, str] = {}
    for each in described:
        marks |= each.attrib
    assert (marks[f"{PDFA}part"], marks[f"{PDFA}conformance"], marks[f"{PDFUA}part"]) == ("2", "A", "1")
    (namespace,) = described.iter(f"{SCHEMA}namespaceURI")
    assert f"{{{namespace.text}}}" == PDFUA


@pytest.mark.parametrize("kind", DocumentKind)
def test_colours_are_those_of_a_profile_in_the_file(files, kind):
    (intent,) = reader(files[kind]).root_object["/OutputIntents"]
    intent = intent.get_object()
    profile = intent["/DestOutputProfile"].get_object()
    assert (intent["/S"], profile["/N"]) == ("/GTS_PDFA1", 3)
    assert profile.get_data()[36:40] == b"acsp"
    assert profile.get_data()[16:20] == b"RGB "


@pytest.mark.parametrize("kind", DocumentKind)
def test_nothing_in_it_acts_or_lies_elsewhere(files, kind):
    pdf = reader(files[kind])
    assert not pdf.is_encrypted
    assert len(pdf.trailer["/ID"]) == 2
    for each in objects_of(pdf):
        assert FORBIDDEN.isdisjoint(each), each
        if isinstance(each, StreamObject):
            assert not {"/F", "/FFilter"} & set(each)
            assert "/LZWDecode" not in str(each.get("/Filter"))
        assert each.get("/Interpolate") in (None, False)
        if each.get("/S") == "/Transparency":
            assert "/CS" in each


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_font_is_in_the_file_and_every_glyph_has_its_character(files, kind):
    fonts = [each for each in objects_of(reader(files[kind])) if each.get("/Type") == "/Font"]
    assert fonts
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            assert "/ToUnicode" in font
            assert font["/Encoding"] == "/Identity-H"
        else:
            assert {"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object())


@pytest.mark.parametrize("kind", DocumentKind)
def test_whoever_hears_it_gets_all_of_it_in_order(files, kind):
    pdf = reader(files[kind])
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert not root["/MarkInfo"].get("/Suspects")
    assert (root["/Lang"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == ("zh-CN", True)
    assert all("/StructParents" in page and page["/Tabs"] == "/S" for page in pdf.pages)
    tags = list(tags_of(files[kind]))
    assert all(tag.get("/Alt") for tag in tags if tag.get("/S") == "/Figure")
    headings = [
        int(str(tag["/S"])[2:]) for tag in tags if str(tag.get("/S"))[:2] == "/H" and str(tag["/S"])[2:]
    ]
    assert headings[:1] == [1]
    assert all(below <= above + 1 for above, below in pairwise(headings))


def test_signature_leaves_the_metadata_and_the_version_and_is_printed_nowhere(files, tmp_path):
    unsigned = files[DocumentKind.NAMING_DECISION]
    with office_signer() as signer:
        signed = unsigned + signer.sign(unsigned)
    pdf = reader(signed)
    assert metadata_of(pdf) == metadata_of(reader(unsigned))
    assert pdf.root_object.get("/Version", pdf.pdf_header[5:]) in ("1.7", "/1.7")
    (widget,) = (each for each in objects_of(pdf) if each.get("/FT") == "/Sig")
    assert int(widget["/F"]) & 0b110 == 0b100  # to be printed and not hidden, as every annotation of PDF/A
    assert widget["/TU"]
    (tmp_path / "signed.pdf").write_bytes(signed)
    told = subprocess.run(
        ["pdfsig", tmp_path / "signed.pdf"], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told
