"""Who is told, and who acts for a list."""

from django.db.models import QuerySet

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from sites.enums import Level
from sites.models import Filing, Site


def people(role: Role) -> QuerySet[User]:
    return User.objects.filter(role=role, is_active=True)


def filers(filing: Filing) -> QuerySet[User]:
    """Those who may edit this list."""
    if filing.level == Level.DISTRICT:
        return people(Role.DISTRICT).filter(organisation__district=filing.organisation_id)
    return people(Role.LIAISON).filter(organisation=filing.organisation_id)


def liaisons(site: Site) -> QuerySet[User]:
    return people(Role.LIAISON).filter(organisation=site.organisation_id)


def filer_of(filing: Filing) -> Organisation:
    """The body that files the list: the district's office for its district, a designated unit itself."""
    if filing.level == Level.CITY:
        return filing.organisation
    office = filing.organisation.units.filter(kind=OrganisationKind.DISTRICT_OFFICE).first()
    return office or filing.organisation
