"""Walks a site through this room as people would, by the services; dates are the plan's."""

import datetime
import io
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from PIL import Image

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind, ScoreLevel, SheetRole, Verdict
from assessments.finding_steps import confirms_first
from assessments.marks import standard_items
from assessments.models import (
    Acceptance,
    AppraisalResult,
    Assessment,
    Draw,
    Evidence,
    Finding,
    Round,
    Score,
    Sheet,
    Team,
)
from assessments.scoring import Appraised
from assessments.services import (
    acceptance,
    draws,
    evidence,
    hearing,
    rectification,
    rounds,
    scores,
    sheets,
    signing,
    teams,
    visits,
)
from sites.calendar import pinned
from sites.enums import Stage
from sites.models import Site
from standards.enums import Kind
from standards.models import Item
from tests import factories


def drawing(colour: str = "white") -> bytes:
    """A small plain PNG, in which a perceptual hash finds nothing to see."""
    out = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(out, "PNG")
    return out.getvalue()


PNG = drawing()
DAYS = {
    RoundKind.SELF: "2008-03-20",
    RoundKind.INSPECTION: "2008-04-08",
    RoundKind.ACCEPTANCE: "2008-05-06",
    RoundKind.RECHECK: "2008-06-10",
}


def on(day: str):
    return pinned(datetime.date.fromisoformat(day))


def upload(name: str = "sample.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def office() -> User:
    """The one office account of a test."""
    return User.objects.filter(role=Role.OFFICE).order_by("pk").first() or factories.user(Role.OFFICE)


def leader() -> User:
    return User.objects.filter(role=Role.LEADING_GROUP).order_by("pk").first() or factories.user(
        Role.LEADING_GROUP
    )


def liaison(site: Site) -> User:
    return User.objects.filter(
        role=Role.LIAISON, organisation=site.organisation
    ).first() or factories.liaison_of(site)


def district(site: Site) -> User:
    """Somebody of the office of the district that lists the site."""
    home = factories.district_office(site.filing.organisation)
    found = User.objects.filter(role=Role.DISTRICT, organisation=home, is_active=True).first()
    return found or factories.user(Role.DISTRICT, home)


def open_round(kind: str) -> Round:
    """The open round of a kind, opened when there is none."""
    found = factories.programme().rounds.filter(kind=kind).open().first()
    if found:
        return found
    with on(DAYS[kind]):
        return rounds.open_round(
            programme=factories.programme(),
            kind=RoundKind(kind),
            title=f"示例{kind}",
            by=office(),
            due_on=datetime.date(2008, 6, 30),
        )


def team(kind: str = RoundKind.INSPECTION, size: int = 2) -> Team:
    """A fresh team of `size` inspectors, each of a unit of their own; the first leads."""
    people = [factories.user(Role.INSPECTOR) for _ in range(size)]
    return teams.form_team(
        round=open_round(kind),
        name=f"示例组{people[0].pk}",
        leader=people[0],
        members=people[1:],
        by=office(),
        **dates(kind),
    )


def dates(kind: str = RoundKind.INSPECTION) -> dict[str, datetime.date]:
    """The days of a team: all of its round's."""
    opened = open_round(kind)
    return {"starts_on": opened.opened_on, "ends_on": opened.due_on}


def waiting_draw(made: Team) -> Draw:
    """A balanced draw over one team, not held yet: every site that is due goes to it."""
    wanted = draws.Balanced(teams=list(draws.crewed(made.round).filter(pk=made.pk)), limit=99)
    with on(DAYS[made.round.kind]):
        return draws.draw(round=made.round, wanted=wanted, by=office())


def drawn(made: Team) -> Draw:
    """The same, held."""
    draw = waiting_draw(made)
    with on(DAYS[made.round.kind]):
        draws.hold(draw=draw, by=office())
    draw.refresh_from_db()
    return draw


def members(made: Team) -> list[User]:
    return [member.user for member in made.members.select_related("user")]


def building(**options) -> Site:
    return factories.site(Stage.BUILDING, kind=options.pop("kind", Kind.GOVERNMENT_AFFAIRS), **options)


def mark(sheet: Sheet, item: Item, by: User, level: str = ScoreLevel.MET, **more) -> None:
    """One item's mark; below full marks with a reason."""
    reason = "" if level == ScoreLevel.MET else "示例原因"
    scores.save_score(
        sheet=sheet, item=item, level=level, by=by, **{"points": None, "reason": reason, "version": 0, **more}
    )


def fill(sheet: Sheet, by: User, weak: int = 0) -> None:
    """Mark every item: the first `weak` partly met, the others met.

    It leaves what `mark` leaves for each item, in one stroke: most tests are about what comes after.
    """
    Score.objects.bulk_create(
        Score(
            sheet=sheet,
            item=item,
            level=ScoreLevel.PARTLY if number < weak else ScoreLevel.MET,
            points=item.points / 2 if number < weak else item.points,
            max_points=item.points,
            reason="示例原因" if number < weak else "",
            updated_by=by,
        )
        for number, item in enumerate(item for item in standard_items(sheet) if not item.not_due)
    )


def self_sheet(site: Site) -> Sheet:
    open_round(RoundKind.SELF)
    with on(DAYS[RoundKind.SELF]):
        return sheets.self_sheet(site=site, by=liaison(site))


def self_assessed(site: Site) -> Sheet:
    sheet = self_sheet(site)
    with on(DAYS[RoundKind.SELF]):
        fill(sheet, liaison(site))
        sheets.submit_self_assessment(sheet=sheet, by=liaison(site), without_evidence=sheets.unshown(sheet))
    site.refresh_from_db()
    return sheet


def filed(site: Site, *files: SimpleUploadedFile, **more) -> Evidence:
    """Evidence of the unit, or with `assessment` and `by` what an inspector took on site."""
    values = {"title": "示例材料", "by": liaison(site), "pointers": {}, **more}
    return evidence.add_evidence(site=site, files=files, **values)


def assigned(site: Site, made: Team | None = None, kind: str = RoundKind.INSPECTION) -> Assessment:
    made = made or team(kind)
    with on(DAYS[kind]):
        return visits.assign(team=made, site=site, by=office()).assessment


def own_sheet(assessment: Assessment, by: User) -> Sheet:
    with on(DAYS[assessment.round.kind]):
        return sheets.inspector_sheet(assessment=assessment, by=by)


def visited(site: Site, *, weak: int = 0, kind: str = RoundKind.INSPECTION) -> Sheet:
    """All members of a fresh team have submitted alike sheets; returns the final sheet, not signed."""
    made = team(kind)
    assessment = assigned(site, made, kind)
    with on(DAYS[kind]):
        for person in members(made):
            sheet = own_sheet(assessment, person)
            fill(sheet, person, weak)
            sheets.submit_inspector_sheet(sheet=sheet, by=person)
    return assessment.sheets.get(role=SheetRole.FINAL)


def apart(site: Site, *weak: int, kind: str = RoundKind.INSPECTION) -> Sheet:
    """As `visited`, but each member has so many items partly met; returns the final sheet, not signed.

    What one has met and another only by half is disputed.
    """
    made = team(kind, size=len(weak))
    assessment = assigned(site, made, kind)
    for person, count in zip(members(made), weak, strict=True):
        sheet = own_sheet(assessment, person)
        fill(sheet, person, count)
        with on(DAYS[kind]):
            sheets.submit_inspector_sheet(sheet=sheet, by=person)
    return assessment.sheets.get(role=SheetRole.FINAL)


def nearly_apart(site: Site) -> Sheet:
    """A final sheet on whose first item one member took a tenth of the points off: too little to dispute."""
    made = team()
    assessment = assigned(site, made)
    for person, share in zip(members(made), (Decimal(1), Decimal("0.9")), strict=True):
        sheet = own_sheet(assessment, person)
        fill(sheet, person, weak=int(share != 1))
        sheet.scores.filter(level=ScoreLevel.PARTLY).update(points=F("max_points") * share)
        with on(DAYS[RoundKind.INSPECTION]):
            sheets.submit_inspector_sheet(sheet=sheet, by=person)
    return assessment.sheets.get(role=SheetRole.FINAL)


def sign(sheet: Sheet, **more) -> None:
    opinions = {score.item_id: f"示例意见{score.item.code}" for score in signing.items_below_full(sheet)}
    with on(DAYS[sheet.assessment.round.kind]):
        signing.sign(
            sheet=sheet, **{"by": sheet.assessment.assignment.team.leader, "opinions": opinions, **more}
        )


def put(site: Site, *, weak: int = 2) -> Sheet:
    """Self-assessed, visited and signed, with `weak` findings put to the unit."""
    if site.stage == Stage.BUILDING:
        self_assessed(site)
    final = visited(site, weak=weak)
    sign(final)
    site.refresh_from_db()
    return final


def noticed(site: Site) -> None:
    """The unit agrees with everything at once, and the notice goes out the same day."""
    with on(DAYS[RoundKind.INSPECTION]):
        hearing.agree_to_rest(site=site, by=liaison(site))
        hearing.issue_notice(site=site, by=office())


def inspected(site: Site, *, weak: int = 2) -> Sheet:
    """Signed with `weak` findings, whose notice is out."""
    final = put(site, weak=weak)
    if weak:
        noticed(site)
    return final


def findings(site: Site) -> list[Finding]:
    found = Finding.objects.filter(assessment__site=site)
    return list(found.select_related("assessment__site__organisation", "item"))


def answered(site: Site) -> list[Finding]:
    with on("2008-04-18"):
        for finding in findings(site):
            rectification.answer(finding=finding, text="示例整改", files=[], by=liaison(site))
    return findings(site)


def rectified(site: Site) -> None:
    """Every finding answered and verified, the rectification closed."""
    inspected(site)
    with on("2008-04-22"):
        for finding in answered(site):
            if confirms_first(site):
                rectification.confirm(finding=finding, text="", by=district(site))
            rectification.verify(finding=finding, text="", by=office())
        rectification.close(site=site, by=office())
    site.refresh_from_db()


def on_site(site: Site, *, weak: int = 0) -> Sheet:
    """Visited and signed in the acceptance round."""
    final = visited(site, weak=weak, kind=RoundKind.ACCEPTANCE)
    sign(final)
    return final


def appraised(
    site: Site, *, score: int | str = 90, sample: int = 60, opened: str = "2008-04-24", **more
) -> AppraisalResult:
    """An appraisal of ten days, counted the day after with this result and put on file."""
    opened_on = datetime.date.fromisoformat(opened)
    closed_on = opened_on + datetime.timedelta(days=9)
    counted = Appraised(sample, Decimal(score), margin=Decimal("2.5"), questions=((0, 0, 0, sample),) * 5)
    on_paper = {"on_paper": 0, "alike": 0, "same_minute": 0}
    values = {**on_paper, "doubtful": 0, "firm_score": Decimal(score), **more}
    with pinned(closed_on + datetime.timedelta(days=1)):
        return acceptance.put_on_file(
            site=site,
            answered=acceptance.Answered(opened_on=opened_on, closed_on=closed_on, all=counted, **values),
            by=office(),
        )


def recommended(site: Site, verdict: Verdict = Verdict.PASS, by: User | None = None, **more) -> Acceptance:
    """The office's recommendation; it rests on a good appraisal where none is on file."""
    values = {"opinion": "示例意见", **more}
    if acceptance.appraisal_on_file(site) is None:
        appraised(site)
    with on("2008-05-07"):
        return acceptance.recommend(site=site, verdict=verdict, by=by or office(), **values)
