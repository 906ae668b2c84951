"""初步确定 of the units a programme designates (plan, part three), by a resolution of the leading group."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ResolutionKind
from accounts.models import Resolution, User
from accounts.rules import require_city
from accounts.services.meetings import rest_on
from sites.models import Programme
from sites.workflow import WorkflowError


@transaction.atomic
def designate(*, programme: Programme, resolution: Resolution | None, by: User) -> None:
    """Put on record by which resolution the units are designated that wait for it; its day is theirs."""
    require_city(by)
    waiting = list(programme.designated_units.filter(resolution=None).select_for_update(of=("self",)))
    if not waiting:
        raise WorkflowError(_("The units of this programme are designated already."))
    rests_on = rest_on(resolution, kind=ResolutionKind.DESIGNATION, campaign=programme.pk)
    for unit in waiting:
        unit.resolution = rests_on
        unit.save(update_fields=["resolution"])
