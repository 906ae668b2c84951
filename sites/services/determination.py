"""What the office and the leading group say to filed lists: 初审 of each site, then 审定 in one batch."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import ResolutionKind, Role
from accounts.models import Resolution, User
from accounts.rules import require_office
from accounts.services import secrecy
from accounts.services.meetings import rest_on
from sites import rules
from sites.calendar import today
from sites.enums import Action, FilingState
from sites.models import Determination, DeterminationLine, Filing, FilingVersion, Opinion, Programme, Site
from sites.services.people import filers, people
from sites.services.state import check_state
from sites.services.steps import move_rows, rows_that_move, tell
from sites.services.versions import keep_remarks
from sites.signals import sites_determined
from sites.workflow import InvalidTransition, perform


class Answer(NamedTuple):
    """A yes or a no to one site; a no says why."""

    yes: bool
    text: str = ""


# By the site's key.
Answers = Mapping[int, Answer]


@transaction.atomic
def review(
    *, filing: Filing, opinion: str, by: User, opinions: Answers | None = None, version: int | None = None
) -> None:
    """初审: the office's opinion on a filed list and on each of its sites (plan, part six, one).

    `opinions` answers for every site that is not determined yet; left out, all are recommended.
    `version` is the filed version that was read. Raises InvalidTransition when the list is not filed, or
    was filed anew since, and ValidationError when the opinion or a reason is missing.
    """
    require_office(by)
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    check_state(filing, (FilingState.FILED,))
    if not opinion.strip():
        raise ValidationError(_("Write the opinion of the preliminary review."), code="reason")
    filed, rows = filing.versions.latest("number"), list(rows_that_move(filing))
    answers = {row.pk: Answer(yes=True) for row in rows} if opinions is None else opinions
    if version not in (None, filed.pk):
        raise InvalidTransition(_changed(filing))
    _check_answers(filing, rows, answers)
    for row in rows:
        yes, text = answers[row.pk]
        Opinion.objects.create(
            version=filed, site=row, is_supported=yes, text=text.strip(), by=by, on=today()
        )
    move_rows(filing, Action.REVIEW, by, note=opinion)
    filing.state, filing.opinion = FilingState.REVIEWED, opinion.strip()
    filing.reviewed_by, filing.reviewed_on = by, today()
    filing.save()
    secrecy.ask_for_the_rest(kind="site", records=rows, title=str(filing), by=by)
    tell(
        people(Role.LEADING_GROUP),
        gettext_noop("%(list)s has been reviewed and waits for the final approval."),
        filing,
    )


@transaction.atomic
def determine_batch(
    *, programme: Programme, decisions: Mapping[int, Answers], resolution: Resolution | None, by: User
) -> Determination:
    """审定: the leading group's decision on a batch of reviewed lists, site by site (plan, part six, one).

    `decisions` answers by the version of each list that was read, and there for every site that is not
    determined yet. A list without exceptions is approved; one with exceptions goes back with their reasons,
    and the sites that were determined go on. It rests on a resolution, which carries no other batch.
    All of it happens or nothing: raises PermissionDenied (not the
    leading group, or somebody who gave the review of one of the lists), InvalidTransition (a list was
    decided or changed since it was read), NotReviewed (a site that would be published was not reviewed for
    secrets as it stands) and ValidationError (a reason is missing).
    """
    if not rules.is_leading_group(by):
        raise PermissionDenied
    if not decisions:
        raise ValidationError(_("Choose at least one list."))
    # One batch after the other: their numbers have no gap, and a list is decided once.
    Programme.objects.select_for_update().get(pk=programme.pk)
    last = programme.determinations.aggregate(Max("ordinal"))["ordinal__max"] or 0
    rests_on = rest_on(resolution, kind=ResolutionKind.DETERMINATION, campaign=programme.pk)
    made = Determination.objects.create(
        programme=programme, ordinal=last + 1, resolution=rests_on, by=by, on=today()
    )
    for version in _locked(programme, decisions):
        _decide_list(made, version, decisions[version.pk])
    sites_determined.send(sender=Determination, determination=made)
    return made


def _locked(programme: Programme, versions: Iterable[int]) -> list[FilingVersion]:
    """The versions as their lists stand now, the lists locked in one order."""
    read = FilingVersion.objects.filter(pk__in=versions, filing__programme=programme)
    lists = Filing.objects.filter(pk__in=read.values("filing")).order_by("pk").select_for_update(of=("self",))
    for filing in lists:
        if filing.state != FilingState.REVIEWED:
            raise InvalidTransition(_changed(filing))
    newest = [filing.versions.latest("number") for filing in lists]
    if {version.pk for version in newest} != set(versions):
        raise InvalidTransition(_("These lists have changed since the page was opened; look at them again."))
    return newest


def _decide_list(made: Determination, version: FilingVersion, answers: Answers) -> None:
    filing, by = version.filing, made.by
    if Filing.objects.reviewed_by(by).filter(pk=filing.pk).exists():
        told = _("You gave the review of %(list)s; review and final approval must be given by two people.")
        raise PermissionDenied(told % {"list": filing})
    rows = list(rows_that_move(filing))
    _check_answers(filing, rows, answers)
    secrecy.check("site", *(row for row in rows if answers[row.pk].yes), by=by)
    for row in rows:
        yes, reason = answers[row.pk].yes, "" if answers[row.pk].yes else answers[row.pk].text.strip()
        perform(site=row, action=Action.DETERMINE if yes else Action.SET_ASIDE, by=by, note=reason)
        DeterminationLine.objects.create(determination=made, site=row, is_determined=yes, reason=reason)
    if set_aside := {row: answers[row.pk].text.strip() for row in rows if not answers[row.pk].yes}:
        _return(filing, set_aside)
    else:
        _approve(filing, by)


def _approve(filing: Filing, by: User) -> None:
    filing.state, filing.approved_by, filing.approved_on = FilingState.APPROVED, by, today()
    filing.save()
    tell(filers(filing), gettext_noop("%(list)s has been determined; file each site's work plan."), filing)


def _return(filing: Filing, set_aside: Mapping[Site, str]) -> None:
    """The rows set aside can be mended, replaced or taken off, and the list filed again with them."""
    remarks = "\n".join(f"{site}：{reason}" for site, reason in set_aside.items())
    filing.state, filing.remarks = FilingState.RETURNED, remarks
    filing.save()
    keep_remarks(filing, remarks, {site.pk: reason for site, reason in set_aside.items()})
    tell(
        filers(filing),
        gettext_noop("%(list)s has been determined in part; what was set aside came back with reasons."),
        filing,
    )


def _check_answers(filing: Filing, rows: Sequence[Site], answers: Answers) -> None:
    """Every row that moves is answered for and no other, and every no says why."""
    if answers.keys() != {row.pk for row in rows}:
        raise InvalidTransition(_changed(filing))
    if silent := [row for row in rows if not answers[row.pk].yes and not answers[row.pk].text.strip()]:
        raise ValidationError([_("%(site)s: say why not.") % {"site": row} for row in silent])


def _changed(filing: Filing) -> str:
    return _("%(list)s is “%(state)s” now and no longer as the page showed it; look at it again.") % {
        "list": filing,
        "state": filing.get_state_display(),
    }
