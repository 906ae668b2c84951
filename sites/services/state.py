"""Where a list stands, and what that forbids."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from sites import rules
from sites.models import Filing
from sites.workflow import InvalidTransition


def why_closed(filing: Filing) -> str:
    """What to tell whoever wants to change a list that is filed, or closed."""
    if filing.is_closed:
        return _("This list is closed: another programme runs, and nobody waits for it any more.")
    return _("This list is “%(state)s”; it can be changed again only if it is sent back.") % {
        "state": filing.get_state_display()
    }


def check_state(filing: Filing, states: Iterable[str]) -> None:
    if filing.is_closed:
        raise InvalidTransition(why_closed(filing))
    if filing.state not in states:
        raise InvalidTransition(
            _("This list is “%(state)s”; that is not possible now.") % {"state": filing.get_state_display()}
        )


def check_editable(filing: Filing, by: User) -> None:
    """The list is read again and locked: it may have been filed since the caller read it."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    if not rules.may_edit_filing(by, filing):
        raise PermissionDenied
    if not filing.is_editable:
        raise InvalidTransition(why_closed(filing))
