"""How this room's pages draw stages, notices and people."""

import json
import re
from collections.abc import Mapping, Sequence

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from publicity import published
from publicity.enums import NoticeState
from publicity.models import Notice
from publicity.public_state import PublicState
from publicity.website_columns import Column, column_of
from sites.calendar import today

register = template.Library()
_OUT_OF_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


@register.simple_tag(takes_context=True)
def column_here(context: template.Context) -> Column:
    return column_of(context["request"].path)


@register.simple_tag(takes_context=True)
def campaign(context: template.Context, programme: int) -> str:
    """Of which campaign something is, once there has been more than one."""
    known = context["programme_choices"]
    return next((one.campaign for one in known if one.pk == programme), "") if len(known) > 1 else ""


@register.filter
def public_state(value: str) -> PublicState:
    """Of a site `with_public_state`; the stage of one that was named is its public state."""
    return PublicState(value)


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


@register.filter
def in_a_line(html: str) -> str:
    """What a page says in its lead, for search engines: plain words, at most 160 characters."""
    return " ".join(strip_tags(html).split())[:160]


@register.filter
def as_linked_data(said: Mapping[str, object]) -> SafeString:
    """JSON-LD of schema.org as it stands in a page: nothing of it ends the script it stands in."""
    text = json.dumps({"@context": "https://schema.org", **said}, ensure_ascii=False, cls=DjangoJSONEncoder)
    return mark_safe(text.translate(_OUT_OF_SCRIPT))  # noqa: S308  # what could end it is escaped


@register.filter
def span_words(days: int) -> str:
    """Days as people say them: 730 → two years."""
    years, rest = divmod(days, 365)
    if years and not rest:
        return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def marked(text: str, words: Sequence[str]) -> SafeString:
    """`text` with each place of one of `words` marked."""
    pattern = re.compile("|".join(re.escape(escape(word)) for word in words), re.IGNORECASE)
    # What is put in is escaped before, and the words are looked for in the escaped text.
    return mark_safe(pattern.sub(lambda found: f"<mark>{found[0]}</mark>", escape(text)))  # noqa: S308
