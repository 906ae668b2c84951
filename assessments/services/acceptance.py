"""验收: recommending and deciding a site's result."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import is_another
from accounts.enums import ResolutionKind, Role
from accounts.models import Resolution, User
from accounts.rules import require_city, require_office
from accounts.services import notify
from accounts.services.meetings import rest_on
from assessments.enums import RoundKind, Verdict
from assessments.judging import composite_by
from assessments.marks import section_marks, sheet_score
from assessments.models import Acceptance, AppraisalResult, Assessment, FurtherForm, Sheet
from assessments.papers.acceptance import issue_acceptance_papers
from assessments.queries import findings_of, signed_sheet
from assessments.scoring import Appraised, plain
from core.locks import change_once
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Site
from sites.services import people
from sites.workflow import InvalidTransition, check, perform
from standards.models import Rulebook

from .further import mean_score


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What the rulebook adds or forbids: a bonus, a veto, each with its grounds."""

    bonus: Decimal = Decimal(0)
    bonus_grounds: str = ""
    veto_reason: str = ""
    veto_grounds: str = ""


def on_site_sheet(site: Site) -> Sheet | None:
    """The signed sheet of the newest acceptance round, unless the site has to be visited anew."""
    sheet = signed_sheet(site, RoundKind.ACCEPTANCE)
    return None if sheet is None or sheet.assessment.spent_on else sheet


@transaction.atomic
def visit_anew(*, site: Site, by: User) -> None:
    """The site comes into an acceptance round again: what was signed stays on record and counts no more.

    A visit that is not signed yet goes on.
    """
    require_city(by)
    if sheet := on_site_sheet(site):
        _spend(sheet.assessment)


def _spend(assessment: Assessment) -> None:
    change_once(Assessment.objects.filter(pk=assessment.pk, spent_on=None), spent_on=today())


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A closed appraisal as the room above counted it (`scoring.appraised`)."""

    opened_on: datetime.date
    closed_on: datetime.date
    all: Appraised
    on_paper: int  # of these `alike` and `same_minute` strike, as the clerks typed them
    alike: int
    same_minute: int
    doubtful: int
    firm_score: Decimal | None  # without the doubtful answers; None where none is left


@transaction.atomic
def put_on_file(*, site: Site, answered: Answered, by: User) -> AppraisalResult:
    """Keep a counted appraisal for the acceptance to rest on; the newest one counts."""
    require_office(by)
    counted = answered.all
    return AppraisalResult.objects.create(
        site=site,
        opened_on=answered.opened_on,
        closed_on=answered.closed_on,
        sample=counted.sample,
        on_paper=answered.on_paper,
        alike=answered.alike,
        same_minute=answered.same_minute,
        doubtful=answered.doubtful,
        score=counted.score,
        margin=counted.margin,
        firm_score=answered.firm_score,
        questions=counted.questions,
        counted_on=today(),
        counted_by=by,
    )


def appraisal_on_file(site: Site) -> AppraisalResult | None:
    """The newest counted appraisal of a site."""
    return site.appraisal_results.first()


@transaction.atomic
def recommend(
    *,
    site: Site,
    verdict: Verdict,
    opinion: str,
    by: User,
    extras: Extras | None = None,
) -> Acceptance:
    """The office puts on-site marks and appraisal together and recommends (plan, part six, one: 评估和初审).

    It rests on the appraisal on file. Without one, or with fewer answers than the rulebook asks for, there
    is no result yet, neither a good nor a bad one. Passing is refused while any of the rulebook's
    conditions is unmet.
    """
    require_office(by)
    site = Site.objects.select_for_update(of=("self",)).select_related("programme").get(pk=site.pk)
    if site.stage != Stage.RECTIFIED:
        raise InvalidTransition(_("Acceptance begins once the rectification is closed."))
    sheet = on_site_sheet(site)
    if sheet is None:
        raise ValidationError(_("The on-site sheet of the acceptance round is not signed yet."))
    rulebook, extras = sheet.assessment.round.rulebook, extras or Extras()
    appraisal = _counting_appraisal(site, rulebook)
    _check_extras(rulebook, extras)
    if not opinion.strip():
        raise ValidationError({"opinion": _("Write the office's opinion.")})
    score = sheet_score(section_marks(sheet))
    further = _counting_further(sheet.assessment, rulebook)
    result = composite_by(rulebook, score, appraisal=appraisal.score, further=further, bonus=extras.bonus)
    acceptance = Acceptance(
        assessment=sheet.assessment,
        standard_score=score.points,
        standard_maximum=score.maximum,
        appraisal=appraisal,
        appraisal_sample=appraisal.sample,
        appraisal_score=appraisal.score,
        further_score=further,
        bonus=extras.bonus,
        bonus_grounds=extras.bonus_grounds.strip(),
        veto_reason=extras.veto_reason,
        veto_grounds=extras.veto_grounds.strip(),
        composite=result.points,
        working=result.working,
        recommendation=verdict,
        opinion=opinion.strip(),
        recommended_by=by,
        recommended_on=today(),
    )
    if verdict == Verdict.PASS and (unmet := unmet_conditions(acceptance)):
        raise ValidationError(unmet)
    if sheet.assessment.acceptances.undecided().exists():
        raise InvalidTransition(_("A recommendation for this site waits for the leading group already."))
    acceptance.save()
    notify(
        people(Role.LEADING_GROUP),
        text=gettext_noop("%(site)s: the acceptance waits for your decision."),
        about={"site": site},
        url=site.get_absolute_url(),
    )
    return acceptance


@transaction.atomic
def recall(*, acceptance: Acceptance, reason: str, by: User) -> None:
    """Take a mistaken recommendation back, oneself, before it is decided: another one is made in its place.

    The leading group is told why; the trail keeps what it said.
    """
    if acceptance.recommended_by_id != by.pk:
        raise PermissionDenied
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Give a reason: the leading group reads it.")})
    waiting = Acceptance.objects.undecided().filter(pk=acceptance.pk)
    if waiting.select_for_update(of=("self",)).order_by("pk").first() is None:
        raise InvalidTransition(_("This acceptance has been decided already."))
    site = acceptance.assessment.site
    acceptance.delete()
    notify(
        people(Role.LEADING_GROUP),
        text=gettext_noop("%(site)s: the recommendation has been taken back: %(reason)s"),
        about={"site": site, "reason": reason},
        url=site.get_absolute_url(),
    )


def unmet_conditions(acceptance: Acceptance) -> list[str]:
    """What the rulebook still demands before this site may pass, each in a sentence."""
    rulebook, site = acceptance.assessment.round.rulebook, acceptance.assessment.site
    problems = []
    if acceptance.veto_reason:
        problems.append(_("Vetoed: %(reason)s.") % {"reason": acceptance.veto_reason})
    if acceptance.composite < rulebook.pass_mark:
        problems.append(
            _("The composite score %(score)s is below the pass mark %(mark)s.")
            % {"score": plain(acceptance.composite), "mark": plain(rulebook.pass_mark)}
        )
    if acceptance.appraisal_score < rulebook.minimum_satisfaction:
        problems.append(
            _("The appraisal score %(score)s is below %(minimum)s.")
            % {"score": plain(acceptance.appraisal_score), "minimum": plain(rulebook.minimum_satisfaction)}
        )
    if findings_of(site).unsettled().exists():
        problems.append(_("Not every finding is verified."))
    return problems


@transaction.atomic
def decide(
    *, acceptance: Acceptance, verdict: Verdict, note: str, resolution: Resolution | None, by: User
) -> None:
    """The leading group's decision, by another person than the one who recommended.

    One resolution may carry the acceptances of many sites.
    """
    site = acceptance.assessment.site
    action = Action.PASS_ACCEPTANCE if verdict == Verdict.PASS else Action.FAIL_ACCEPTANCE
    check(site=site, action=action, by=by)
    if not is_another(by, acceptance.recommended_by_id):
        raise PermissionDenied(_("Recommendation and decision must be given by two different people."))
    if verdict == Verdict.PASS and (unmet := unmet_conditions(acceptance)):
        raise ValidationError(unmet)
    undecided = Acceptance.objects.undecided().filter(pk=acceptance.pk)
    if not change_once(
        undecided,
        decision=verdict,
        decision_note=note.strip(),
        resolution=rest_on(resolution, kind=ResolutionKind.ACCEPTANCE, campaign=site.programme_id),
        decided_by=by,
        decided_on=today(),
    ):
        raise InvalidTransition(_("This acceptance has been decided already."))
    acceptance.refresh_from_db()
    if verdict == Verdict.FAIL:
        _spend(acceptance.assessment)
    perform(site=site, action=action, by=by, note=note)
    issue_acceptance_papers(acceptance, by=by)
    notify(
        people(Role.OFFICE),
        text=gettext_noop("%(site)s: the leading group has decided the acceptance."),
        about={"site": site},
        url=site.get_absolute_url(),
    )


def _counting_appraisal(site: Site, rulebook: Rulebook) -> AppraisalResult:
    appraisal = appraisal_on_file(site)
    if appraisal is None:
        raise ValidationError(
            _("The public appraisal of this site is not counted yet: count it once its window has closed.")
        )
    if not appraisal.suffices(rulebook):
        raise ValidationError(
            _(
                "The sample is too small to count: %(n)d people answered, at least %(minimum)d are needed. "
                "Hold another appraisal."
            )
            % {"n": appraisal.sample, "minimum": rulebook.minimum_appraisal_sample}
        )
    return appraisal


def _counting_further(assessment: Assessment, rulebook: Rulebook) -> Decimal | None:
    """The score of the further forms of this visit, if the rulebook gives them a weight."""
    if not rulebook.further_weight:
        return None
    score = mean_score(FurtherForm.objects.standing().filter(assessment=assessment))
    if score is None:
        told = _(
            "The rulebook gives further forms of acceptance %(n)d %% of the score: "
            "record one with a score first."
        )
        raise ValidationError(told % {"n": rulebook.further_weight})
    return score


def _check_extras(rulebook: Rulebook, extras: Extras) -> None:
    errors: dict[str, str] = {}
    if not 0 <= extras.bonus <= rulebook.bonus_cap:
        errors["bonus"] = _("The bonus lies between 0 and %(cap)s.") % {"cap": plain(rulebook.bonus_cap)}
    elif extras.bonus and not extras.bonus_grounds.strip():
        errors["bonus_grounds"] = _("A bonus needs its grounds.")
    if extras.veto_reason and extras.veto_reason not in rulebook.veto_reasons:
        errors["veto_reason"] = _("Choose one of the rulebook's veto reasons.")
    elif extras.veto_reason and not extras.veto_grounds.strip():
        errors["veto_grounds"] = _("A veto needs its grounds: what happened, and what shows it.")
    elif extras.veto_grounds.strip() and not extras.veto_reason:
        errors["veto_reason"] = _("Choose the veto these grounds are for, or empty the grounds.")
    if errors:
        raise ValidationError(errors)
