"""The columns of a list, in its workbook, its exports and the versions that were filed."""

from django.utils.translation import gettext_lazy

from accounts.enums import OrganisationKind
from standards.enums import Kind
from tables.table import Column, ColumnKind

from .enums import Level
from .models import Site

COLUMNS = (
    Column("organisation", gettext_lazy("Unit"), ("单位", "单位名称", "示范点单位"), width=22),
    Column(
        "unit_kind", gettext_lazy("Unit type"), ("单位类别", "单位性质", "单位种类"), required=False, width=12
    ),
    Column("window_name", gettext_lazy("Window"), ("窗口", "窗口单位", "窗口名称"), width=24),
    Column("kind", gettext_lazy("Kind"), ("类型", "公开类型"), width=12),
    Column("address", gettext_lazy("Address"), ("地址",), required=False, width=22),
    Column(
        "reason",
        gettext_lazy("Why this one"),
        ("理由", "推荐理由"),
        required=False,
        width=36,
        kind=ColumnKind.PROSE,
    ),
    Column("working_body", gettext_lazy("Working body"), ("工作机构",), required=False, width=18),
    Column("liaison_name", gettext_lazy("Liaison"), ("联络员", "联络员姓名"), width=10),
    Column(
        "liaison_phone",
        gettext_lazy("Liaison's telephone"),
        ("电话", "联系电话", "联络电话", "联络员电话"),
        width=16,
    ),
    Column(
        "liaison_since",
        gettext_lazy("Liaison since"),
        ("任联络员日期", "任职时间", "任职日期"),
        required=False,
        width=14,
        kind=ColumnKind.DATE,
    ),
)
HEADS = {column.field: column.head for column in COLUMNS}


def columns_of(level: str) -> list[Column]:
    """The columns that the filers of this level are shown: only a district puts units on record."""
    return [column for column in COLUMNS if column.field != "unit_kind" or level == Level.DISTRICT]


def liaison_texts(site: Site) -> dict[str, str]:
    """Who is the row's liaison, as text; `site` comes with its liaisons, or they are asked for."""
    liaison = next(iter(site.liaisons.all()), None)
    return {
        "liaison_name": liaison.name if liaison else "",
        "liaison_phone": liaison.phone if liaison else "",
        "liaison_since": liaison.since.isoformat() if liaison and liaison.since else "",
    }


def texts_of(site: Site) -> dict[str, str]:
    """The row of a site, as text in the reader's language; it comes with its unit and liaisons."""
    own = {
        "organisation": str(site.organisation),
        "unit_kind": str(OrganisationKind(site.organisation.kind).label),
        "kind": str(Kind(site.kind).label) if site.kind else "",
        **liaison_texts(site),
    }
    return {field: own[field] if field in own else getattr(site, field) for field in HEADS}
