"""The numbers of papers: how they are written, read back, and found."""

import pytest

from documents.models import Document
from documents.numbers import NUMBERED, is_numbered, number_of, number_written
from documents.papers import PAPERS, DocumentKind, Paper, numbered
from tests.documents.papers import issue_paper

# The letters of each kind's series, by hand.
SERIES = {
    "district_determination": "区政公办",
    "filing_form": "乌政公报",
    "determined_list": "乌政公发",
    "rectification_notice": "乌政公办",
    "rectification_report": "乌政公办",
    "rulebook_notice": "乌政公发",
    "rectification_summary": "乌政公办",
    "acceptance_notice": "乌政公办",
    "acceptance_report": "乌政公办",
    "programme_acceptance": "乌政公办",
    "public_notice": "乌政公办",
    "notice_extension": "乌政公办",
    "objection_reply": "乌政公办",
    "information_reply": "乌政公办",
    "naming_decision": "乌政公发",
    "commendation_decision": "乌政公发",
    "warning_notice": "乌政公办",
    "restoration_notice": "乌政公办",
    "revocation_decision": "乌政公发",
    "team_notice": "乌政公办",
    "introduction_letter": "乌政公介",
    "result_sheet": "乌政公办",
    "score_sheet": "乌政公评",
    "deliberation_record": "乌政公议",
    "minutes": "乌政公纪",
    "upward_report": "乌政公办",
}


def test_every_kind_has_its_series():
    assert {kind: paper.series for kind, paper in PAPERS.items()} == SERIES
    assert [paper.kind for paper in PAPERS.values()] == list(PAPERS) == list(DocumentKind)


def test_paper_is_headed_goes_down_and_may_be_public_unless_it_is_said():
    paper = Paper(DocumentKind.WARNING_NOTICE, "乌政公办", mark="", signature="")
    assert (paper.red_head, paper.upward, paper.internal, paper.closed) == (True, False, False, False)


@pytest.mark.parametrize(("ordinal", "number"), [(1, "乌政公办〔2008〕1号"), (120, "乌政公办〔2008〕120号")])
def test_number_as_it_stands_on_the_paper(ordinal, number):
    assert numbered("乌政公办", 2008, ordinal) == number
    assert number_of(f"乌政公办 2008 {ordinal}") == number


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("乌政公办〔2008〕3号", (2008, 3, "乌政公办")),
        ("乌政公办[2008]3号", (2008, 3, "乌政公办")),
        ("乌政公办［2008］3号", (2008, 3, "乌政公办")),
        ("乌政公办(2008)3", (2008, 3, "乌政公办")),
        ("乌政公办（2008）第003号", (2008, 3, "乌政公办")),
        ("乌政公办【2008】 12 号", (2008, 12, "乌政公办")),
        ("乌政公办2008 3", (2008, 3, "乌政公办")),
        ("〔2008〕123456", (2008, 123456, "")),
        ("2008第7号", (2008, 7, "")),
        ("20087号", (2008, 7, "")),
        # No numbers: a bare run of digits, too long a one, none, something behind it.
        ("20080520", ()),
        ("〔2008〕1234567", ()),
        ("乌政公办〔2008〕号", ()),
        ("乌政公办〔2008〕3号文", ()),
        ("乌政公办〔208〕3号", ()),
        ("", ()),
    ],
)
def test_number_as_people_write_it(text, read):
    assert number_written(text) == read


@pytest.mark.django_db
def test_paper_is_found_by_its_number_alone(on):
    first, second = issue_paper(), issue_paper()
    decision = issue_paper(DocumentKind.NAMING_DECISION)
    on("2009-01-05")
    next_year = issue_paper()

    def found(text):
        return list(Document.objects.filter(is_numbered(*number_written(text))).order_by("pk"))

    assert found("乌政公办〔2008〕1号") == [first]
    assert found("乌政公办〔2008〕2号") == [second]
    assert found("〔2008〕1号") == [first, decision]
    assert found("公办〔2009〕1号") == [next_year]
    assert found("乌政公办〔2008〕3号") == []
    assert found("2008") == []


@pytest.mark.django_db
def test_queries_ask_for_the_number_as_it_is_written():
    paper = issue_paper()
    (asked,) = Document.objects.annotate(asked=NUMBERED).values_list("asked", flat=True)
    assert asked == "乌政公办 2008 1"
    assert number_of(asked) == paper.full_number == "乌政公办〔2008〕1号"
