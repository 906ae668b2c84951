"""The team's common sheet: who is still missing, and drawing it up when nobody is."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import Notification, User
from accounts.services import notify
from assessments.enums import ScoreLevel, SheetRole
from assessments.marks import gap_of
from assessments.models import Assessment, Deliberation, Score, ScoreEntry, Sheet, Team
from assessments.queries import counted_sheets, leading, standing_members
from sites.calendar import today
from sites.services import people
from standards.models import Item

ASKED = gettext_noop("%(site)s: the team asks you to agree that %(item)s does not apply.")


def waiting_members(assessment: Assessment) -> list[User]:
    """Members of the team, recused ones left out, whose sheet is not submitted."""
    members = standing_members(assessment).exclude(user__in=counted_sheets(assessment).values("author"))
    return [member.user for member in members.select_related("user")]


def draw_up_final_when_ready(*, assessment: Assessment) -> None:
    """Draw up the team's common sheet once every member's is in; the caller holds the assessment.

    Never by one member alone: then the office sends another team, or adds a member.
    Marks that all members agree on are taken over; where they lie further apart than the rulebook allows
    a deliberation is opened; what lies between, the leader settles. Called again when somebody joined
    late or stood aside: only what is still open changes then.
    """
    standing = [member.user for member in standing_members(assessment).select_related("user")]
    if len(standing) < Team.SMALLEST or waiting_members(assessment):
        return
    final, is_new = Sheet.objects.get_or_create(assessment=assessment, role=SheetRole.FINAL)
    if not final.is_draft:
        return
    marks = _marks_by_item(assessment)
    opened = _open_deliberations(final, marks)
    _take_over(final, marks, standing[0])
    if opened:
        notify(
            standing,
            text=gettext_noop("%(site)s: the members' marks lie too far apart on %(n)s items; deliberate."),
            about={"site": assessment.site, "n": opened},
            url=reverse("assessments:deliberation", args=[final.pk]),
        )
    elif is_new:
        tell_ready(final)


def is_everybodys(final: Sheet, item: Item, mark: Mapping[str, Any]) -> bool:
    """Whether no member's own mark of an item is another than this one."""
    given = Score.objects.filter(sheet__in=counted_sheets(final.assessment), item=item)
    return not given.exclude(**{name: mark[name] for name in Score.SAYS}).exists()


def what_was_found(final: Sheet, item: Item, level: str) -> str:
    """The reason of a mark that was deliberated on: what the members wrote on site, never what they said.

    The unit reads the sheet and its findings; what was argued and proposed is for the minutes. It is taken
    from those who gave the level, or for points off from whoever took off the most.
    """
    given = Score.objects.filter(sheet__in=counted_sheets(final.assessment), item=item).exclude(reason="")
    alike = list(given.filter(level=level).order_by("pk"))
    if not alike and level in ScoreLevel.BELOW_FULL:
        least = given.filter(level__in=ScoreLevel.BELOW_FULL).order_by("points").values("points")[:1]
        alike = list(given.filter(level__in=ScoreLevel.BELOW_FULL, points=least).order_by("pk"))
    if not alike and level != ScoreLevel.MET:
        with translation.override("zh-hans"):  # it stays on record, whoever agreed last
            return _("Settled by the team together.")
    return _together(alike)


def tell_ready(final: Sheet) -> None:
    notify(
        leading(final.assessment),
        text=gettext_noop("All sheets for %(site)s are in; the final sheet waits for your signature."),
        about={"site": final.assessment.site},
        url=final.get_absolute_url(),
    )


def ask_consent(sheet: Sheet, items: Iterable[Item]) -> None:
    """Ask the office to agree that these items do not apply.

    Whoever has the same line unread is not told again: an item is saved at every pause in typing.
    """
    for item in items:
        url = sheet.url_of_item(item)
        told = Notification.objects.filter(url=url, text=ASKED, read_at=None).values("user")
        notify(
            people(Role.OFFICE).exclude(pk__in=told),
            text=ASKED,
            about={"site": sheet.assessment.site, "item": item.code},
            url=url,
        )


def _marks_by_item(assessment: Assessment) -> Mapping[int, list[Score]]:
    """The members' marks of each item that is due."""
    found: dict[int, list[Score]] = defaultdict(list)
    for score in Score.objects.due().filter(sheet__in=counted_sheets(assessment)).order_by("pk"):
        found[score.item_id].append(score)
    return found


def _open_deliberations(final: Sheet, marks: Mapping[int, list[Score]]) -> int:
    """One for each item on which the members lie further apart than allowed; returns how many are new."""
    allowed = final.assessment.round.rulebook.blind_score_gap
    known = set(_deliberated(final))
    opened = [
        Deliberation(sheet=final, item_id=item_id, gap=math.ceil(gap), opened_on=today())
        for item_id, given in marks.items()
        if item_id not in known and (gap := gap_of(given)) > allowed
    ]
    for deliberation in opened:
        deliberation.save()
    return len(opened)


def _take_over(final: Sheet, marks: Mapping[int, list[Score]], lead: User) -> None:
    """Write the marks that all members gave alike, with everybody's reasons, where nothing is written yet."""
    settled = {*final.scores.values_list("item", flat=True), *_deliberated(final)}
    agreed = [
        Score(
            sheet=final,
            item_id=item_id,
            level=alike[0].level,
            points=alike[0].points,
            max_points=alike[0].max_points,
            faults=alike[0].faults,
            reason=_together(alike),
            updated_by=lead,
        )
        for item_id, alike in marks.items()
        if item_id not in settled and len({score.says for score in alike}) == 1
    ]
    Score.objects.bulk_create(agreed)
    ScoreEntry.objects.bulk_create(_entry(score) for score in agreed)
    asked = [score.item_id for score in agreed if score.level == ScoreLevel.INAPPLICABLE]
    ask_consent(final, Item.objects.filter(pk__in=asked).select_related("section"))


def _together(given: Iterable[Score]) -> str:
    """Everybody's reasons, each once."""
    return "\n".join(dict.fromkeys(score.reason for score in given if score.reason))


def _deliberated(final: Sheet) -> QuerySet[Deliberation, int]:
    return final.deliberations.values_list("item", flat=True)


def _entry(score: Score) -> ScoreEntry:
    return ScoreEntry(
        sheet=score.sheet,
        item_id=score.item_id,
        version=score.version,
        level=score.level,
        points=score.points,
        faults=score.faults,
        reason=score.reason,
        by=score.updated_by,
    )
