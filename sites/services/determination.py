"""What the office and the leading group say to a filed list: 初审, then 审定."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from sites.calendar import today
from sites.enums import Action, FilingState
from sites.models import Filing
from sites.services.people import filers, people
from sites.services.state import check_state
from sites.services.steps import move_rows, tell


@transaction.atomic
def review(*, filing: Filing, opinion: str, by: User) -> None:
    """初审: the office's opinion on a filed list (plan, part six, one)."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    check_state(filing, (FilingState.FILED,))
    if not opinion.strip():
        raise ValidationError(_("Write the opinion of the preliminary review."), code="reason")
    move_rows(filing, Action.REVIEW, by, note=opinion)
    filing.state, filing.opinion = FilingState.REVIEWED, opinion.strip()
    filing.reviewed_by, filing.reviewed_on = by, today()
    filing.save()
    tell(
        people(Role.LEADING_GROUP),
        gettext_noop("%(list)s has been reviewed and waits for the final approval."),
        filing,
    )


@transaction.atomic
def determine(*, filing: Filing, by: User) -> None:
    """审定: the leading group's final approval, never by the reviewer (plan, part six, one)."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    check_state(filing, (FilingState.REVIEWED,))
    if filing.reviewed_by_id == by.pk:
        raise PermissionDenied(_("Review and final approval must be given by two different people."))
    move_rows(filing, Action.DETERMINE, by)
    filing.state, filing.approved_by, filing.approved_on = FilingState.APPROVED, by, today()
    filing.save()
    tell(filers(filing), gettext_noop("%(list)s has been determined; file each site's work plan."), filing)
