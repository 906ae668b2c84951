"""One open date of each kind, made as people make it; and a run of the reminders, day by day."""

import datetime
from collections.abc import Iterator

from accounts.enums import Role
from assessments.enums import RoundKind
from desk.models import ReminderRule
from desk.reminders.services import remind_all
from publicity.services import tracking
from sites.calendar import pinned
from sites.enums import Level, PlanState, Stage
from sites.models import Filing, Measure, Site, WorkPlan
from sites.services import filers
from tests import factories
from tests.assessments import builders
from tests.publicity import scene


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def days(first: str, last: str) -> Iterator[datetime.date]:
    for number in range((day(last) - day(first)).days + 1):
        yield day(first) + datetime.timedelta(days=number)


def run(first: str, last: str = "") -> int:
    """The reminders of each day, once; gives how many lines went out."""
    lines = 0
    for each in days(first, last or first):
        with pinned(each):
            lines += remind_all()
    return lines


def only(kind: str, **values) -> ReminderRule:
    """The rule of one kind, which alone is on."""
    ReminderRule.objects.exclude(kind=kind).update(is_on=False)
    ReminderRule.objects.filter(kind=kind).update(**values)
    return ReminderRule.objects.get(kind=kind)


def district_site(stage: Stage) -> Site:
    """A district's site with a liaison; the district has an account, too."""
    site = factories.site(stage, level=Level.DISTRICT)
    factories.liaison_of(site)
    district_clerk(site.filing)
    return site


def district_clerk(filing: Filing):
    return filers(filing).first() or factories.user(
        Role.DISTRICT, factories.district_office(filing.organisation)
    )


def measure(owner: Site | Filing, ends_on: str, text: str = "示例措施") -> Measure:
    """Of an agreed plan, which the owner gets where it has none."""
    column = {"site": owner} if isinstance(owner, Site) else {"filing": owner}
    clerk = builders.office()
    plan, _made = WorkPlan.objects.get_or_create(
        **column,
        state=PlanState.AGREED,
        defaults={"version": 1, "goals": "示例", "filed_by": clerk, "filed_on": "2008-01-10"},
    )
    return Measure.objects.create(
        plan=plan,
        ordinal=plan.measures.count() + 1,
        text=text,
        person="示例",
        starts_on="2008-02-01",
        ends_on=ends_on,
    )


def warned(site: Site | None = None):
    """Warned on 2 June, to be mended by 17 June: ten working days, 9 June off for 端午."""
    (naming,) = scene.named(*([site] if site else scene.accepted()))
    with pinned(day("2008-06-02")):
        return scene.warned(naming)


def recheck(due_on: str):
    (naming,) = scene.named()
    with pinned(day("2008-06-02")):
        return tracking.plan_recheck(naming=naming, due_on=day(due_on), by=builders.office())


def letter(site: Site | None = None):
    """Received on 5 May."""
    with pinned(day("2008-05-05")):
        notice = scene.publish(*([site] if site else ()))
        return scene.object_to(notice)


def visit():
    """Assigned to a team of two, who have not submitted; the round is due on 30 June."""
    site = builders.building()
    builders.self_assessed(site)
    return builders.assigned(site, kind=RoundKind.INSPECTION)
