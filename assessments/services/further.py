"""座谈会、明察暗访、第三方评估: further forms of acceptance, on record until the result is recommended."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from assessments.enums import FurtherKind, RoundKind
from assessments.models import Acceptance, Assessment, FurtherForm
from assessments.scoring import rounded
from core.locks import change_once
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose


def mean_score(forms: Iterable[FurtherForm]) -> Decimal | None:
    """What the forms that have a score come to together, in hundredths; None where none has one."""
    scores = [form.score for form in forms if form.score is not None and form.taken_back_on is None]
    return rounded(sum(scores, Decimal(0)) / len(scores)) if scores else None


@transaction.atomic
def record(
    *,
    site: Site,
    kind: FurtherKind,
    on: datetime.date,
    took_part: str,
    found: str,
    score: Decimal | None = None,
    by: User,
) -> FurtherForm:
    """Put one on record for the site's acceptance, as long as no result is recommended.

    Raises PermissionDenied, InvalidTransition, ValidationError by field.
    """
    require_office(by)
    if on > today():
        raise ValidationError({"on": _("This day is still to come; it is recorded once it was held.")})
    made = FurtherForm(
        assessment=_open_assessment(site),
        kind=kind,
        on=on,
        took_part=tidy_prose(took_part),
        found=tidy_prose(found),
        score=score,
        by=by,
        entered_on=today(),
    )
    if score is not None and not 0 <= score <= 100:
        raise ValidationError({"score": _("A score lies between 0 and 100.")})
    made.full_clean(exclude=["by", "assessment"])
    made.save()
    return made


@transaction.atomic
def take_back(*, form: FurtherForm, reason: str, by: User) -> None:
    """It was a mistake: it counts no more, and stays on record with the reason."""
    require_office(by)
    _open_assessment(form.assessment.site)
    reason = tidy_prose(reason)
    if not 0 < len(reason) <= 300:
        raise ValidationError({"reason": _("Give a reason, in at most 300 characters.")})
    standing = FurtherForm.objects.standing().filter(pk=form.pk)
    if not change_once(standing, taken_back_on=today(), why_taken_back=reason):
        raise InvalidTransition(_("This entry was taken back before."))


def _open_assessment(site: Site) -> Assessment:
    """The visit a result will rest on; the site is held, so that none is recommended meanwhile."""
    site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    rounds = site.assessments.filter(round__kind=RoundKind.ACCEPTANCE, spent_on=None)
    newest = rounds.order_by("-round__ordinal").first()
    if site.stage != Stage.RECTIFIED or newest is None:
        raise InvalidTransition(_("This is recorded while the site is in an acceptance round."))
    if Acceptance.objects.filter(assessment=newest).exists():
        raise InvalidTransition(_("A result is recommended on what is on record; nothing is added to it."))
    return newest
