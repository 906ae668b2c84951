"""What two people decide in this room: a paper is replaced by a corrected one."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.enums import Role
from accounts.models import User
from documents.models import Document
from documents.services import correcting


def _correct(document: Document, values: Values, by: User) -> None:
    correcting.correct(document=document, changes=values["changes"], reason=values["reason"], by=by)


def _facts(_document: Document, values: Values) -> Iterator[Fact]:
    for wrong, right in values["changes"]:
        yield _("Wrong words"), f"{wrong} → {right or '—'}"
    yield _("Reason"), values["reason"]


DECISIONS.add(
    *(
        Decision(
            kind=kind,
            what=_("Correct a paper"),
            open_to=Document.objects.visible_to,
            take=_correct,
            facts=_facts,
            url=Document.get_absolute_url,
            decided_by=(Role.LEADING_GROUP,),
        )
        for kind in ("document.correct", "document.correct_public")
    ),
    place=15,
)
