"""A rectification notice on its way to a number."""

from accounts.enums import Role
from accounts.models import User
from accounts.services import motions
from assessments.services import hearing
from documents.models import Draft, DraftPaper
from sites.models import Site
from tests import agreeing, factories
from tests.assessments import builders


def heard_site() -> Site:
    """Its unit has been heard: on 16 April 2008 a rectification notice can go out."""
    site = builders.building()
    builders.put(site)
    with builders.on("2008-04-16"):
        hearing.agree_to_rest(site=site, by=builders.liaison(site))
    return site


def drafted(site: Site, by: User) -> Draft:
    return motions.move(kind=hearing.NOTICE, record=site, values={}, by=by).draft


def made(by: User) -> DraftPaper:
    """Its one paper, drafted by this clerk of the office and printed on trial."""
    with builders.on("2008-04-16"):
        draft = drafted(heard_site(), by)
        agreeing.made(draft)
    return draft.papers.get()


def waiting() -> DraftPaper:
    """One that waits for its trial print."""
    with builders.on("2008-04-16"):
        return drafted(heard_site(), factories.user(Role.OFFICE)).papers.get()
