"""What the office sets for a kind of paper, and what holds where it has set nothing."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from documents.models import KindSeries
from documents.papers import PAPERS, DocumentKind
from documents.rules import words_papers

_LETTERS = re.compile(r"[\u4e00-\u9fff]{2,10}")
# A district's papers are issued in its own name, under letters made of it.
OF_A_DISTRICT = "{name}政公办"


def series_of(kind: DocumentKind) -> str:
    """机关代字 of the next paper of this kind."""
    code = KindSeries.objects.filter(kind=kind).values_list("code", flat=True).first()
    return code or PAPERS[kind].series


def district_series(district: Organisation) -> str:
    return OF_A_DISTRICT.format(name=district.short_name.removesuffix("区"))


@transaction.atomic
def set_series(*, kind: DocumentKind, code: str, by: User) -> None:
    """Number the papers of this kind under other letters from now on; those that were issued keep theirs."""
    if not words_papers(by) or kind == DocumentKind.DISTRICT_DETERMINATION:
        raise PermissionDenied
    code = code.strip()
    if not _LETTERS.fullmatch(code):
        raise ValidationError({"code": _("Two to ten Chinese characters, without year and number.")})
    if code in map(district_series, Organisation.objects.filter(kind=OrganisationKind.DISTRICT_GOVERNMENT)):
        raise ValidationError({"code": _("A district's office numbers its papers by these letters.")})
    KindSeries.objects.update_or_create(kind=kind, defaults={"code": code})
