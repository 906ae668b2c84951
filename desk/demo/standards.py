"""A draft of the government-affairs standard that sharpens a few examples of what earns which mark."""

from django.forms import model_to_dict

from documents.papers import OPINION
from standards import services
from standards.enums import Kind
from standards.fingerprints import of_section
from standards.models import Standard

from .cast import Cast

# Code → what the draft says otherwise: the inspectors found that these could be read in two ways, and the
# first rests on the opinion that the plan itself names.
SHARPER: dict[str, dict[str, object]] = {
    "ZW-1.1": {"half_example": "有文件，但名单与现任职务有一处以上不符。（示例）", "grounds": [OPINION]},
    "ZW-1.5": {
        "half_example": "有台账，但不足三成的到期问题未办结。（示例）",
        "zero_example": "没有台账，或三成以上到期问题未办结。（示例）",
    },
}


def draft_sharper_examples(cast: Cast) -> None:
    """The office is at work on version 2 of one standard; nothing is measured by it yet."""
    in_force = Standard.objects.published().get(kind=Kind.GOVERNMENT_AFFAIRS)
    note = "第一部分的部分示例写得更明确，便于督查组统一尺度。（示例）"
    draft = services.draft_from(version=in_force, note=note, by=cast.office)
    section = draft.sections.get(ordinal=1)
    services.save_section(
        section=section,
        values=model_to_dict(section, fields=["name", "text", "points"]),
        items=[
            model_to_dict(item, exclude=["id", "section", "ordinal"]) | SHARPER.get(item.code, {})
            for item in section.items.all()
        ],
        seen=of_section(section),
        by=cast.office,
    )
