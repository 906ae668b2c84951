"""Who may do what to a site: small predicates over (user, site).

The workflow table combines them; the views and templates ask the same ones.
"""

from accounts.models import User
from accounts.rules import is_district_office, is_liaison
from accounts.rules import is_inspector as is_inspector
from accounts.rules import is_leading_group as is_leading_group
from accounts.rules import is_office as is_office
from accounts.rules import oversees as oversees
from accounts.rules import sees_city as sees_city

from .enums import Level
from .models import Filing, Site
from .models.plans import Owner


def is_city_site(user: User, site: Site) -> bool:
    return site.level == Level.CITY


def is_own_district(user: User, site: Site) -> bool:
    """A district office over a site on its own district's list."""
    return (
        is_district_office(user)
        and site.level == Level.DISTRICT
        and site.filing.organisation_id == user.district_id
    )


def is_own_unit(user: User, site: Site) -> bool:
    """A liaison over a site of its own unit."""
    return is_liaison(user) and site.organisation_id == user.organisation_id


def body_of(user: User) -> tuple[Level, int] | None:
    """Whose list a person may fill: a district's office its district's, a liaison that of the own unit."""
    if is_district_office(user) and user.district_id:
        return Level.DISTRICT, user.district_id
    if is_liaison(user) and user.organisation_id:
        return Level.CITY, user.organisation_id
    return None


def may_edit_filing(user: User, filing: Filing) -> bool:
    return body_of(user) == (filing.level, filing.organisation_id)


def may_file(user: User, site: Site) -> bool:
    return may_edit_filing(user, site.filing)


def determines(user: User, filing: Filing) -> bool:
    """Determines a district's sites (plan, part five, one): who heads the office of that district."""
    return user.is_head and filing.level == Level.DISTRICT and may_edit_filing(user, filing)


def decides_for_district(user: User, site: Site) -> bool:
    return determines(user, site.filing)


def supervises(user: User, site: Site) -> bool:
    """Guides and supervises sites (plan, part five, two): the office all, a district's office its own."""
    return is_office(user) or is_own_district(user, site)


def keeps_books(user: User, site: Site) -> bool:
    """Enters a site's money and facilities: its own unit, and whoever supervises it."""
    return is_own_unit(user, site) or supervises(user, site)


def agrees_plan(user: User, site: Site) -> bool:
    """Agrees a site's work plan: the municipal office the city's sites, a district's office its own."""
    return (is_office(user) and is_city_site(user, site)) or is_own_district(user, site)


def is_own_plan(user: User, owner: Owner) -> bool:
    """Who files a plan and carries it out: a site's own unit, a district's own office."""
    if isinstance(owner, Site):
        return is_own_unit(user, owner)
    return owner.level == Level.DISTRICT and may_edit_filing(user, owner)


def decides_plan(user: User, owner: Owner) -> bool:
    """Who agrees or returns a plan; a district's own one is the municipal office's to decide."""
    return agrees_plan(user, owner) if isinstance(owner, Site) else is_office(user)


def takes_tick_back(user: User, owner: Owner) -> bool:
    """Who finds that a measure is not done after all: those who ticked it off, or an office over them."""
    return is_own_plan(user, owner) or decides_plan(user, owner)


def keeps_posts(user: User, owner: Owner) -> bool:
    """Who names liaisons and lets them hand over: the body itself, or an office over it."""
    over = supervises(user, owner) if isinstance(owner, Site) else is_office(user)
    return over or is_own_plan(user, owner)
