"""Standing aside: who may neither judge nor see a site."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.models import Assessment, Assignment, Recusal
from assessments.services.final_sheet import draw_up_final_when_ready
from sites.calendar import today
from sites.models import Site


@transaction.atomic
def recuse(*, user: User, site: Site, reason: str) -> Recusal:
    """Stand aside from a site: from now on it is out of this person's sight, for good."""
    if user.role != Role.INSPECTOR:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say what ties you to this site.")})
    # Held as a submission holds them: of two last ones, one must see the other's.
    own = list(
        Assessment.objects.select_for_update().filter(
            site=site, pk__in=Assignment.objects.filter(team__members__user=user).values("assessment")
        )
    )
    recusal, _created = Recusal.objects.get_or_create(
        user=user, site=site, defaults={"reason": reason.strip(), "declared_on": today(), "declared_by": user}
    )
    # The others may have waited for this person's sheet alone.
    for assessment in own:
        draw_up_final_when_ready(assessment=assessment, by=user)
    notify(
        User.objects.filter(role=Role.OFFICE, is_active=True),
        text=gettext_noop("%(name)s stands aside from %(site)s."),
        about={"name": user, "site": site},
        url=site.get_absolute_url(),
    )
    return recusal
