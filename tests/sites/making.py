"""Lists, people and workbooks for the tests of this room."""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from sites import services
from sites.enums import Becomes, FilingState, Leftover, Level
from sites.leftovers import left_in
from sites.list_import import judge, take
from sites.models import Filing, Programme, Site
from sites.schedule import planned
from sites.services.programmes import QUOTAS
from sites.site_fields import columns_of
from sites.taken import Taken
from standards.enums import Kind
from tables.reading import read
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.tables.making import saved, workbook
from tests.tables.making import upload as upload

HEADS = [
    "Unit",
    "Window",
    "Kind",
    "Address",
    "Why this one",
    "Working body",
    "Liaison",
    "Liaison's telephone",
]
PHONE = "0473-0000000"


def clerk(district: Organisation | None = None):
    """A person of a district's office."""
    return factories.user(Role.DISTRICT, factories.district_office(district or factories.district()))


def designated(ordinal: int = 2) -> Organisation:
    """One of the plan's designated units; the second is a department."""
    return factories.programme().designated_units.get(ordinal=ordinal).organisation


def own_list(by):
    return services.filing_of(programme=factories.programme(), by=by)


def add_site(filing, by, organisation: Organisation | None = None, *, liaison: str = "示例联络员") -> Site:
    if organisation is None:
        organisation = (
            factories.unit(filing.organisation) if filing.level == Level.DISTRICT else filing.organisation
        )
    site = Site(
        organisation=organisation,
        window_name=f"示例窗口{organisation.code}-{filing.sites.count()}",
        kind=Kind.GOVERNMENT_AFFAIRS,
        reason="基础较好（示例）。",
        working_body="示例工作机构",
        is_sample=True,
    )
    return services.save_site(
        filing=filing, site=site, liaison_name=liaison, liaison_phone=PHONE if liaison else "", by=by
    )


def complete_list(count: int = 4):
    """A district's list that can be filed, and its clerk."""
    by = clerk()
    filing = own_list(by)
    for _n in range(count):
        add_site(filing, by)
    return filing, by


def head(of: Organisation):
    """Who heads the office of this district; made on first need."""
    office = factories.district_office(of)
    found = User.objects.filter(organisation=office, is_head=True, is_active=True).first()
    return found or factories.user(Role.DISTRICT, office, is_head=True)


def decide(filing, by) -> None:
    """A district's list, put forward by this clerk and determined by the head."""
    decider = head(filing.organisation)
    services.put_forward(filing=filing, by=by)
    services.decide(filing=filing, by=decider)


def file(filing, by) -> None:
    """Filed, as its district has determined it where it is a district's."""
    filing = Filing.objects.get(pk=filing.pk)
    if filing.must_be_decided and filing.state in FilingState.UNDECIDED:
        decide(filing, by)
    services.file_list(filing=filing, by=by)


def decided_list():
    filing, by = complete_list()
    decide(filing, by)
    filing.refresh_from_db()
    return filing, by


def filed_list():
    filing, by = complete_list()
    file(filing, by)
    filing.refresh_from_db()
    return filing, by


def reviewed_list():
    filing, by = filed_list()
    services.review(filing=filing, opinion="同意上报（示例）。", by=factories.user(Role.OFFICE))
    reviewing.give_all()
    filing.refresh_from_db()
    return filing, by


def reviewed_list_of_a_unit():
    """A designated unit's list with its one window."""
    by = factories.user(Role.LIAISON, designated())
    filing = own_list(by)
    add_site(filing, by)
    file(filing, by)
    services.review(filing=filing, opinion="同意上报（示例）。", by=factories.user(Role.OFFICE))
    reviewing.give_all()
    return filing


def determine(filing, by=None):
    """The leading group determines every site of a reviewed list, in a batch of its own."""
    answers = {site.pk: services.Answer(yes=True) for site in filing.sites.undetermined()}
    reviewing.clear("site", *filing.sites.undetermined())
    return services.determine_batch(
        programme=filing.programme,
        decisions={filing.versions.latest("number").pk: answers},
        resolution=resolved("determination"),
        by=by or factories.user(Role.LEADING_GROUP),
    )


def determined_site(level=Level.DISTRICT):
    """A site whose list is determined, with its own liaison's account still to be made."""
    filing = reviewed_list()[0] if level == Level.DISTRICT else reviewed_list_of_a_unit()
    determine(filing)
    return filing.sites.order_by("pk").first()


def row(
    unit: Organisation, window: str = "示例大厅", kind: str = "政务公开", liaison: str = "示例甲", **fields
) -> list[str]:
    cells = dict.fromkeys(HEADS, "")
    cells |= {"Unit": unit.name, "Window": window, "Kind": kind, "Liaison": liaison}
    cells |= {"Liaison's telephone": PHONE if liaison else "", **fields}
    return [cells[head] for head in HEADS]


def upload_of(rows, heads=HEADS) -> SimpleUploadedFile:
    return upload(saved(workbook(rows, heads)))


def judged(filing, by, rows, heads=HEADS) -> Taken:
    """What a workbook of these rows would do to a list."""
    return judge(table=read(upload_of(rows, heads), columns_of(filing.level)), filing=filing, by=by)


def taken(filing, by, rows, heads=HEADS) -> Taken:
    """What it did."""
    return take_table(filing, by, read(upload_of(rows, heads), columns_of(filing.level)))


def take_table(filing, by, table) -> Taken:
    return take(table=table, filing=filing, by=by, file_name="list.xlsx")


def utility(district: Organisation) -> Organisation:
    return factories.unit(district, OrganisationKind.UTILITY)


def succeed():
    """A programme with the same dates, made from the one that runs and set running in its place."""
    source, by = factories.programme(), factories.user(Role.OFFICE)
    names = ("title", "notice_title", "issuer", "addressees", "issued_on", *QUOTAS)
    made = services.new_programme(
        source=source,
        facts={
            **{name: getattr(source, name) for name in names},
            "document_number": f"示例〔2008〕{Programme.objects.count() + 1}号",
            "text": "",
        },
        phases=planned(source),
        units=list(source.designated_units.all()),
        standards=list(source.standards.all()),
        rulebook=source.rulebook,
        by=by,
    )
    take_over(made, source, by)
    return made


def take_over(programme, running, by, **closed):
    """It runs instead of the other; what is open there goes on, but for what is `closed` (kind=reason)."""
    decided = {}
    for left in left_in(running, by) if running else ():
        ends = left.kind in Leftover.ENDING or left.kind in closed
        becomes = Becomes.CLOSED if ends else Becomes.CARRIED
        decided[left.kind] = services.Decided(
            becomes, closed.get(left.kind, "示例新批次启用") if ends else ""
        )
    services.run_programme(programme=programme, instead_of=running, decided=decided, by=by)


def prolong(phase, new_end, by, **more):
    """The phase prolonged from the end it has now."""
    phase.refresh_from_db()
    values = {"reason": "雪灾（示例）", "asked_by": "海勃湾区政务公开领导小组办公室（示例）", **more}
    return services.extend_phase(phase=phase, previous_end=phase.last_day, new_end=new_end, by=by, **values)


def measures(*spans: tuple[str, str]) -> list[services.PlannedMeasure]:
    """One measure a span of days, February by default."""
    return [
        services.PlannedMeasure(
            f"示例措施{n}",
            f"示例负责人{n}",
            datetime.date.fromisoformat(starts),
            datetime.date.fromisoformat(ends),
        )
        for n, (starts, ends) in enumerate(spans or [("2008-02-01", "2008-02-29")], start=1)
    ]


def file_plan(owner, by, **changed):
    """A plan as its owner's people file it."""
    words = {"goals": "示例目标。", "text": "示例方案。", "working_body": "示例工作机构", **changed}
    return services.file_plan(owner=owner, by=by, **{"measures": measures(), **words})
