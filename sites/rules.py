"""Who may do what to a site: small predicates over (user, site).

The workflow table combines them; the views and templates ask the same ones.
"""

from rules.predicates import predicate

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector as is_inspector
from accounts.rules import is_leading_group as is_leading_group
from accounts.rules import is_office as is_office

from .enums import Level
from .models import Filing, Site


@predicate
def is_city_site(user: User, site: Site) -> bool:
    return site.level == Level.CITY


@predicate
def is_own_district(user: User, site: Site) -> bool:
    """A district office over a site on its own district's list."""
    return (
        user.role == Role.DISTRICT
        and site.level == Level.DISTRICT
        and site.filing.organisation_id == user.district_id
    )


@predicate
def is_own_unit(user: User, site: Site) -> bool:
    """A liaison over a site of its own unit."""
    return user.role == Role.LIAISON and site.organisation_id == user.organisation_id


@predicate
def may_edit_filing(user: User, filing: Filing) -> bool:
    """A district its own list; a designated unit's liaison the unit's own list."""
    if filing.level == Level.DISTRICT:
        return user.role == Role.DISTRICT and filing.organisation_id == user.district_id
    return user.role == Role.LIAISON and filing.organisation_id == user.organisation_id


@predicate
def may_file(user: User, site: Site) -> bool:
    return bool(may_edit_filing(user, site.filing))


supervises = is_office | is_own_district
agrees_plan = (is_office & is_city_site) | is_own_district
