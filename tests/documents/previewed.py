"""A paper as somebody sees it before it is issued."""

from accounts.enums import Role
from accounts.models import User
from documents.models import PreviewPaper
from documents.services import previews
from tests import factories
from tests.documents.papers import issue_paper

FORM = previews.Form("/desk/", [])


def waiting(by: User | None = None) -> PreviewPaper:
    by = by or factories.user(Role.OFFICE)
    return previews.keep(papers=[issue_paper()], sites=(), form=FORM, by=by).papers.get()


def made(by: User) -> PreviewPaper:
    """Printed."""
    paper = waiting(by)
    previews.render(paper.pk)
    paper.refresh_from_db()
    return paper
