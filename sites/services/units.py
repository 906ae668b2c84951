"""The units a list may name, and those a district puts on record itself."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.services import add_organisation
from sites.enums import Level
from sites.models import Filing
from sites.services.state import check_editable


def selectable_units(filing: Filing) -> QuerySet[Organisation]:
    """The units that may stand on this list (plan, part three).

    A district chooses among its own departments, utilities, towns and
    subdistricts; a designated unit names a window of its own. The district
    that the plan also designates may name itself or one of its units.
    """
    if filing.level == Level.DISTRICT:
        return Organisation.objects.selectable_by_district(filing.organisation)
    return Organisation.objects.filter(pk=filing.organisation_id) | Organisation.objects.filter(
        district=filing.organisation_id
    )


@transaction.atomic
def add_unit(*, filing: Filing, name: str, short_name: str, kind: str, by: User) -> Organisation:
    """Put a unit of the district on record, so that it may stand on the district's unfiled list.

    Raises ValidationError naming the field, PermissionDenied, or InvalidTransition when the list is filed.
    """
    if filing.level != Level.DISTRICT:
        raise PermissionDenied
    check_editable(filing, by)
    if kind not in OrganisationKind.DISTRICT_CHOICE:
        raise ValidationError(
            {"kind": _("A district chooses departments, utilities, towns or subdistricts.")}
        )
    return add_organisation(name=name, short_name=short_name, kind=kind, district=filing.organisation, by=by)
