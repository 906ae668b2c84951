"""Who may file evidence, and when; and which items it can show."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.enums import RoundKind
from assessments.models import Assessment, Evidence, Sheet
from assessments.rules import is_assigned
from sites import rules
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition, WorkflowError
from standards.models import Item

# The self sheet is open, findings wait for answers, or a warning to be mended.
FILED_WHILE = (Stage.BUILDING, Stage.RECTIFYING, Stage.WARNED)


def check_filing(*, site: Site, by: User, assessment: Assessment | None = None) -> None:
    """Raise PermissionDenied or WorkflowError unless this person may file evidence here and now."""
    if assessment is not None:
        _check_on_site(site, by, assessment)
    elif not rules.is_own_unit(by, site):
        raise PermissionDenied
    elif site.stage not in FILED_WHILE:
        raise InvalidTransition(
            _("Evidence is filed while the site is being built, rectified or under a warning.")
        )


def _check_on_site(site: Site, by: User, assessment: Assessment) -> None:
    if assessment.site_id != site.pk or not is_assigned(assessment, by):
        raise PermissionDenied
    if not assessment.round.is_open:
        raise WorkflowError(_("This round is closed."))
    if Sheet.objects.submitted_by(by).filter(assessment=assessment).exists():
        raise InvalidTransition(_("Your sheet is submitted; what you took on site can no longer change."))


def check_change(evidence: Evidence, by: User) -> None:
    """`check_filing` for evidence on record; what was taken on site is changed only by whoever took it.

    Raises WorkflowError for evidence that has been replaced.
    """
    if evidence.assessment_id and evidence.uploaded_by_id != by.pk:
        raise PermissionDenied
    check_filing(site=evidence.site, by=by, assessment=evidence.assessment)
    if evidence.revisions.exists():
        raise WorkflowError(_("A newer version has replaced this evidence; go on from that one."))


def hold(*, site: Site, by: User, assessment: Assessment | None) -> None:
    """`check_filing` under lock: until the transaction ends, no sheet is submitted and no stage changes."""
    held = Site.objects.select_for_update().get(pk=site.pk)
    if assessment is not None:
        Assessment.objects.select_for_update().get(pk=assessment.pk)
    check_filing(site=held, by=by, assessment=assessment)


def may_file(*, site: Site, by: User, assessment: Assessment | None = None) -> bool:
    """`check_filing` as a question, for buttons."""
    try:
        check_filing(site=site, by=by, assessment=assessment)
    except (PermissionDenied, WorkflowError):
        return False
    return True


def may_change(evidence: Evidence, user: User) -> bool:
    """Whether this person may point it elsewhere or file a newer version of it now (needs evidence.site)."""
    try:
        check_change(evidence, user)
    except (PermissionDenied, WorkflowError):
        return False
    return True


def items_to_show(*, site: Site, assessment: Assessment | None = None) -> QuerySet[Item]:
    """The items evidence can be pointed to, in order: those of the standard its sheet is measured by.

    For a unit's evidence that is the self-assessment's while the site is built, later the newest
    assessment's; before there is any, the standard the programme names for its next rounds.
    """
    begun = site.assessments.order_by("-pk")
    if site.stage == Stage.BUILDING:
        begun = begun.filter(round__kind=RoundKind.SELF)
    going_by = assessment or begun.first()
    standards = [going_by.standard_id] if going_by else site.programme.standards.filter(kind=site.kind)
    return Item.objects.filter(section__standard__in=standards).order_by("section__ordinal", "ordinal")
