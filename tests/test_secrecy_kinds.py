"""Whatever becomes public has its secrecy review: each place is found here, and says which one.

A new model with something published, a new public paper, a new set of open data fails until somebody has
decided: the kind of its review (`accounts.publishing.PUBLISHABLES`), or why it needs none of its own.
"""

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps

from accounts.publishing import PUBLISHABLES
from publicity.open_data import DATA_SETS
from tests.sources import modules
from tests.test_rights import ROOMS

# What a queryset calls what the public finds.
PUBLIC = ("published", "listed")

# Each kind of review → what publishes under it, each asking `secrecy.check`.
PUBLISHING = {
    "notice.extend": ("accounts/services/motions.py: agree",),
    "naming.warn": ("publicity/services/warned.py: _check_words",),
    "naming.restore": ("publicity/services/warned.py: _check_words",),
    "naming.revoke": ("publicity/services/warned.py: _check_words",),
    "document.correct_public": ("accounts/services/motions.py: agree",),
    "notice.withdraw": ("accounts/services/motions.py: agree",),
    "article.withdraw": ("publicity/services/articles.py: tell_why_withdrawn",),
    "article": ("publicity/services/articles.py: publish",),
    "commendation": ("publicity/services/commendations.py: decide",),
    "notice": ("publicity/services/notices.py: announce",),
    "outlet": ("publicity/services/outlets.py: publish",),
    "replacement": ("sites/services/replacements.py: decide_replacement",),
    "question": ("publicity/services/questions.py: publish",),
    "reuse": ("publicity/services/reuse.py: confirm",),
    "site": (
        "publicity/services/naming.py: name_sites",
        "sites/services/determination.py: _decide_list",
    ),
    "standard": ("standards/services/publishing.py: publish",),
    "rulebook": ("standards/services/publishing.py: publish",),
}
# Each model of which something is published → the kind of its review.
MODELS = {
    "documents.Document": "by its paper, below",
    "publicity.Article": "article",
    "publicity.Commendation": "commendation",
    "publicity.Naming": "site",
    "publicity.Notice": "notice",
    "publicity.NoticeOutlet": "outlet",
    "publicity.Question": "question",
    "sites.Determination": "site",
    "sites.Site": "site",
    "standards.Rulebook": "rulebook",
    "standards.Standard": "standard",
}
# Where a public paper is issued → the kind of its review, or why it has none of its own.
PAPERS = {
    "documents/services/correcting.py: correct": "document.correct_public",
    "documents/receivers.py: issue_determined_list": "site",
    "documents/receivers.py: issue_rulebook": "rulebook",
    "publicity/services/notices.py: _issue_notice": "notice",
    "publicity/services/notices.py: _issue_extension": "notice.extend",
    "publicity/services/commendations.py: _issue": "commendation",
    "publicity/services/naming.py: name_sites": "site",
    "publicity/tracking_papers.py: _issue": "naming.warn",
}
# The model of each set of open data: it is published already where it is of one above.
OPEN_DATA = {
    "sites.Site",
    "publicity.NoticeSite",
    "publicity.NoticeOutlet",
    "publicity.Naming",
    "publicity.CommendationLine",
    "standards.Item",
}


def published_models() -> set[str]:
    return {
        model._meta.label
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if any(hasattr(model._default_manager.all(), name) for name in PUBLIC)
    }


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.as_posix()}: {node.name}", node


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def issues_in_public(function: ast.FunctionDef) -> bool:
    """`issue(…, is_public=True)`, or anything else than False that decides it there."""
    return any(
        word.arg == "is_public" and ast.unparse(word.value) != "False" and ast.unparse(call.func) == "issue"
        for call in calls(function)
        for word in call.keywords
    )


def test_every_model_of_which_something_is_public_has_a_kind_of_review():
    assert published_models() == set(MODELS), "say which secrecy review it has"


def test_every_public_paper_has_a_kind_of_review_or_says_why_not():
    found = {place for place, function in functions() if issues_in_public(function)}
    assert found == set(PAPERS), "say which secrecy review it has"


def test_every_set_of_open_data_is_of_what_is_published_already():
    assert {data.records().model._meta.label for data in DATA_SETS.values()} == OPEN_DATA


def test_every_kind_of_review_is_offered_and_asked_for_where_it_is_published():
    offered = {publishable.kind for publishable in PUBLISHABLES}
    assert offered == set(PUBLISHING)
    assert {kind for kind in (*MODELS.values(), *PAPERS.values()) if " " not in kind} <= offered


@pytest.mark.parametrize("place", sorted({place for places in PUBLISHING.values() for place in places}))
def test_whatever_publishes_asks_for_the_review(place):
    [function] = [function for where, function in functions() if where == place]
    assert any(ast.unparse(call.func) == "secrecy.check" for call in calls(function))
