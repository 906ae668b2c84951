"""The columns of a list, in its workbook, its exports and the versions that were filed."""

from django.utils.translation import gettext_lazy

from tables.table import Column

COLUMNS = (
    Column("organisation", gettext_lazy("Unit"), ("单位", "单位名称", "示范点单位")),
    Column("window_name", gettext_lazy("Window"), ("窗口", "窗口单位", "窗口名称"), width=30),
    Column("kind", gettext_lazy("Kind"), ("类型", "公开类型"), width=14),
    Column("address", gettext_lazy("Address"), ("地址",), required=False, width=30),
    Column(
        "reason", gettext_lazy("Why this one"), ("理由", "推荐理由"), required=False, width=44, is_prose=True
    ),
    Column("working_body", gettext_lazy("Working body"), ("工作机构",), required=False),
    Column("liaison_name", gettext_lazy("Liaison"), ("联络员", "联络员姓名"), width=14),
    Column(
        "liaison_phone",
        gettext_lazy("Liaison's telephone"),
        ("电话", "联系电话", "联络电话", "联络员电话"),
        width=20,
    ),
)
HEADS = {column.field: column.head for column in COLUMNS}
