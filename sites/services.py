"""Lists and work plans: everything a person does to them goes through here."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.services import notify
from audit.services import change_once

from . import rules
from .calendar import today
from .enums import Action, FilingState, Level, PlanState, Stage
from .models import Extension, Filing, Liaison, Phase, Programme, Site, WorkPlan
from .signals import list_filed
from .tidy import tidy
from .workflow import InvalidTransition, check, perform


@dataclass(frozen=True)
class Problem:
    """Something that keeps a list from being filed; `site` is the row to jump to, if it is one row."""

    text: str
    site: Site | None = None


# -- the list ---------------------------------------------------------------


def filing_of(*, programme: Programme, by: User) -> Filing | None:
    """The list this person fills, made empty on first sight; None for those who file none."""
    designated = programme.designated_units.filter(organisation=by.organisation_id)
    level, body = Level.CITY, None
    if by.role == Role.DISTRICT:
        level, body = Level.DISTRICT, by.district_id
    elif by.role == Role.LIAISON and designated.exists():
        body = by.organisation_id
    if body is None:
        return None
    filing, _created = Filing.objects.get_or_create(programme=programme, organisation_id=body, level=level)
    return filing


def selectable_units(filing: Filing) -> QuerySet[Organisation]:
    """The units that may stand on this list (plan, part three).

    A district chooses among its own departments, utilities, towns and
    subdistricts; a designated unit names a window of its own. The district
    that the plan also designates may name itself or one of its units.
    """
    if filing.level == Level.DISTRICT:
        return Organisation.objects.selectable_by_district(filing.organisation)
    return Organisation.objects.filter(pk=filing.organisation_id) | Organisation.objects.filter(
        district=filing.organisation_id
    )


@transaction.atomic
def save_site(*, filing: Filing, site: Site, liaison_name: str, liaison_phone: str, by: User) -> Site:
    """Put a site on an unfiled list, or change it there; its one liaison goes with it.

    `site` is a filled, perhaps unsaved record. Raises ValidationError naming
    the field (the liaison's are `liaison_name` and `liaison_phone`),
    PermissionDenied, or InvalidTransition when the list is filed.
    """
    _check_editable(filing, by)
    site.programme, site.filing, site.level = filing.programme, filing, filing.level
    if not selectable_units(filing).filter(pk=site.organisation_id).exists():
        raise ValidationError(
            {"organisation": _("%(unit)s does not belong to this list.") % {"unit": site.organisation}}
        )
    site.full_clean()
    site.save()
    _name_liaison(site, liaison_name, liaison_phone)
    return site


@transaction.atomic
def remove_site(*, site: Site, by: User) -> None:
    """Take a site off a list that has never been filed; a filed row is history and stays."""
    _check_editable(site.filing, by)
    if site.history.exists():
        raise ValidationError(_("This row has been filed before; change it, it cannot be removed."))
    site.delete()


@transaction.atomic
def add_unit(*, filing: Filing, name: str, short_name: str, kind: str, by: User) -> Organisation:
    """Put a unit of the district on record, so that it may stand on the district's unfiled list.

    Names are kept in their one spelling; without a short name the name stands for it. A name belongs to
    one unit only, for a workbook knows units by their names. Raises ValidationError naming the field,
    PermissionDenied, or InvalidTransition when the list is filed.
    """
    if filing.level != Level.DISTRICT:
        raise PermissionDenied
    _check_editable(filing, by)
    unit = Organisation(
        name=tidy(name),
        short_name=tidy(short_name) or tidy(name),
        code=_next_unit_code(filing.organisation),
        kind=kind,
        district=filing.organisation,
    )
    if kind not in OrganisationKind.DISTRICT_CHOICE:
        raise ValidationError(
            {"kind": _("A district chooses departments, utilities, towns or subdistricts.")}
        )
    _check_names(unit)
    unit.full_clean()
    unit.save()
    return unit


def why_closed(filing: Filing) -> str:
    """What to tell whoever wants to change a list that is filed."""
    return _("This list is “%(state)s”; it can be changed again only if it is sent back.") % {
        "state": filing.get_state_display()
    }


def rows_of(filing: Filing) -> list[Site]:
    """The rows of a list with their units and liaisons, and whether the units have accounts."""
    rows = filing.sites.with_account().prefetch_related("liaisons")
    return list(rows.select_related("organisation"))


def filing_problems(filing: Filing, sites: Sequence[Site]) -> list[Problem]:
    """Everything that keeps the list from being filed, in the order a clerk would mend it.

    `sites` are its rows, as `rows_of` gives them.
    """
    problems = count_problems(filing, len(sites))
    for site in sites:
        if not site.liaisons.all():
            problems.append(Problem(_("%(site)s: no liaison is named.") % {"site": site}, site))
        if filing.level == Level.DISTRICT and site.organisation.kind not in OrganisationKind.DISTRICT_CHOICE:
            problems.append(
                Problem(
                    _("%(site)s: a district chooses departments, utilities, towns or subdistricts.")
                    % {"site": site},
                    site,
                )
            )
    return problems


def quota_words(filing: Filing) -> str:
    """How many sites the list must hold, for those who begin it."""
    low, high = filing.quota
    if filing.level == Level.CITY:
        return ngettext(
            "A designated unit names exactly %(n)d window.",
            "A designated unit names exactly %(n)d windows.",
            low,
        ) % {"n": low}
    return _("A district puts forward %(low)d to %(high)d sites.") % {"low": low, "high": high}


def count_problems(filing: Filing, count: int) -> list[Problem]:
    """What the plan's quota has against a list of so many sites."""
    low, high = filing.quota
    if low <= count <= high:
        return []
    if filing.level == Level.CITY:
        demand = ngettext(
            "A designated unit names exactly %(n)d window; this list has %(count)d.",
            "A designated unit names exactly %(n)d windows; this list has %(count)d.",
            low,
        )
        return [Problem(demand % {"n": low, "count": count})]
    return [
        Problem(
            _("A district puts forward %(low)d to %(high)d sites; this list has %(count)d.")
            % {"low": low, "high": high, "count": count}
        )
    ]


@transaction.atomic
def file_list(*, filing: Filing, by: User) -> None:
    """上报: file the whole list. Raises ValidationError with every problem, and then files nothing."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    if not rules.may_edit_filing(by, filing):
        raise PermissionDenied
    _check_state(filing, FilingState.EDITABLE)
    if problems := filing_problems(filing, rows_of(filing)):
        raise ValidationError([problem.text for problem in problems])
    _move(filing, Action.FILE, by)
    filing.state, filing.filed_by, filing.filed_on, filing.remarks = FilingState.FILED, by, today(), ""
    filing.save()
    list_filed.send(sender=Filing, filing=filing, by=by)
    _tell(
        people(Role.OFFICE),
        gettext_noop("%(list)s has been filed and waits for the preliminary review."),
        filing,
    )


@transaction.atomic
def send_back(*, filing: Filing, remarks: str, by: User) -> None:
    """退回: return a filed list with remarks."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    _check_state(filing, (FilingState.FILED,))
    _move(filing, Action.SEND_BACK, by, note=remarks)
    filing.state, filing.remarks = FilingState.RETURNED, remarks.strip()
    filing.save()
    _tell(filers(filing), gettext_noop("%(list)s has been sent back with remarks."), filing)


@transaction.atomic
def review(*, filing: Filing, opinion: str, by: User) -> None:
    """初审: the office's opinion on a filed list (plan, part six, one)."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    _check_state(filing, (FilingState.FILED,))
    if not opinion.strip():
        raise ValidationError(_("Write the opinion of the preliminary review."), code="reason")
    _move(filing, Action.REVIEW, by, note=opinion)
    filing.state, filing.opinion = FilingState.REVIEWED, opinion.strip()
    filing.reviewed_by, filing.reviewed_on = by, today()
    filing.save()
    _tell(
        people(Role.LEADING_GROUP),
        gettext_noop("%(list)s has been reviewed and waits for the final approval."),
        filing,
    )


@transaction.atomic
def determine(*, filing: Filing, by: User) -> None:
    """审定: the leading group's final approval, never by the reviewer (plan, part six, one)."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    _check_state(filing, (FilingState.REVIEWED,))
    if filing.reviewed_by_id == by.pk:
        raise PermissionDenied(_("Review and final approval must be given by two different people."))
    _move(filing, Action.DETERMINE, by)
    filing.state, filing.approved_by, filing.approved_on = FilingState.APPROVED, by, today()
    filing.save()
    _tell(filers(filing), gettext_noop("%(list)s has been determined; file each site's work plan."), filing)


# -- the work plan ----------------------------------------------------------


@transaction.atomic
def file_plan(
    *,
    site: Site,
    text: str,
    working_body: str,
    by: User,
    file: File | None = None,  # type: ignore[type-arg]
) -> WorkPlan:
    """File a new version of a site's work plan; one that waited is superseded."""
    if not rules.is_own_unit(by, site):
        raise PermissionDenied
    site = Site.objects.select_for_update().get(pk=site.pk)
    if site.stage != Stage.DETERMINED:
        raise InvalidTransition(
            _("A work plan is filed while the site is determined and its plan not yet agreed.")
        )
    site.working_body = working_body
    site.save(update_fields=["working_body"])
    for waiting in site.plans.filter(state=PlanState.FILED):
        waiting.state = PlanState.SUPERSEDED
        waiting.save(update_fields=["state"])
    version = (site.plans.aggregate(Max("version"))["version__max"] or 0) + 1
    plan = WorkPlan(site=site, version=version, text=text, filed_by=by, filed_on=today())
    if file:
        plan.file, plan.file_name = file, file.name or ""
    plan.full_clean(exclude=["decided_by", "decided_on"])
    plan.save()
    notify(
        people(Role.OFFICE) if site.level == Level.CITY else filers(site.filing),
        text=gettext_noop("%(site)s has filed its work plan."),
        about={"site": site},
        url=site.get_absolute_url(),
    )
    return plan


@transaction.atomic
def return_plan(*, plan: WorkPlan, remarks: str, by: User) -> None:
    """Send a work plan back with remarks; the site stays where it is."""
    if not rules.agrees_plan.test(by, plan.site):
        raise PermissionDenied
    if not remarks.strip():
        raise ValidationError(_("Say what is to be changed."), code="reason")
    _decide_plan(plan, PlanState.RETURNED, by, remarks)
    notify(
        liaisons(plan.site),
        text=gettext_noop("The work plan of %(site)s has been sent back with remarks."),
        about={"site": plan.site},
        url=plan.site.get_absolute_url(),
    )


@transaction.atomic
def agree_plan(*, plan: WorkPlan, by: User) -> None:
    """Agree a work plan: the site goes into construction (plan, part five, one; part six, one)."""
    site = plan.site
    check(site=site, action=Action.AGREE_PLAN, by=by)
    if not site.working_body.strip():
        raise ValidationError(_("The site names no working body yet."))
    if not site.liaisons.exists():
        raise ValidationError(_("The site names no liaison yet."))
    _decide_plan(plan, PlanState.AGREED, by, "")
    perform(site=site, action=Action.AGREE_PLAN, by=by, note=f"具体工作方案第{plan.version}版")
    notify(
        liaisons(site),
        text=gettext_noop("The work plan of %(site)s is agreed; answer the self-assessment."),
        about={"site": site},
        url=site.get_absolute_url(),
    )


# -- the phases -------------------------------------------------------------


@transaction.atomic
def extend_phase(*, phase: Phase, new_end: datetime.date, reason: str, by: User) -> Extension:
    """Prolong a phase with a reason; only the office may, and never backwards."""
    if by.role != Role.OFFICE:
        raise PermissionDenied
    phase = Phase.objects.select_for_update().get(pk=phase.pk)
    if new_end <= phase.last_day:
        raise ValidationError(
            {"new_end": _("The new end must be later than %(end)s.") % {"end": date_format(phase.last_day)}}
        )
    extension = Extension(
        phase=phase, previous_end=phase.last_day, new_end=new_end, reason=reason.strip(), by=by, on=today()
    )
    extension.full_clean()
    extension.save()
    phase.extended_to = new_end
    phase.save(update_fields=["extended_to"])
    return extension


# -- who is told ------------------------------------------------------------


def people(role: Role) -> QuerySet[User]:
    return User.objects.filter(role=role, is_active=True)


def filers(filing: Filing) -> QuerySet[User]:
    """Those who may edit this list."""
    if filing.level == Level.DISTRICT:
        return people(Role.DISTRICT).filter(organisation__district=filing.organisation_id)
    return people(Role.LIAISON).filter(organisation=filing.organisation_id)


def liaisons(site: Site) -> QuerySet[User]:
    return people(Role.LIAISON).filter(organisation=site.organisation_id)


def filer_of(filing: Filing) -> Organisation:
    """The body that files the list: the district's office for its district, a designated unit itself."""
    if filing.level == Level.CITY:
        return filing.organisation
    office = filing.organisation.units.filter(kind=OrganisationKind.DISTRICT_OFFICE).first()
    return office or filing.organisation


# -- inside -----------------------------------------------------------------


def _check_editable(filing: Filing, by: User) -> None:
    """The list is read again and locked: it may have been filed since the caller read it."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    if not rules.may_edit_filing(by, filing):
        raise PermissionDenied
    if not filing.is_editable:
        raise InvalidTransition(why_closed(filing))


def _next_unit_code(district: Organisation) -> str:
    """The next free code of a unit that the district put on record itself."""
    stem = f"{district.code}-U"
    codes = Organisation.objects.filter(code__startswith=stem).values_list("code", flat=True)
    return f"{stem}{max((int(code.removeprefix(stem)) for code in codes), default=0) + 1}"


def _check_names(unit: Organisation) -> None:
    """Names are compared in their one spelling, which the database's own uniqueness does not see."""
    near = Organisation.objects.filter(district=unit.district)
    known = {tidy(text): other for other in near for text in (other.name, other.short_name, *other.aliases)}
    for field in ("name", "short_name"):
        if other := known.get(getattr(unit, field)):
            told = _("“%(unit)s” of your district is called so already; choose it, or write another name.")
            raise ValidationError({field: told % {"unit": other}})
    far = {tidy(other.name) for other in Organisation.objects.exclude(district=unit.district)}
    if unit.name in far:
        told = _("“%(unit)s” is on record outside your district; write the full name of your unit.")
        raise ValidationError({"name": told % {"unit": unit}})


def _name_liaison(site: Site, name: str, phone: str) -> None:
    """Make this the site's one liaison; without a name it has none."""
    if phone and not name:
        raise ValidationError({"liaison_name": _("Name the liaison whose telephone this is.")})
    site.liaisons.exclude(name=name).delete()
    if not name:
        return
    # Asked anew: `site` may carry liaisons that were fetched before.
    liaison = Liaison.objects.filter(site=site, name=name).first() or Liaison(site=site, name=name)
    liaison.phone = phone
    try:
        liaison.full_clean(exclude=["site"])
    except ValidationError as error:
        raise ValidationError(
            {f"liaison_{field}": told for field, told in error.error_dict.items()}
        ) from error
    liaison.save()


def _check_state(filing: Filing, states: Iterable[str]) -> None:
    if filing.state not in states:
        raise InvalidTransition(
            _("This list is “%(state)s”; that is not possible now.") % {"state": filing.get_state_display()}
        )


def _move(filing: Filing, action: Action, by: User, note: str = "") -> None:
    sites = filing.sites.select_related("filing", "programme").prefetch_related("programme__phases")
    for site in sites:
        perform(site=site, action=action, by=by, note=note)


def _decide_plan(plan: WorkPlan, state: PlanState, by: User, remarks: str) -> None:
    waiting = WorkPlan.objects.filter(pk=plan.pk, state=PlanState.FILED)
    if not change_once(waiting, state=state, decided_by=by, decided_on=today(), remarks=remarks.strip()):
        raise InvalidTransition(_("This version of the plan has been decided or replaced already."))


def _tell(users: Iterable[User], text: str, filing: Filing) -> None:
    notify(
        users, text=text, about={"list": filing.organisation}, url=reverse("sites:filing", args=[filing.pk])
    )
