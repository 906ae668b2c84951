"""A site as a citizen reads it: where it stands, what comes next, and what the reader can do about it now."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.prepared import prepared
from publicity.models import Appraisal, Notice
from publicity.published import PublicStage, public_stage
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site

_STANDING: dict[PublicStage, Promise] = {
    PublicStage.BUILDING: _(
        "The site opens up its work by the standard, is inspected, and is accepted when it meets it. "
        "Next comes the public notice, on which everybody may object."
    ),
    PublicStage.ON_NOTICE: _(
        "The site has passed acceptance and stands on a public notice. When the notice has ended and no "
        "objection is left, the leading group names it."
    ),
    PublicStage.NAMED: _(
        "The site bears the title. It is checked again from time to time; one that falls behind is warned, "
        "and can lose the title."
    ),
    PublicStage.WARNED: _(
        "The site bears the title and has been warned: it has to mend what is wanting by the day set for it. "
        "Then the warning is lifted, or the title revoked."
    ),
    PublicStage.REVOKED: _("The site does not bear the title any more; its story stays here."),
}
_DECIDED = _(
    "The notice has ended; the leading group decides on the naming once every objection is answered."
)


@dataclass(frozen=True)
class Act:
    """Something the reader can do now; with its last day, where it has one."""

    label: Promise
    url: str
    until: datetime.date | None = None


@dataclass(frozen=True)
class SiteNow:
    where: Promise
    acts: list[Act]


def site_now(site: Site) -> SiteNow:
    """Told from what is announced alone (two queries, for a notice and an appraisal that run)."""
    stage = public_stage(site.stage)
    running = next(iter(_running_notices(site.pk, today())), None) if stage == PublicStage.ON_NOTICE else None
    where = _DECIDED if stage == PublicStage.ON_NOTICE and not running else _STANDING[stage]
    return SiteNow(where, [*_acts(site, running)])


def _acts(site: Site, running: Notice | None) -> Iterator[Act]:
    if running:
        object_to = reverse("publicity:object", args=[running.pk])
        yield Act(_("Object to the site, under your real name"), object_to, running.ends_on)
    for appraisal in _open_appraisals(site.pk, today()):
        label = _("Appraise the site, with the code on your slip from the counter")
        yield Act(label, reverse("publicity:appraise"), appraisal.closes_on)
    if site.stage in Stage.TITLED:
        label = _("Tell the office where the site does not keep what it promised")
        yield Act(label, reverse("publicity:report_error"))
    label = _("Compare the site with the standard it is measured by")
    yield Act(label, reverse("publicity:standard", args=[site.kind]))


@prepared
def _running_notices(site: int, day: datetime.date) -> QuerySet[Notice]:
    return Notice.objects.running(on=day).filter(entries__site=site, entries__removed_on=None)


@prepared
def _open_appraisals(site: int, day: datetime.date) -> QuerySet[Appraisal]:
    return Appraisal.objects.open(on=day).filter(site=site)
