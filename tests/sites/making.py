"""Lists, people and workbooks for the tests of this room."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from sites import services
from sites.enums import Level
from sites.models import Site
from standards.enums import Kind
from tests import factories

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


def filed_list():
    filing, by = complete_list()
    services.file_list(filing=filing, by=by)
    filing.refresh_from_db()
    return filing, by


def reviewed_list():
    filing, by = filed_list()
    services.review(filing=filing, opinion="同意上报（示例）。", by=factories.user(Role.OFFICE))
    filing.refresh_from_db()
    return filing, by


def determined_site(level=Level.DISTRICT):
    """A site whose list is determined, with its own liaison's account still to be made."""
    if level == Level.DISTRICT:
        filing, _by = reviewed_list()
    else:
        unit = designated()
        by = factories.user(Role.LIAISON, unit)
        filing = own_list(by)
        add_site(filing, by)
        services.file_list(filing=filing, by=by)
        services.review(filing=filing, opinion="同意上报（示例）。", by=factories.user(Role.OFFICE))
    services.determine(filing=filing, by=factories.user(Role.LEADING_GROUP))
    return filing.sites.order_by("pk").first()


def row(
    unit: Organisation, window: str = "示例大厅", kind: str = "政务公开", liaison: str = "示例甲", **fields
) -> list[str]:
    cells = dict.fromkeys(HEADS, "")
    cells |= {"Unit": unit.name, "Window": window, "Kind": kind, "Liaison": liaison}
    cells |= {"Liaison's telephone": PHONE if liaison else "", **fields}
    return [cells[head] for head in HEADS]


def workbook(rows, heads=HEADS):
    book = Workbook()
    sheet = book.active
    sheet.append(heads)
    for cells in rows:
        sheet.append(cells)
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(content: bytes, name: str = "list.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=XLSX)


def upload_of(rows, heads=HEADS) -> SimpleUploadedFile:
    return upload(saved(workbook(rows, heads)))


def utility(district: Organisation) -> Organisation:
    return factories.unit(district, OrganisationKind.UTILITY)
