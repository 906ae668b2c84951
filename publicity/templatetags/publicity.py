"""How this room's pages draw stages, notices and people."""

from django import template

from publicity import published
from publicity.enums import NoticeState
from publicity.models import Notice
from sites.calendar import today

register = template.Library()


@register.filter
def public_stage(stage: str) -> published.PublicStage:
    return published.public_stage(stage)


@register.filter
def state_today(notice: Notice) -> NoticeState:
    return published.notice_state(notice, today())


@register.filter
def masked_name(name: str) -> str:
    """王某某 → 王**: enough to tell two letters apart, too little to know who wrote them."""
    return f"{name[:1]}**"


@register.filter
def masked_phone(phone: str) -> str:
    """13800000000 → 138****0000."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"
