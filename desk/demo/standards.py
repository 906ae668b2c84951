"""A draft of the government-affairs standard, with examples of what earns full, half and no marks."""

from django.forms import model_to_dict

from standards import services
from standards.enums import Kind
from standards.fingerprints import of_section
from standards.models import Section, Standard

from .cast import Cast

# Code → examples of the full mark, half of it and none. The plan gives none: these are samples.
EXAMPLES = {
    "ZW-1.1": (
        "成立领导小组的文件有文号、日期，成员名单与现任职务一致。",
        "有文件，但成员已调离半年以上未作调整。",
        "只有口头说明，无文件。",
    ),
    "ZW-1.4": (
        "一年内两次以上专题会议，纪要有日期、议题、议定事项和责任人。",
        "只有一次专题会议，或纪要未写议定事项。",
        "仅在其他会议上顺带提及，无纪要。",
    ),
    "ZW-1.5": (
        "问题台账逐条写明措施、责任人和办结日期，全部办结。",
        "有台账，但三成以上问题逾期未办结。",
        "无台账。",
    ),
}
MARK = "（示例）"


def draft_with_examples(cast: Cast) -> None:
    """The office is at work on version 2 of one standard; nothing is measured by it yet."""
    in_force = Standard.objects.published().get(kind=Kind.GOVERNMENT_AFFAIRS)
    note = f"为第一部分的检查项增加满分、半分、零分示例，便于督查组统一尺度。{MARK}"
    draft = services.draft_from(version=in_force, note=note, by=cast.office)
    _add_examples(draft.sections.get(ordinal=1), cast)


def _add_examples(section: Section, cast: Cast) -> None:
    items = []
    for item in section.items.all():
        values = model_to_dict(item, exclude=["id", "section", "ordinal"])
        for field, text in zip(
            ("full_example", "half_example", "zero_example"), EXAMPLES.get(item.code, ()), strict=False
        ):
            values[field] = text + MARK
        items.append(values)
    services.save_section(
        section=section,
        values=model_to_dict(section, fields=["name", "text", "points"]),
        items=items,
        seen=of_section(section),
        by=cast.office,
    )
