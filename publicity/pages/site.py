"""A site as a citizen reads it: where it stands, what comes next, and what the reader can do about it now."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.prepared import prepared
from publicity.enums import EnquiryKind
from publicity.models import Appraisal, Notice
from publicity.public_state import PublicState, SiteInPublic
from publicity.published import PublicStep
from sites.calendar import today
from sites.enums import Stage


@dataclass(frozen=True)
class Told:
    """What a public state means: what is, what comes next, and who acts."""

    what: Promise
    then: Promise
    who: Promise


TOLD: dict[PublicState, Told] = {
    PublicState.BUILDING: Told(
        _("The site opens up its work by the standard, and is inspected and accepted by it."),
        _("A public notice, on which everybody may object; nothing is named without one."),
        _("The unit builds; inspection teams look at it; the leading group decides on the acceptance."),
    ),
    PublicState.ON_NOTICE: Told(
        _("The site has passed acceptance and stands on a public notice."),
        _("The naming, when the notice has ended and no objection is left."),
        _("Everybody may object to the last day; the office answers each objection."),
    ),
    PublicState.NOTICE_OVER: Told(
        _("The public notice has ended."),
        _("The naming, once every objection is answered."),
        _("The office answers what came in; the leading group decides."),
    ),
    PublicState.NOTICE_WITHDRAWN: Told(
        _("The notice on which the site stood was withdrawn; why is said below."),
        _("A new notice: without one nothing is named."),
        _("The office puts it on a notice again, or says why not."),
    ),
    PublicState.TAKEN_OFF: Told(
        _("An objection to the site was upheld, wholly or in part, so it was taken off the notice."),
        _("What was found is mended and looked at again; then comes a new notice."),
        _("The unit mends; the office checks that it did."),
    ),
    PublicState.NAMED: Told(
        _("The site bears the title."),
        _("It is checked again from time to time; one that falls behind is warned, and can lose the title."),
        _("The office checks; everybody may tell it where the site does not keep what it promised."),
    ),
    PublicState.WARNED: Told(
        _("The site bears the title and has been warned: something is wanting."),
        _("It is mended by the day set, and the warning lifted; or the title is revoked."),
        _("The unit mends; the office checks; the leading group decides."),
    ),
    PublicState.REVOKED: Told(
        _("The site does not bear the title any more."),
        _("Nothing; its story stays here."),
        _("Nobody."),
    ),
}


@dataclass(frozen=True)
class Act:
    """Something the reader can do now; with its last day, where it has one."""

    label: Promise
    url: str
    until: datetime.date | None = None


@dataclass(frozen=True)
class SiteNow:
    """`since` is empty only where no step was ever announced."""

    state: PublicState
    told: Told
    since: datetime.date | None
    acts: list[Act]


def site_now(site: SiteInPublic, steps: Sequence[PublicStep]) -> SiteNow:
    """Told from what is announced alone: its public steps, the newest first (two queries, for a notice and an
    appraisal).
    """
    state = PublicState(site.public_state)
    on_notice = state in (PublicState.ON_NOTICE, PublicState.NOTICE_OVER)
    notice = next(iter(_notice_with(site.pk)), None) if on_notice else None
    since = steps[0].on if steps else None
    if notice and state == PublicState.NOTICE_OVER:
        since = notice.ends_on + datetime.timedelta(days=1)
    running = notice if state == PublicState.ON_NOTICE else None
    return SiteNow(state, TOLD[state], since, [*_acts(site, running)])


def _acts(site: SiteInPublic, running: Notice | None) -> Iterator[Act]:
    if running:
        object_to = reverse("publicity:object", args=[running.pk])
        yield Act(_("Object to the site, under your real name"), object_to, running.ends_on)
    for appraisal in _open_appraisals(site.pk, today()):
        label = _("Appraise the site, with the code on your slip from the counter")
        yield Act(label, reverse("publicity:appraise"), appraisal.closes_on)
    if site.stage in Stage.TITLED:
        label = _("Tell the office where the site does not keep what it promised")
        yield Act(label, f"{reverse('publicity:ask_new', args=[EnquiryKind.COMPLAINT])}?site={site.pk}")
    label = _("Ask about the site")
    yield Act(label, f"{reverse('publicity:ask_new', args=[EnquiryKind.QUESTION])}?site={site.pk}")
    label = _("Compare the site with the standard it is measured by")
    yield Act(label, reverse("publicity:standard", args=[site.kind]))


@prepared
def _notice_with(site: int) -> QuerySet[Notice]:
    """The one it stands on, or stood on last."""
    found = Notice.objects.published().filter(entries__site=site, entries__removed_on=None)
    return found.order_by("-pk").only("ends_on", "state")


@prepared
def _open_appraisals(site: int, day: datetime.date) -> QuerySet[Appraisal]:
    return Appraisal.objects.open(on=day).filter(site=site)
