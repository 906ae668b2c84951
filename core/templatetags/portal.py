"""What every page may draw: icons, states, navigation links, form fields, page numbers.

It lives in the lowest room that has templates, so a template of any room may load it. A state is
drawn here and nowhere else: a word with an icon, its tone only repeating what both already say.
"""

import datetime
import re
from collections.abc import Iterator
from copy import copy
from functools import cache, lru_cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import template
from django.conf import settings
from django.core.paginator import Page
from django.db.models import Model
from django.forms import BaseForm, BoundField
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from core.acting import TypedAgain
from core.enums import FileFlag
from core.http import page_address, record_address
from core.once import FIELD, new_key
from tables.tidy import MONGOLIAN

register = template.Library()


@register.simple_tag
def office_telephone() -> str:
    """The office's number (`PORTAL_TELEPHONE`), "" where none is set; the demo's is a sample and says so."""
    return settings.PORTAL_TELEPHONE or (
        gettext("0473-0000000 (sample)") if settings.PORTAL_DEMO_RULES else ""
    )


@register.filter
def dialled(telephone: str) -> str:
    """A number as a telephone dials it, without what is said beside it: `tel:{{ telephone|dialled }}`."""
    found = re.search(r"\+?[0-9][0-9 -]+[0-9]", telephone)
    return found[0].replace(" ", "-") if found else ""


@register.simple_tag
def idle_minutes() -> int:
    """After how many minutes without a page a sign-in ends (`PORTAL_SESSION_IDLE_MINUTES`)."""
    return int(settings.PORTAL_SESSION_IDLE_MINUTES)


# Value of a state → tone and icon. One table for every enum: a word means the same wherever it is used.
POSITIVE, NEGATIVE, ATTENTION, PROGRESS, NEUTRAL = "positive", "negative", "attention", "progress", "neutral"
STATES: dict[str, tuple[str, str]] = {
    # filings, sites, work plans
    "draft": (NEUTRAL, "pencil"),
    "decided": (PROGRESS, "pen"),
    "filed": (PROGRESS, "inbox"),
    "returned": (ATTENTION, "arrow-return-left"),
    "reviewed": (PROGRESS, "eye"),
    "approved": (POSITIVE, "check-circle-fill"),
    "determined": (PROGRESS, "bookmark-check"),
    "agreed": (POSITIVE, "check-circle"),
    "building": (PROGRESS, "hammer"),
    "self_assessed": (PROGRESS, "clipboard-check"),
    "rectifying": (ATTENTION, "tools"),
    "rectified": (PROGRESS, "check2-square"),
    "accepted": (POSITIVE, "check-circle"),
    "not_accepted": (NEGATIVE, "x-circle-fill"),
    "on_notice": (PROGRESS, "megaphone"),
    "notice_over": (PROGRESS, "calendar-check"),
    "notice_withdrawn": (ATTENTION, "arrow-counterclockwise"),
    "taken_off": (ATTENTION, "tools"),
    "named": (POSITIVE, "patch-check-fill"),
    "warned": (ATTENTION, "exclamation-triangle-fill"),
    "revoked": (NEGATIVE, "slash-circle"),
    "superseded": (NEUTRAL, "archive"),
    "added": (POSITIVE, "plus-circle"),
    "dropped": (NEGATIVE, "dash-circle"),
    "withdrawn": (NEUTRAL, "arrow-counterclockwise"),
    "pass": (POSITIVE, "check-circle"),
    "fail": (NEGATIVE, "x-circle-fill"),
    # drafts of papers
    "checking": (PROGRESS, "eye"),
    "countersigning": (PROGRESS, "people"),
    "signing": (ATTENTION, "pen"),
    # standards, notices and other published things
    "published": (POSITIVE, "check-circle"),
    "ended": (NEUTRAL, "calendar-check"),
    "retired": (NEUTRAL, "archive"),
    # laws, opinions and notices
    "not_yet": (ATTENTION, "hourglass"),
    "in_force": (POSITIVE, "check-circle"),
    "replaced": (ATTENTION, "arrow-left-right"),
    "ended_law": (NEUTRAL, "slash-circle"),
    # rounds, sheets, scores
    "planned": (NEUTRAL, "calendar"),
    "open": (PROGRESS, "circle-half"),
    "running": (PROGRESS, "circle-half"),
    "closed": (NEUTRAL, "lock"),
    "submitted": (PROGRESS, "send"),
    "signed": (POSITIVE, "pen"),
    "met": (POSITIVE, "check-circle-fill"),
    "partly": (ATTENTION, "circle-half"),
    "unmet": (NEGATIVE, "x-circle"),
    "inapplicable": (NEUTRAL, "dash-circle"),
    "unmarked": (ATTENTION, "circle"),
    "not_due": (NEUTRAL, "calendar"),
    # a mark beside the final one; a disputed item and what is said of it
    "higher": (ATTENTION, "arrow-up"),
    "lower": (ATTENTION, "arrow-down"),
    "other": (ATTENTION, "arrow-left-right"),
    "deliberated": (ATTENTION, "chat-left-text"),
    "settled": (POSITIVE, "check-circle"),
    "alike": (NEUTRAL, "check"),
    # a district's self-check
    "forward": (PROGRESS, "send"),
    "read": (POSITIVE, "eye"),
    # draws
    "waiting": (ATTENTION, "hourglass"),
    "held": (POSITIVE, "check-circle"),
    "abandoned": (NEUTRAL, "slash-circle"),
    # commendations
    "put_forward": (ATTENTION, "hourglass"),
    "commended": (POSITIVE, "award"),
    # invitations
    "coming": (POSITIVE, "check-circle"),
    # links of evidence
    "found": (POSITIVE, "check-circle"),
    "dead": (NEGATIVE, "x-octagon-fill"),
    "unchecked": (NEUTRAL, "hourglass"),
    # pictures used twice
    "same_file": (NEGATIVE, "files"),
    "looks_same": (ATTENTION, "files"),
    "looks_alike": (ATTENTION, "intersect"),
    # findings
    "put": (ATTENTION, "chat-left-text"),
    "answered": (PROGRESS, "reply"),
    "confirmed": (PROGRESS, "check-lg"),
    "verified": (POSITIVE, "check-circle-fill"),
    "sent_back": (ATTENTION, "arrow-return-left"),
    "overdue": (NEGATIVE, "alarm"),
    # objections
    "received": (PROGRESS, "inbox"),
    "answering": (PROGRESS, "pencil-square"),
    "to_complete": (ATTENTION, "pencil"),
    "declining": (ATTENTION, "dash-circle"),
    "looked_into": (PROGRESS, "search"),
    "drafted": (ATTENTION, "hourglass"),
    "declined": (NEUTRAL, "dash-circle"),
    "upheld": (ATTENTION, "exclamation-circle"),
    "not_upheld": (NEUTRAL, "dash-circle"),
    "replied": (POSITIVE, "reply-fill"),
    # public appraisals
    "unopened": (NEUTRAL, "circle"),
    "to_count": (ATTENTION, "hourglass-bottom"),
    "to_check": (ATTENTION, "clipboard-check"),
    "given_up": (NEUTRAL, "slash-circle"),
    "too_few": (ATTENTION, "people"),
    "counted": (POSITIVE, "check-circle-fill"),
    # the rows of a workbook's preview; a list nobody has begun
    "new": (POSITIVE, "plus-circle"),
    "changed": (PROGRESS, "pencil-square"),
    "unchanged": (NEUTRAL, "dash-circle"),
    "wrong": (NEGATIVE, "x-circle"),
    "none": (ATTENTION, "hourglass"),
    # the rows of a score sheet's workbook
    "taken": (POSITIVE, "check-circle-fill"),
    "same": (NEUTRAL, "dash-circle"),
    "stale": (ATTENTION, "exclamation-triangle-fill"),
    "kept_mine": (POSITIVE, "check-circle"),
    "kept_stored": (NEUTRAL, "arrow-counterclockwise"),
    # what is said of a site before it is determined
    "supported": (POSITIVE, "hand-thumbs-up"),
    "unsupported": (ATTENTION, "hand-thumbs-down"),
    "set_aside": (ATTENTION, "arrow-return-left"),
    # a window's replacement, the import of a register
    "asked": (PROGRESS, "inbox"),
    "made": (POSITIVE, "check-circle-fill"),
    "refused": (NEGATIVE, "x-circle-fill"),
    "reading": (PROGRESS, "hourglass-split"),
    "previewed": (ATTENTION, "eye"),
    "taking": (PROGRESS, "hourglass-split"),
    "done": (POSITIVE, "check-circle-fill"),
    "cancelled": (NEUTRAL, "slash-circle"),
    "undoing": (PROGRESS, "hourglass-split"),
    "undone": (NEUTRAL, "arrow-counterclockwise"),
    # people: whether they can sign in
    "active": (POSITIVE, "check-circle"),
    "invited": (ATTENTION, "hourglass"),
    "off": (NEUTRAL, "slash-circle"),
    # messages that leave the portal
    "to_release": (ATTENTION, "pause-circle"),
    "sending": (PROGRESS, "hourglass-split"),
    "sent": (POSITIVE, "send-check"),
    "discarded": (NEUTRAL, "slash-circle"),
    # events of a site that have no state of their own
    "given": (NEUTRAL, "chat-left-text"),
    "handed_over": (POSITIVE, "arrow-left-right"),
    "taken_back": (NEUTRAL, "arrow-return-left"),
    "opened_again": (ATTENTION, "unlock"),
    "issued": (POSITIVE, "file-earmark-text"),
    "extended": (ATTENTION, "calendar-plus"),
    "recorded": (NEUTRAL, "journal-text"),
    "lifted": (POSITIVE, "check-circle"),
    # the leading group's meetings and resolutions, what its members say
    "agree": (POSITIVE, "check-circle"),
    "object": (NEGATIVE, "x-circle"),
    "note": (NEUTRAL, "eye"),
    # papers
    "queued": (NEUTRAL, "hourglass"),
    "rendering": (PROGRESS, "hourglass-split"),
    "ready": (POSITIVE, "file-earmark-check"),
    "failed": (NEGATIVE, "exclamation-octagon"),
    # secrecy reviews
    "cleared": (POSITIVE, "shield-check"),
    # what one was told
    "unread": (PROGRESS, "envelope"),
    # how close a date is
    "red": (NEGATIVE, "alarm"),
    "yellow": (ATTENTION, "hourglass-split"),
    "green": (POSITIVE, "check-circle"),
    # dossiers
    "making": (PROGRESS, "hourglass-split"),
    "deleted": (NEUTRAL, "trash"),
    # conditions of the portal
    "ok": (POSITIVE, "check-circle"),
    "warning": (ATTENTION, "exclamation-triangle-fill"),
    "error": (NEGATIVE, "exclamation-octagon"),
}
UNKNOWN_STATE = (NEUTRAL, "circle")
STATE_FIELDS = ("stage", "state", "status")
MESSAGE_ICONS = {
    "success": "check-circle-fill",
    "warning": "exclamation-triangle-fill",
    "error": "exclamation-octagon-fill",
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decorative icon: a word always stands beside it, so it is hidden from a screen reader."""
    svg = render_to_string(f"icons/{name}.svg", {"height": "1em"})
    return mark_safe(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1).strip())  # noqa: S308 - our own files


@register.simple_tag
def message_icon(level_tag: str) -> SafeString:
    return icon(MESSAGE_ICONS.get(level_tag, "info-circle-fill"))


@register.simple_block_tag
def message(content: str, level: str = "info") -> SafeString:
    """What a page has to say of itself: info, success, warning or error, each with its icon."""
    return format_html(
        '<p class="message message--{}">{} <span>{}</span></p>', level, message_icon(level), content
    )


@register.simple_tag
def status_tag(thing: Any, field: str = "", label: str = "") -> SafeString:
    """The state of `thing`: a record (its stage, state or status, or the `field` named), a choice."""
    value = thing
    if isinstance(thing, Model):
        field = field or next(name for name in STATE_FIELDS if hasattr(thing, name))
        value = getattr(thing, field)
        label = label or getattr(thing, f"get_{field}_display")()
    return _state(str(getattr(value, "value", value)), str(label or getattr(value, "label", value)))


@lru_cache(1024)
def _state(value: str, word: str) -> SafeString:
    tone, icon_name = STATES.get(value, UNKNOWN_STATE)
    return format_html('<span class="state state--{}">{} <span>{}</span></span>', tone, icon(icon_name), word)


@register.simple_tag
def days_left_words(days: int) -> str:
    """How long something still runs. What is late is told in working days (`sites.calendar.late_words`)."""
    if days == 0:
        return gettext("ends today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


@register.filter
def in_its_script(text: str) -> str:
    """A name in the Mongolian script runs from top to bottom; any other text is as it is."""
    if text.isspace() or not MONGOLIAN.fullmatch(text):
        return text
    return format_html('<span class="mongolian" lang="mn-Mong">{}</span>', text)


@register.filter
def shortened(text: Any, length: int) -> str:
    """At most so many signs, the last an ellipsis. Django's `truncatechars` looks at each sign by itself."""
    text = str(text)
    return text if len(text) <= length else f"{text[: length - 1]}…"


@register.filter
def iso(moment: datetime.date | None) -> str:
    """As the attribute `datetime` of `<time>` takes it: a day, or a moment here without its microseconds."""
    if isinstance(moment, datetime.datetime):
        return localtime(moment).isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""


@register.filter
def dated(moment: datetime.date | None) -> SafeString:
    """The day, in the page's short words and as machines read it; nothing where there is none."""
    return _time(moment, "SHORT_DATE_FORMAT")


@register.filter
def timed(moment: datetime.datetime | None) -> SafeString:
    """The moment, as `dated` does the day."""
    return _time(moment, "SHORT_DATETIME_FORMAT")


def _time(moment: datetime.date | None, form: str) -> SafeString:
    if not moment:
        return SafeString("")
    local = localtime(moment) if isinstance(moment, datetime.datetime) else moment
    words = date_format(local, form)
    return format_html('<time class="date" datetime="{}">{}</time>', iso(moment), words)


@register.filter
def pub_date(moment: datetime.date) -> str:
    """The form the meta tag PubDate asks for; a bare date stands at midnight."""
    if isinstance(moment, datetime.datetime):
        return localtime(moment).strftime("%Y-%m-%d %H:%M")
    return f"{moment:%Y-%m-%d} 00:00"


@register.filter
def flag_words(flags: str) -> list[str]:
    """What to know of a stored file, in words; none of a record that keeps no flags."""
    return [str(FileFlag(flag).label) for flag in flags.split(",") if flag]


@register.filter
def days_after(day: datetime.date, other: datetime.date) -> int:
    """How many days `day` lies after `other`, which may be a lazy date of the context processor."""
    return (day - datetime.date(other.year, other.month, other.day)).days


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, url_name: str, label: str) -> SafeString:
    """A link of a navigation list; it says so when it leads to this page or to the part the page is in."""
    url = page_address(url_name)
    path = context["request"].path
    inside = url != "/" and path.startswith(url)
    current = "page" if path == url else "true" if inside else ""
    mark = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<a href="{}"{}>{}</a>', url, mark, label)


@register.simple_tag
def record_url(name: str, key: int) -> str:
    """What `{% url %}` gives for a record's key, for the rows of a long list."""
    return record_address(name, key)


@register.simple_block_tag
def empty_list(
    content: str, *, icon: str = "inbox", title: str = "", url: str = "", label: str = ""
) -> SafeString:
    """An empty list: the text within says what will fill it, `label` the act at `url` that does."""
    shown = {"text": content, "title": title, "icon_name": icon, "action_url": url, "action_label": label}
    return render_to_string("components/empty.html", shown)


@register.simple_tag
def crumb(label: Any, to: Any, *args: Any, **query: Any) -> SafeString:
    """A page above this one, for block breadcrumb: its name, and where it is.

    That is a record, an address, or an address's name with its arguments; what is named goes into the query.
    """
    url = resolve_url(to, *args) + (f"?{urlencode(query)}" if query else "")
    return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', url, label)


@register.simple_tag(takes_context=True)
def form_fields(context: template.Context, form: BaseForm) -> SafeString:
    """The form's fields by crispy, after what locks them (core.changes).

    The form element, its token and its buttons belong to the shell around.
    """
    helper = copy(getattr(form, "helper", None)) or FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    fields: SafeString = render_crispy_form(form, helper, context)
    return getattr(form, "lock", SafeString()) + files_again(context, form) + fields


@register.simple_tag(takes_context=True)
def files_again(context: template.Context, form: BaseForm) -> SafeString:
    """Which files must be chosen again, where a form that was sent with some is shown once more."""
    files = [file.name for name in form.files for file in form.files.getlist(name)] if form.files else []
    shown = {"files": files, "by_script": context.get("upload")}
    return render_to_string("components/files_again.html", shown) if files else SafeString()


@register.simple_tag(takes_context=True)
def once(context: template.Context) -> SafeString:
    """The key of a form that makes something: sent twice, it makes it once (core.once).

    A form that comes back with what was typed before a session ended has its key still.
    """
    sent = context["request"].POST
    key = sent.get(FIELD) if isinstance(sent, TypedAgain) else None
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key or new_key())


@register.filter
def error_fields(form: BaseForm) -> Iterator[BoundField]:
    """The fields of a form that have errors, in the form's order."""
    return (field for field in form if field.errors)


@register.simple_tag
def page_numbers(page: Page[Any]) -> Iterator[str | int]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
