"""公示: publishing, closing and withdrawing a notice."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from audit.services import change_once
from documents.contexts import listed_sites
from documents.papers import DocumentKind
from documents.services import issue
from publicity.enums import NoticeState
from publicity.models import Notice, NoticeSite
from sites.calendar import today, working_days_after
from sites.enums import Action, Stage
from sites.models import Programme, Site
from sites.services import people
from sites.workflow import InvalidTransition, perform

# A notice never runs shorter than this, whatever the rulebook says.
SHORTEST = 5
# A clause for the notice and the decision alike; both cite the plan themselves.
GROUNDS = (
    "经实地检查、社会评议、市政务公开领导小组办公室初审和市政务公开领导小组审定，"
    "有关示范点达到建设标准，通过验收"
)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where objections are received, as a notice must print it."""

    office: str
    address: str
    postcode: str
    telephone: str
    hours: str


@transaction.atomic
def announce(
    *,
    programme: Programme,
    sites: Sequence[Site],
    title: str,
    grounds: str,
    contact: Contact,
    by: User,
    working_days: int | None = None,
) -> Notice:
    """Publish a notice over accepted sites: paper and page alike, both from one frozen snapshot.

    It runs for the rulebook's working days unless a longer time is asked for;
    the day of publishing is not counted.
    """
    if not sites:
        raise ValidationError({"sites": _("Choose at least one accepted site.")})
    if open_letters := [site for site in sites if site.objections.open().exists()]:
        raise ValidationError(
            {
                "sites": _("Conclude the objections first: %(sites)s.")
                % {"sites": _(", ").join(str(site) for site in open_letters)}
            }
        )
    length = working_days or programme.rulebook_used.notice_days
    if length < SHORTEST:
        raise ValidationError(
            {"working_days": _("A notice runs at least %(n)d working days.") % {"n": SHORTEST}}
        )
    rows = listed_sites(sites)
    with translation.override("zh-hans"):
        period = working_days_after(today(), length)
        counted = [day.as_json() for day in period.days]
    notice = Notice.objects.create(
        programme=programme,
        title=title,
        grounds=grounds,
        published_on=today(),
        ends_on=period.end,
        working_days=length,
        counted=counted,
        published_by=by,
        **vars(contact),
    )
    for site, row in zip(sites, rows, strict=True):
        NoticeSite.objects.create(notice=notice, site=site, snapshot=row)
        perform(site=site, action=Action.ANNOUNCE, by=by, note=title)
    notice.document = issue(
        kind=DocumentKind.PUBLIC_NOTICE,
        programme=programme,
        title=title,
        sites=sites,
        is_public=True,
        by=by,
        context={
            "grounds": grounds,
            "sites": rows,
            "starts_on": notice.published_on,
            "ends_on": notice.ends_on,
            "working_days": length,
            "counted": counted,
            "web": settings.PORTAL_URL + reverse("publicity:notice", args=[notice.pk]),
            **vars(contact),
        },
    )
    notice.save(update_fields=["document"])
    return notice


@transaction.atomic
def withdraw(*, notice: Notice, reason: str, by: User) -> None:
    """Take a running notice back; its page stays and says why."""
    require_office(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason: the public page shows it.")})
    running = Notice.objects.filter(pk=notice.pk, state=NoticeState.PUBLISHED)
    if not change_once(running, state=NoticeState.WITHDRAWN, withdrawal_reason=reason.strip()):
        raise InvalidTransition(_("This notice does not run any more."))
    for entry in notice.entries.filter(site__stage=Stage.ON_NOTICE).select_related("site__programme"):
        perform(site=entry.site, action=Action.WITHDRAW_NOTICE, by=by, note=reason)


def close_ended(on: datetime.date) -> int:
    """Close the notices whose last day is over and tell the leading group; returns how many."""
    closed = 0
    for notice in Notice.objects.due(on=on):
        with transaction.atomic():
            running = Notice.objects.filter(pk=notice.pk, state=NoticeState.PUBLISHED)
            if not change_once(running, state=NoticeState.ENDED):
                continue
            closed += 1
            notify(
                people(Role.LEADING_GROUP),
                text=gettext_noop("The notice “%(title)s” has ended; its sites can be named."),
                about={"title": notice.title},
                url=reverse("publicity_desk:notice", args=[notice.pk]),
            )
    return closed
