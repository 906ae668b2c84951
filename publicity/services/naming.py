"""命名 after a notice, and the register of plaques: handed over, and taken back after a revocation."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import ResolutionKind
from accounts.models import Resolution, User
from accounts.rules import require_office
from accounts.services import notify, secrecy
from accounts.services.meetings import rest_on
from documents.contexts import listed_sites
from documents.papers import LEADING_GROUP, DocumentKind
from documents.services import issue, next_number
from publicity.enums import NoticeState, ObjectionState
from publicity.models import Naming, Notice, Revocation
from sites.calendar import today
from sites.enums import Action
from sites.models import Site
from sites.services import liaisons
from sites.workflow import check, perform

# The register of plaques counts like a series of papers: from 1 each year, without gaps.
PLAQUES = "牌匾"


def naming_obstacles(notice: Notice, site: Site) -> list[str]:
    """What keeps a site of this notice from being named, each in a sentence (plan: 无异议后，进行命名)."""
    obstacles = []
    if notice.is_running(today()):
        obstacles.append(
            _("The notice runs until the end of %(end)s.") % {"end": date_format(notice.ends_on)}
        )
    if notice.state == NoticeState.WITHDRAWN:
        obstacles.append(_("The notice was withdrawn."))
    # Picked out here and not by the database: a page asks for every site of a notice at once.
    letters = list(site.objections.all())
    results = {letter.state for letter in letters if letter.notice_id == notice.pk}
    if any(letter.is_open for letter in letters):
        obstacles.append(_("An objection against %(site)s is not concluded.") % {"site": site})
    elif ObjectionState.UPHELD in results:
        obstacles.append(_("An objection against %(site)s was upheld.") % {"site": site})
    elif ObjectionState.PARTLY in results:
        obstacles.append(_("An objection against %(site)s was partly upheld.") % {"site": site})
    return obstacles


@transaction.atomic
def name_sites(
    *, notice: Notice, sites: Sequence[Site], resolution: Resolution | None, by: User
) -> list[Naming]:
    """Name sites of an ended notice by one decision, which rests on a resolution of its own.

    Each gets a place in the plaque register. What is published of them was reviewed for secrets just so, for
    the determination or anew since.
    """
    if not sites:
        raise ValidationError({"sites": _("Choose at least one site.")})
    # Locked, so that an objection arriving now waits until the naming is done or refused.
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    on_it = set(notice.entries.filter(removed_on=None).values_list("site_id", flat=True))
    for site in sites:
        check(site=site, action=Action.NAME, by=by)
        if site.pk not in on_it:
            raise ValidationError(_("%(site)s is not on this notice.") % {"site": site})
        if obstacles := naming_obstacles(notice, site):
            raise ValidationError(obstacles)
    rests_on = rest_on(resolution, kind=ResolutionKind.NAMING, campaign=notice.programme_id)
    secrecy.check("site", *sites, by=by)
    rows = [
        {**row, "objection": _objection(notice, site), "mongolian": site.mongolian_name}
        for row, site in zip(listed_sites(sites), sites, strict=True)
    ]
    decision = issue(
        kind=DocumentKind.NAMING_DECISION,
        programme=notice.programme,
        title=_decision_title({row["kind"] for row in rows}),
        sites=sites,
        is_public=True,
        by=by,
        context={
            "grounds": notice.grounds,
            "sites": rows,
            "notice_number": notice.document.full_number if notice.document else "",
            "resolved": rests_on.words,
        },
    )
    return [_name(notice, site, decision.pk, rests_on, by) for site in sites]


def _objection(notice: Notice, site: Site) -> str:
    """What became of the objections against a site that may be named, in the words of the decision."""
    states = {letter.state for letter in site.objections.all() if letter.notice_id == notice.pk}
    if ObjectionState.NOT_UPHELD in states:
        return "异议不成立"
    return "异议不予受理" if ObjectionState.DECLINED in states else "无异议"


def _plaque_number() -> str:
    """The next one of the year's register: 2008-0003."""
    year = today().year
    return f"{year}-{next_number(PLAQUES, year):04d}"


def _decision_title(kinds: set[str]) -> str:
    """Only the kinds that are named; a decision may leave one of them out."""
    honours = "和".join(f"{kind}示范点" for kind in ("政务公开", "办事公开") if kind in kinds)
    return f"{LEADING_GROUP}关于命名乌海市{honours}的决定"


def _name(notice: Notice, site: Site, decision_id: int, resolution: Resolution, by: User) -> Naming:
    perform(site=site, action=Action.NAME, by=by)
    naming = Naming.objects.create(
        site=site,
        notice=notice,
        decision_id=decision_id,
        resolution=resolution,
        named_on=today(),
        plaque_number=_plaque_number(),
    )
    notify(
        liaisons(site),
        text=gettext_noop("%(site)s has been named."),
        about={"site": site},
        url=naming.get_absolute_url(),
    )
    return naming


@transaction.atomic
def hand_over_plaque(*, naming: Naming, received_by: str, handed_on: datetime.date, by: User) -> None:
    """授牌: who took the plaque, and when; a later entry corrects an earlier one."""
    require_office(by)
    revocation = Revocation.objects.filter(naming=naming).first()
    _check_day("handed_on", handed_on, naming.named_on, revocation.revoked_on if revocation else today())
    naming.plaque_received_by, naming.plaque_handed_on = received_by.strip(), handed_on
    naming.save(update_fields=["plaque_received_by", "plaque_handed_on"])


@transaction.atomic
def take_back_plaque(*, revocation: Revocation, returned_on: datetime.date, by: User) -> None:
    """收回牌匾 after a revocation; a later entry corrects an earlier one."""
    require_office(by)
    if revocation.naming.plaque_handed_on is None:
        raise ValidationError({"returned_on": _("The plaque was not handed over.")})
    _check_day("returned_on", returned_on, revocation.revoked_on, today())
    revocation.plaque_returned_on = returned_on
    revocation.save(update_fields=["plaque_returned_on"])


def _check_day(field: str, day: datetime.date, first: datetime.date, last: datetime.date) -> None:
    if not first <= day <= last:
        told = _("A day from %(first)s to %(last)s.")
        raise ValidationError({field: told % {"first": date_format(first), "last": date_format(last)}})
