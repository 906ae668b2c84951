"""Notices, objections and namings for a test, made through the services on the plan's own dates."""

import datetime

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.models import Assessment, Round
from publicity.models import Naming, Notice, Objection
from publicity.services import naming, notices, objections
from sites.calendar import pinned, today
from sites.enums import Stage
from sites.models import Determination, DeterminationLine, Site
from sites.signals import sites_determined
from standards.models import Rulebook, Standard
from tests import factories

NAME, PHONE, LETTER = "示例举报人王某", "13900001234", "示例异议内容：公开栏长期空白。"
CONTACT = notices.Contact(
    office="示例受理办公室",
    address="示例地址1号",
    postcode="016000",
    telephone="0473-0000000（示例）",
    hours="工作日8:30—12:00",
)


def accepted(count: int = 1) -> list[Site]:
    """Sites that passed acceptance, once inspected: what an upheld objection finds is recorded there."""
    made = [factories.site(Stage.ACCEPTED) for _ in range(count)]
    for site in made:
        Assessment.objects.create(
            round=_inspection(), site=site, standard=Standard.objects.get(kind=site.kind)
        )
    return made


def _inspection() -> Round:
    made, _created = Round.objects.get_or_create(
        programme=factories.programme(),
        kind=RoundKind.INSPECTION,
        ordinal=1,
        defaults={
            "title": "示例督查",
            "rulebook": Rulebook.objects.get(),
            "opened_on": "2008-04-01",
            "due_on": "2008-04-30",
            "opened_by": factories.user(Role.OFFICE),
        },
    )
    return made


def publish(*sites: Site, working_days: int = 5, title: str = "示例公示") -> Notice:
    """A notice published today (the business date)."""
    return notices.announce(
        programme=factories.programme(),
        sites=sites or accepted(),
        title=title,
        grounds="经实地检查、社会评议",
        contact=CONTACT,
        working_days=working_days,
        by=factories.user(Role.OFFICE),
    )


def object_to(notice: Notice, site: Site | None = None) -> Objection:
    site = site or notice.entries.first().site
    return objections.receive(notice=notice, site=site, name=NAME, phone=PHONE, text=LETTER)


def determined(*sites: Site) -> Determination:
    """A batch that determined these sites, with its paper."""
    programme, leader = factories.programme(), factories.user(Role.LEADING_GROUP)
    made = Determination.objects.create(
        programme=programme, ordinal=programme.determinations.count() + 1, by=leader, on=today()
    )
    for site in sites or [factories.site(Stage.DETERMINED)]:
        DeterminationLine.objects.create(determination=made, site=site, is_determined=True)
    sites_determined.send(sender=Determination, determination=made)
    return made


def named(*sites: Site) -> list[Naming]:
    """Namings after a notice that ran from 5 to 12 May; the business date of the test stays."""
    with pinned(datetime.date(2008, 5, 5)):
        notice = publish(*sites)
    with pinned(notice.ends_on + datetime.timedelta(days=1)):
        return naming.name_sites(
            notice=notice,
            sites=[entry.site for entry in notice.entries.select_related("site__organisation")],
            by=factories.user(Role.LEADING_GROUP),
        )
