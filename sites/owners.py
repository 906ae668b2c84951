"""A site or a district: each has a work plan, a timetable and liaisons of its own (plan, part six, one)."""

from typing import TypedDict

from django.urls import reverse

from accounts.models import Organisation

from .models import Filing, Site
from .models.plans import Owner


class Columns(TypedDict, total=False):
    """The one of the two columns that names the owner of a record."""

    site: Site
    filing: Filing


def columns(owner: Owner) -> Columns:
    return {"site": owner} if isinstance(owner, Site) else {"filing": owner}


def body(owner: Owner) -> Site | Organisation:
    """The site, or the district itself."""
    return owner if isinstance(owner, Site) else owner.organisation


def called(owner: Owner) -> str:
    """What people call it: the site's window, the district itself."""
    return str(body(owner))


def address(owner: Owner, page: str) -> str:
    """Where its `plan`, its `timetable` or its `liaisons` stand."""
    return reverse(f"sites:{'' if isinstance(owner, Site) else 'district_'}{page}", args=[owner.pk])


def locked(owner: Owner) -> Owner:
    """The same record read again, and locked until the transaction ends."""
    if isinstance(owner, Site):
        return Site.objects.select_for_update().get(pk=owner.pk)
    return Filing.objects.select_for_update().get(pk=owner.pk)
