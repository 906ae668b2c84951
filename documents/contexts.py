"""From records to the frozen words of a paper. Papers are Chinese whatever the reader's language."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation

from accounts.enums import ResolutionState
from accounts.models import Meeting, User
from sites.enums import Level
from sites.models import Filing, Site
from standards.models import Rulebook
from standards.wording import read


def site_fields(site: Site) -> dict[str, Any]:
    """The head facts of every paper about one site."""
    with translation.override("zh-hans"):
        return {
            "site": site.window_name,
            "organisation": site.organisation.name,
            "kind": site.get_kind_display(),
        }


def listed_sites(sites: Iterable[Site]) -> list[dict[str, Any]]:
    """The table of sites of a notice or a decision."""
    with translation.override("zh-hans"):
        return [
            {
                "ordinal": ordinal,
                "name": site.window_name,
                "organisation": site.organisation.name,
                "level": site.get_level_display(),
                "kind": site.get_kind_display(),
            }
            for ordinal, site in enumerate(sites, start=1)
        ]


def determined_sites(sites: Sequence[Site]) -> list[dict[str, Any]]:
    """The same for the list that is determined: level by level, district by district."""
    return [
        {**row, "place": row["level"] if site.level == Level.CITY else site.filing.organisation.short_name}
        for row, site in zip(listed_sites(sites), sites, strict=True)
    ]


def rules_cited(rulebooks: Iterable[Rulebook]) -> str:
    """By which rules points were given: 《乌海市政务公开示范点建设考评办法》（第1版), each version once."""
    return "、".join(dict.fromkeys(f"《{each.title}》（第{each.version}版）" for each in rulebooks))


def rulebook_text(rulebook: Rulebook, before: Rulebook | None) -> dict[str, Any]:
    """A rulebook loaded `with_items`, as it reads, and the version it takes the place of."""
    return {
        "rulebook": rulebook.title,
        "version": rulebook.version,
        "replaces": before.title if before else "",
        "replaces_version": before.version if before else 0,
        "chapters": [
            {
                "title": f"{part.chapter.number}　{part.chapter.name}",
                "articles": [{"number": one.number, "text": one.text} for one in part.articles],
            }
            for part in read(rulebook)
        ],
    }


def minutes(meeting: Meeting) -> dict[str, Any]:
    """What the minutes of a meeting say."""
    members = list(meeting.members.select_related("member"))
    items = meeting.items.filter(state__in=ResolutionState.SAID).order_by("pk")
    return {
        "meeting": meeting.pk,
        "held_on": meeting.on,
        "place": meeting.place,
        "chair": meeting.chair.name,
        "present": "、".join(one.member.name for one in members if one.was_present),
        "absent": "、".join(one.member.name for one in members if not one.was_present),
        "guests": meeting.guests.rstrip("。"),
        "items": [
            {
                "title": item.title,
                "text": _sentence(item.text),
                "agreed": item.state == ResolutionState.DECIDED,
                "outcome": _sentence(item.outcome),
            }
            for item in items
        ],
        "remarks": _sentence(meeting.remarks),
        "recorder": meeting.recorded_by.name if meeting.recorded_by else "",
        "confirmed_by": meeting.confirmed_by.name if meeting.confirmed_by else "",
        "confirmed_on": meeting.confirmed_on,
    }


def _sentence(text: str) -> str:
    """What a person typed, with the end mark that people leave out."""
    return f"{text.rstrip('。')}。" if text else ""


def filing_form(filing: Filing, sites: Iterable[Site], by: User) -> dict[str, Any]:
    with translation.override("zh-hans"):
        return {
            "filer": filing.organisation.name,
            "level": filing.get_level_display(),
            "filed_on": filing.filed_on,
            "filed_by": by.name,
            "sites": [
                {
                    "ordinal": ordinal,
                    "organisation": site.organisation.name,
                    "unit_type": site.organisation.get_kind_display(),
                    "window_name": site.window_name,
                    "kind": site.get_kind_display(),
                    "reason": site.reason,
                    "working_body": site.working_body,
                    "liaison_name": "、".join(liaison.name for liaison in site.liaisons.all()),
                    "liaison_phone": "、".join(liaison.phone for liaison in site.liaisons.all()),
                }
                for ordinal, site in enumerate(sites, start=1)
            ],
        }
