"""Who is told, and who acts for a list, a site or a district."""

from django.db.models import Q, QuerySet

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from sites.enums import Level
from sites.models import Filing, Programme, Site
from sites.models.plans import Owner


def people(role: Role) -> QuerySet[User]:
    """Everybody of a role whose account is in use."""
    return User.objects.active().filter(role=role)


def filers(filing: Filing) -> QuerySet[User]:
    """Those who may edit this list."""
    return filers_of(filing.level, filing.organisation_id)


def filers_of(level: str, body: int) -> QuerySet[User]:
    """Those who may fill this body's list, begun or not."""
    if level == Level.DISTRICT:
        return people(Role.DISTRICT).filter(organisation__district=body)
    return people(Role.LIAISON).filter(organisation=body)


def liaisons(site: Site) -> QuerySet[User]:
    """The accounts of the site's unit; who holds the post, with or without one, is `site.liaisons`."""
    return people(Role.LIAISON).filter(organisation=site.organisation_id)


def concerned(programme: Programme) -> QuerySet[User]:
    """The districts' offices, and the liaisons whose units have a site in it or are to name one."""
    units = Q(sites__programme=programme) | Q(designations__programme=programme)
    in_it = people(Role.LIAISON).filter(organisation__in=Organisation.objects.filter(units).values("pk"))
    return people(Role.DISTRICT) | in_it


def staff_of(owner: Owner) -> QuerySet[User]:
    """The accounts of a site's unit or a district's office: they file its plan and carry it out."""
    return liaisons(owner) if isinstance(owner, Site) else filers(owner)


def plan_deciders(owner: Owner) -> QuerySet[User]:
    """Those a filed plan waits for (the people of `rules.decides_plan`)."""
    if isinstance(owner, Site) and owner.level == Level.DISTRICT:
        return filers(owner.filing)
    return people(Role.OFFICE)


def filer_of(filing: Filing) -> Organisation:
    """The body that files the list: the district's office for its district, a designated unit itself."""
    if filing.level == Level.CITY:
        return filing.organisation
    office = filing.organisation.units.filter(kind=OrganisationKind.DISTRICT_OFFICE).first()
    return office or filing.organisation
