"""The team's common sheet: who is still missing, and drawing it up when nobody is."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.enums import ScoreLevel, SheetRole, SheetState
from assessments.models import Assessment, Score, Sheet
from assessments.queries import lead_of, standing_members
from sites.services import people


def waiting_members(assessment: Assessment) -> list[User]:
    """Members of the team, recused ones left out, whose sheet is not submitted."""
    done = assessment.sheets.filter(role=SheetRole.INSPECTOR).exclude(state=SheetState.DRAFT)
    members = standing_members(assessment).exclude(user__in=done.values("author"))
    return [member.user for member in members.select_related("user")]


def draw_up_final_when_ready(*, assessment: Assessment, by: User) -> None:
    """With the last member's sheet the team's common sheet is drawn up.

    Marks all members agree on are taken over, the others the leader settles.
    What somebody wrote who has stood aside since does not count.
    """
    submitted = (
        assessment.sheets.filter(role=SheetRole.INSPECTOR)
        .exclude(state=SheetState.DRAFT)
        .exclude(author__recusals__site=assessment.site_id)
    )
    leader = lead_of(assessment)
    if (
        leader is None
        or waiting_members(assessment)
        or assessment.sheets.filter(role=SheetRole.FINAL).exists()
    ):
        return
    final = Sheet.objects.create(assessment=assessment, role=SheetRole.FINAL)
    agreed = _agreed_scores(final, Score.objects.filter(sheet__in=submitted), by)
    Score.objects.bulk_create(agreed)
    if any(score.level == ScoreLevel.INAPPLICABLE for score in agreed):
        ask_consent(final)
    notify(
        [leader],
        text=gettext_noop("All sheets for %(site)s are in; the final sheet waits for your signature."),
        about={"site": assessment.site},
        url=final.get_absolute_url(),
    )


def _agreed_scores(final: Sheet, scores: Iterable[Score], by: User) -> list[Score]:
    """For each item that all members marked alike, that mark with everybody's reasons."""
    by_item: dict[int, list[Score]] = {}
    for score in scores:
        by_item.setdefault(score.item_id, []).append(score)
    return [
        Score(
            sheet=final,
            item_id=item_id,
            level=alike[0].level,
            points=alike[0].points,
            max_points=alike[0].max_points,
            reason="\n".join(dict.fromkeys(score.reason for score in alike if score.reason)),
            updated_by=by,
        )
        for item_id, alike in by_item.items()
        if len({(score.level, score.points) for score in alike}) == 1
    ]


def ask_consent(sheet: Sheet) -> None:
    """Tell the office that the team holds an item for inapplicable."""
    notify(
        people(Role.OFFICE),
        text=gettext_noop("%(site)s: the team asks you to agree that items do not apply."),
        about={"site": sheet.assessment.site},
        url=sheet.get_absolute_url(),
    )
