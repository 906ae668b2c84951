"""表彰: the office drafts a list and puts it forward; the leading group decides, and its paper goes out.

Only a site that bears the title unwarned is commended: a conclusion before that is not announced yet, and an
objection to it is still possible. A person is named with their consent alone, for the list is public.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import is_another
from accounts.enums import OrganisationKind, ResolutionKind, Role
from accounts.models import Organisation, Resolution, User
from accounts.rules import is_leading_group, require_office
from accounts.services import notify, secrecy
from accounts.services.meetings import rest_on
from core.locks import change_once
from documents.models import Document
from documents.papers import LEADING_GROUP, DocumentKind
from documents.services import issue
from publicity.enums import CommendationState, Honour
from publicity.models import Commendation, CommendationLine
from sites.calendar import today
from sites.enums import Stage
from sites.models import Programme, Site
from sites.services import people
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

Words = Mapping[str, Any]
BODIES = (*OrganisationKind.UNITS, OrganisationKind.DISTRICT_OFFICE)
# A person of the municipal office as well.
HOMES = (*BODIES, OrganisationKind.OFFICE)
KIND = "commendation"


# -- who can be commended ------------------------------------------------------------------------------


def sites_to_commend(programme: int, by: User) -> QuerySet[Site]:
    """Those that bear the title unwarned, without those this person stood aside from."""
    named = Site.objects.visible_to(by).filter(programme=programme, stage=Stage.NAMED)
    return named.select_related("organisation").order_by("level", "pk")


def bodies_to_commend(programme: int) -> QuerySet[Organisation]:
    """Bodies without a site of the programme: a unit that has one is commended by it."""
    with_site = Site.objects.filter(programme=programme).exclude(stage=Stage.WITHDRAWN)
    bodies = Organisation.objects.filter(is_active=True, kind__in=BODIES)
    return bodies.exclude(pk__in=with_site.values("organisation")).order_by("code")


def homes_of_people(programme: int, by: User) -> QuerySet[Organisation]:
    """Bodies whose people can be commended: none whose site was warned or revoked, or is shut to `by`."""
    bad = Site.objects.filter(programme=programme, stage__in=(Stage.WARNED, Stage.REVOKED))
    shut = Site.objects.filter(pk__in=by.recused_sites())
    homes = Organisation.objects.filter(is_active=True, kind__in=HOMES)
    homes = homes.exclude(pk__in=bad.values("organisation")).exclude(pk__in=shut.values("organisation"))
    return homes.order_by("code")


# -- the draft -----------------------------------------------------------------------------------------


@transaction.atomic
def draft(*, programme: Programme, title: str, grounds: str, by: User) -> Commendation:
    """Begin one. Raises PermissionDenied, and ValidationError by field (`title`, `grounds`)."""
    require_office(by)
    commendation = Commendation(programme=programme, drafted_by=by, drafted_on=today())
    _write(commendation, title, grounds, by)
    return commendation


@transaction.atomic
def revise(*, commendation: Commendation, title: str, grounds: str, by: User) -> None:
    """Change its words, as long as it is a draft."""
    _write(_draft_of(commendation, by), title, grounds, by)


def _write(commendation: Commendation, title: str, grounds: str, by: User) -> None:
    title = tidy_prose(title)
    if not (title.startswith("关于") and title.endswith("的决定")):
        told = _("It is the title of the paper: it begins with “关于” and ends with “的决定”.")
        raise ValidationError({"title": told})
    commendation.title, commendation.grounds = title, tidy_prose(grounds)
    others = {field.name for field in Commendation._meta.fields} - {"title", "grounds"}
    commendation.clean_fields(exclude=others)
    commendation.save()
    commendation.writers.add(by)


@transaction.atomic
def write_line(
    *, commendation: Commendation, line: CommendationLine | None = None, words: Words, by: User
) -> CommendationLine:
    """Put somebody on the list, or change the `line`, as long as the list is a draft.

    `words`: reason, and `site`; or `organisation`; or `organisation` with person, post, consented_on and
    consent. Raises ValidationError by field: these.
    """
    current = _draft_of(commendation, by)
    line = current.lines.get(pk=line.pk) if line else CommendationLine(commendation=current)
    for name, value in words.items():
        setattr(line, name, tidy_prose(value) if isinstance(value, str) else value)
    line.honour = Honour.PERSON if "person" in words else Honour.COLLECTIVE
    if line.site:
        line.organisation = line.site.organisation
    _check_line(line, by)
    line.save()
    current.writers.add(by)
    return line


def _check_line(line: CommendationLine, by: User) -> None:
    programme = line.commendation.programme_id
    field = "site" if line.site else "person" if line.person else "organisation"
    if not line.reason:
        raise ValidationError({"reason": _("Say what for: it is published with the list.")})
    if line.site and not sites_to_commend(programme, by).filter(pk=line.site.pk).exists():
        raise ValidationError({"site": _not_now(line.site)})
    if line.honour == Honour.PERSON:
        _check_person(line, by)
    elif not line.site and not bodies_to_commend(programme).filter(pk=line.organisation_id).exists():
        told = _("%(unit)s has a demonstration site, or is no body that can be commended; commend the site.")
        raise ValidationError({"organisation": told % {"unit": line.organisation}})
    same = line.commendation.lines.filter(organisation=line.organisation, person=line.person)
    if same.exclude(pk=line.pk).exists():
        told = _("%(who)s is on this list already.")
        raise ValidationError({field: told % {"who": line.person or line.organisation}})


def _check_person(line: CommendationLine, by: User) -> None:
    for name in ("person", "post", "consent"):
        if not getattr(line, name):
            raise ValidationError({name: _("A person is named with post, and how they agreed to it.")})
    if line.consented_on is None or line.consented_on > today():
        told = _("The list is public: enter the day on which the person agreed to be named.")
        raise ValidationError({"consented_on": told})
    if not homes_of_people(line.commendation.programme_id, by).filter(pk=line.organisation_id).exists():
        told = _("%(unit)s has a site that was warned or lost its title; nobody of it is commended.")
        raise ValidationError({"organisation": told % {"unit": line.organisation}})


@transaction.atomic
def drop_line(*, line: CommendationLine, by: User) -> None:
    """Take somebody off the list, as long as it is a draft."""
    current = _draft_of(line.commendation, by)
    current.lines.filter(pk=line.pk).delete()
    current.writers.add(by)


# -- the steps -----------------------------------------------------------------------------------------


@transaction.atomic
def put_forward(*, commendation: Commendation, by: User) -> None:
    """Put it before the leading group; another person reviews it for secrets meanwhile.

    Raises PermissionDenied, InvalidTransition, ValidationError (nobody on it, or somebody unworthy).
    """
    current = _draft_of(commendation, by)
    _check_lines(current)
    change_once(
        Commendation.objects.filter(pk=current.pk),
        state=CommendationState.PUT_FORWARD,
        put_by=by,
        put_on=today(),
        taken_back_why="",
    )
    current.refresh_from_db()
    secrecy.ask_for_the_rest(kind=KIND, records=[current], title=current.title, by=by)
    notify(
        _readers(current, people(Role.LEADING_GROUP)),
        text=gettext_noop("A commendation waits for the leading group's decision: %(title)s."),
        about={"title": current.title},
        url=current.get_absolute_url(),
    )


@transaction.atomic
def take_back(*, commendation: Commendation, reason: str, by: User) -> None:
    """Back to a draft before it is decided: by who put it forward, or by who could decide and will not so."""
    current = _held(commendation, by)
    if current.put_by_id != by.pk and not may_decide(current, by):
        raise PermissionDenied
    _check_state(current, CommendationState.PUT_FORWARD)
    if not (reason := tidy_prose(reason)):
        raise ValidationError({"reason": _("Give a reason: it is kept with the commendation.")})
    change_once(
        Commendation.objects.filter(pk=current.pk),
        state=CommendationState.DRAFT,
        put_by=None,
        put_on=None,
        taken_back_why=reason,
    )
    secrecy.need_no_more(kind=KIND, record=current.pk)
    if current.put_by and current.put_by != by:
        notify(
            [current.put_by],
            text=gettext_noop("The leading group has sent a commendation back: %(title)s."),
            about={"title": current.title},
            url=current.get_absolute_url(),
        )


def may_decide(commendation: Commendation, user: User) -> bool:
    """Of the leading group, and another person than those who wrote it and put it forward."""
    writers = commendation.writers.values_list("pk", flat=True)
    return is_leading_group(user) and is_another(user, commendation.put_by_id, *writers)


@transaction.atomic
def decide(*, commendation: Commendation, resolution: Resolution | None, by: User) -> None:
    """The leading group commends, by a resolution of its own; the paper goes out at once.

    By another person than those who wrote the list or put it forward. Raises PermissionDenied,
    InvalidTransition, NotReviewed, OwnReview, and ValidationError (`resolution`, or somebody unworthy).
    """
    if not is_leading_group(by):
        raise PermissionDenied
    current = _held(commendation, by)
    _check_state(current, CommendationState.PUT_FORWARD)
    if not may_decide(current, by):
        told = _(
            "You wrote this list or put it forward, or stand in for whoever did; another person decides."
        )
        raise PermissionDenied(told)
    _check_lines(current)
    rests_on = rest_on(resolution, kind=ResolutionKind.COMMENDATION, campaign=current.programme_id)
    secrecy.check(KIND, current, by=by)
    lines = list(current.lines.in_order())
    change_once(
        Commendation.objects.filter(pk=current.pk),
        state=CommendationState.COMMENDED,
        decided_by=by,
        decided_on=today(),
        resolution=rests_on,
        decision=_issue(current, lines, rests_on, by),
    )
    current.refresh_from_db()
    units = {line.organisation_id for line in lines}
    notify(
        _told(units),
        text=gettext_noop("The leading group has commended you or one of yours: %(title)s."),
        about={"title": current.title},
        url=current.get_public_url(),
    )


def _issue(
    commendation: Commendation, lines: list[CommendationLine], resolution: Resolution, by: User
) -> Document:
    bodies = [line for line in lines if line.honour == Honour.COLLECTIVE]
    persons = [line for line in lines if line.honour == Honour.PERSON]
    return issue(
        kind=DocumentKind.COMMENDATION_DECISION,
        programme=commendation.programme,
        title=f"{LEADING_GROUP}{commendation.title}",
        sites=[line.site for line in lines if line.site],
        also_to=[line.organisation for line in lines],
        is_public=True,
        by=by,
        context={
            "grounds": f"{commendation.grounds.rstrip('。')}。",
            "collectives": [
                {
                    "ordinal": ordinal,
                    "name": line.name,
                    "organisation": line.organisation.name if line.site else "",
                }
                for ordinal, line in enumerate(bodies, start=1)
            ],
            "people": [
                {
                    "ordinal": ordinal,
                    "name": line.person,
                    "organisation": line.organisation.name,
                    "post": line.post,
                }
                for ordinal, line in enumerate(persons, start=1)
            ],
            "resolved": resolution.words,
        },
    )


# -- the parts -----------------------------------------------------------------------------------------


def _held(commendation: Commendation, by: User) -> Commendation:
    """As it is now, held until the transaction ends; PermissionDenied to whom it is shut."""
    current = Commendation.objects.select_for_update(of=("self",)).get(pk=commendation.pk)
    if not Commendation.objects.visible_to(by).filter(pk=current.pk).exists():
        raise PermissionDenied
    return current


def _draft_of(commendation: Commendation, by: User) -> Commendation:
    require_office(by)
    current = _held(commendation, by)
    _check_state(current, CommendationState.DRAFT)
    return current


def _check_state(commendation: Commendation, state: CommendationState) -> None:
    if commendation.state != state:
        told = _("This commendation is “%(state)s” now; look at it again.")
        raise InvalidTransition(told % {"state": commendation.get_state_display()})


def _check_lines(commendation: Commendation) -> None:
    """Its sites are held, so that none is warned or revoked meanwhile."""
    if not commendation.lines.exists():
        raise ValidationError(_("Nobody is on the list yet: put down who is commended."))
    sites = Site.objects.filter(programme=commendation.programme_id)
    held = sites.filter(organisation__in=commendation.lines.values("organisation"))
    list(held.select_for_update(of=("self",)).order_by("pk"))
    if bad := list(commendation.lines.unworthy().in_order()):
        raise ValidationError([_not_now(line.site) if line.site else _home_not_now(line) for line in bad])


def _not_now(site: Site) -> str:
    told = _("%(site)s is “%(stage)s”; only a site that bears the title unwarned is commended.")
    return told % {"site": site, "stage": site.get_stage_display()}


def _home_not_now(line: CommendationLine) -> str:
    told = _("%(who)s: a site of %(unit)s was warned or lost its title.")
    return told % {"who": line.name, "unit": line.organisation}


def _readers(commendation: Commendation, users: Iterable[User]) -> list[User]:
    same = Commendation.objects.filter(pk=commendation.pk)
    return [person for person in users if same.visible_to(person).exists()]


def _told(units: set[int]) -> QuerySet[User]:
    """The accounts of these bodies."""
    of_units = User.objects.active().filter(organisation__in=units)
    return of_units.filter(role__in=(Role.DISTRICT, Role.LIAISON))
