"""Official papers, found by title, number or verification code; and instructions on them, by their words."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import takes_part
from accounts.searched import SEARCH_KINDS
from core.codes import plain_code
from core.http import record_address
from core.search import SearchKind
from documents.models import Document, Instruction
from documents.numbers import is_numbered, number_written
from documents.rules import has_instructions
from documents.void import NAMED, named

SEARCH_KINDS.add(
    SearchKind(
        key="documents",
        label=_("Official papers"),
        records=Document.objects.visible_to,
        fields=("title",),
        title="title",
        on="issued_on",
        spot=NAMED,
        told=lambda found: f"{found.title} {named(found.spot).number}",
        url=lambda found, _user: record_address("documents:detail", found.key),
        reads=lambda text: (plain_code(text), *number_written(text)),
        known_by=lambda code, *number: Q(verification_code=code) | is_numbered(*number),
        order=("-issued_on", "-pk"),
        offered_to=takes_part,
    ),
    place=40,
)
SEARCH_KINDS.add(
    SearchKind(
        key="instructions",
        label=_("Instructions"),
        records=Instruction.objects.visible_to,
        fields=("document__title", "text"),
        title="document__title",
        on="given_on",
        text="text",
        url=lambda found, _user: record_address("documents:instruction", found.key),
        order=("-given_on", "-pk"),
        offered_to=has_instructions,
    ),
    place=41,
)
