"""What this room makes of what happens below.

When a person leaves, their posts as liaisons are open work, and go to who follows; when an account is opened,
the posts registered under that name are theirs. When a standard or
rulebook comes into force, the running programme may take it over.
"""

from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.signals import OpenWork, open_work, person_added, work_handed_over
from core.locks import change_once
from standards.models import Rulebook, Standard
from standards.signals import version_published

from . import owners
from .enums import FilingState, Stage
from .models import Filing, Liaison, Programme, Site
from .services import hand_over_all, link_account, people

# Where nobody has to act for a site any more.
_AT_REST = (Stage.NAMED, Stage.REVOKED, Stage.WITHDRAWN)


@receiver(open_work)
def posts_held(sender: type[User], *, user: User, **_kwargs: object) -> list[OpenWork]:
    posts = Liaison.objects.filter(user=user).select_related("site", "filing__organisation")
    return [
        OpenWork(
            _("liaison of %(site)s") % {"site": owners.called(post.owner)},
            owners.address(post.owner, "liaisons"),
            post.site_id,
            post.filing_id,
        )
        for post in posts
    ]


@receiver(open_work)
def left_alone(sender: type[User], *, user: User, **_kwargs: object) -> list[OpenWork]:
    """What nobody else of the organisation could do: its sites on the road, its list until it is filed."""
    if not user.is_active or user.role not in (Role.LIAISON, Role.DISTRICT) or _has_colleagues(user):
        return []
    told = _("%(what)s: nobody else of %(organisation)s can sign in")
    sites = Site.objects.visible_to(user).filter(organisation=user.organisation).exclude(stage__in=_AT_REST)
    lists = Filing.objects.visible_to(user).filter(state__in=FilingState.EDITABLE)
    return [
        OpenWork(
            told % {"what": each, "organisation": user.organisation},
            each.get_absolute_url(),
            each.pk if isinstance(each, Site) else None,
            each.pk if isinstance(each, Filing) else None,
        )
        for each in (*sites, *lists.select_related("organisation"))
    ]


def _has_colleagues(user: User) -> bool:
    colleagues = people(Role(user.role)).filter(organisation=user.organisation_id).exclude(pk=user.pk)
    return colleagues.exists()


@receiver(work_handed_over)
def hand_over_posts(
    sender: type[User], *, leaver: User, successor: User | None, reason: str, by: User, **_kwargs: object
) -> None:
    if successor:
        hand_over_all(leaver=leaver, successor=successor, reason=reason, by=by)


@receiver(person_added)
def link_posts(sender: type[User], *, person: User, **_kwargs: object) -> None:
    """Whoever is registered as a liaison of the body by that name, without an account, has one now."""
    link_account(person)


@receiver(version_published)
def adopt_version(
    sender: type[Standard | Rulebook], *, version: Standard | Rulebook, adopt: bool, **_kwargs: object
) -> None:
    """The running programme's next rounds are opened with the new version; open rounds keep theirs."""
    running = Programme.objects.filter(is_current=True)
    if not adopt:
        return
    if isinstance(version, Rulebook):
        change_once(running, rulebook=version)
    elif programme := running.select_for_update().first():
        programme.standards.set([*programme.standards.exclude(kind=version.kind), version])
