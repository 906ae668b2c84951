"""What the office sets for a kind of paper, for every one that is drawn up from then on."""

from django.db import transaction

from accounts.models import User
from accounts.rules import require_office
from documents.issuing import Head
from documents.models import PaperDefault
from documents.papers import DocumentKind


@transaction.atomic
def set_default(*, kind: DocumentKind, head: Head, by: User) -> PaperDefault:
    """Drafts that are under way keep what they have."""
    require_office(by)
    values = {name: value for name, value in vars(head).items() if name != "copies_more"}
    row, _is_new = PaperDefault.objects.select_for_update().update_or_create(kind=kind, defaults=values)
    row.copies_more.set(head.copies_more)
    return row
