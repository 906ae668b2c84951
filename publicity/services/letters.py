"""Letters that are no objections in form, late or anonymous: kept on record with what was done about them."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from assessments.eligibility import bars
from publicity.enums import LetterKind
from publicity.models import LoggedLetter, Notice
from sites.calendar import today
from sites.models import Site


@transaction.atomic
def log_letter(
    *,
    notice: Notice,
    site: Site | None,
    kind: LetterKind,
    received_on: datetime.date,
    text: str,
    dealt_with: str,
    by: User,
) -> LoggedLetter:
    """Put a letter on record; where it is about a site of the notice, by somebody nothing bars from it."""
    require_office(by)
    if site and not notice.entries.filter(site=site).exists():
        raise ValidationError({"site": _("This site is not on the notice.")})
    if site and bars([by], [site]):
        raise PermissionDenied
    _check_day(notice, kind, received_on)
    if not text.strip():
        raise ValidationError({"text": _("Write what the letter says.")})
    if not dealt_with.strip():
        raise ValidationError({"dealt_with": _("Say how the letter was dealt with.")})
    return LoggedLetter.objects.create(
        notice=notice,
        site=site,
        kind=kind,
        received_on=received_on,
        text=text.strip(),
        dealt_with=dealt_with.strip(),
        logged_by=by,
    )


def _check_day(notice: Notice, kind: LetterKind, received_on: datetime.date) -> None:
    """A late letter came after the notice's last day; any came since it was published, until today."""
    first = notice.published_on
    if kind == LetterKind.LATE:
        first = notice.ends_on + datetime.timedelta(days=1)
    if not first <= received_on <= today():
        told = _("A day from %(first)s to today.") % {"first": date_format(first)}
        raise ValidationError({"received_on": told})
