"""A paper for a test, issued through the service."""

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import issue
from sites.enums import Stage
from sites.models import Site
from tests import factories
from tests.documents.samples import sample


def issue_paper(
    kind: DocumentKind = DocumentKind.RECTIFICATION_NOTICE, *sites: Site, title: str = ""
) -> Document:
    """A paper about `sites`, or about a fresh one."""
    return issue(
        kind=kind,
        programme=factories.programme(),
        title=title or "关于示例窗口整改的通知",
        sites=sites or [factories.site(Stage.RECTIFYING)],
        context=sample(kind),
        by=factories.user(Role.OFFICE),
    )
