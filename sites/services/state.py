"""Where a list stands, and what that forbids."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from sites.models import Filing
from sites.workflow import InvalidTransition


def why_closed(filing: Filing) -> str:
    """What to tell whoever wants to change a list that is filed."""
    return _("This list is “%(state)s”; it can be changed again only if it is sent back.") % {
        "state": filing.get_state_display()
    }


def check_state(filing: Filing, states: Iterable[str]) -> None:
    if filing.state not in states:
        raise InvalidTransition(
            _("This list is “%(state)s”; that is not possible now.") % {"state": filing.get_state_display()}
        )
